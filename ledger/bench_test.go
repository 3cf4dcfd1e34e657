package ledger

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"zhangben/events"
	"zhangben/events/money"
)

// Each benchmark stands beside a limit: the same bytes through bbolt alone.

// batchSize is how many messages one commit takes.
const batchSize = 5_000

// ids makes event ids: v4 ones are random all over, v7 ones rise.
var ids = map[string]func(r *rand.Rand, n int) uuid.UUID{
	"v4": func(r *rand.Rand, _ int) (id uuid.UUID) {
		binary.LittleEndian.PutUint64(id[:], r.Uint64())
		binary.LittleEndian.PutUint64(id[8:], r.Uint64())
		return id
	},
	"v7": func(r *rand.Rand, n int) (id uuid.UUID) {
		binary.BigEndian.PutUint64(id[:], uint64(n)<<12)
		binary.LittleEndian.PutUint64(id[8:], r.Uint64())
		return id
	},
}

// traffic makes batches of payments: twenty of each account, two contracts of each.
type traffic struct {
	random *rand.Rand
	id     func(*rand.Rand, int) uuid.UUID
	many   int // events there will be in all
	events []events.Event
	paid   []events.Paid
	batch  []Arrival
	taken  int
}

func newTraffic(version string, many int) *traffic {
	return &traffic{
		random: rand.New(rand.NewPCG(1, 2)), id: ids[version], many: many,
		events: make(
			[]events.Event,
			batchSize,
		), paid: make([]events.Paid, batchSize), batch: make([]Arrival, batchSize),
	}
}

// next makes the next batch, in the memory of the one before.
func (t *traffic) next() []Arrival {
	for i := range t.batch {
		t.taken++
		customer := t.random.IntN(t.many/20 + 1)
		t.paid[i] = events.Paid{
			Amount: money.Amount{Fen: money.Fen(t.random.IntN(1e7) + 1), Decimals: 2}, Channel: events.BankTransfer,
			Reference: fmt.Sprintf("BOC-20250301-%06d", t.random.IntN(1e6)),
		}
		t.events[i] = events.Event{
			ID: t.id(t.random, t.taken), Source: "/finance/bank", HasSubject: true, Time: second(t.taken),
			Account:  fmt.Sprintf("acct-%06d", customer),
			Contract: fmt.Sprintf("HT-2025-%06d", customer*2+t.random.IntN(2)), Data: &t.paid[i],
		}
		t.batch[i] = Arrival{StreamSeq: uint64(t.taken), Received: second(t.taken), Event: &t.events[i]}
	}
	return t.batch
}

// full makes a ledger of many events, and returns its folder.
func full(b *testing.B, version string, many int) string {
	dir := b.TempDir()
	l := keeping(b, dir)
	for t := newTraffic(version, many); t.taken < many; {
		appended(b, l, t.next()...)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	return dir
}

// perEvent reports throughput and, where a file grew, its bytes an event.
func perEvent(b *testing.B, n int, bytes int64) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
	if bytes > 0 {
		b.ReportMetric(float64(bytes)/float64(n), "B/event")
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, version := range []string{"v4", "v7"} {
		b.Run(version, func(b *testing.B) {
			l := keeping(b, b.TempDir())
			b.ReportAllocs()
			traffic := newTraffic(version, 1_000_000)
			for b.Loop() {
				b.StopTimer()
				batch := traffic.next()
				b.StartTimer()
				appended(b, l, batch...)
			}
			perEvent(b, traffic.taken, used(b, l))
		})
	}
}

// used is how many bytes of the file hold something: it grows in steps of allocSize, and bbolt keeps some pages free.
func used(b *testing.B, l *Log) (size int64) {
	err := l.view(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			stats := tx.Bucket(name).Stats()
			size += int64(stats.BranchAlloc + stats.LeafAlloc)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return size
}

// BenchmarkAppendLimit writes chunks of the same size by bbolt alone: no ids, no hashes, no checks.
func BenchmarkAppendLimit(b *testing.B) {
	db := bare(b)
	value := make([]byte, chunkRecords*120)
	chunk := uint64(0)
	for b.Loop() {
		err := db.Update(func(tx *bolt.Tx) error {
			bucket := tx.Bucket(bucketRecords)
			bucket.FillPercent = 1
			for range batchSize / chunkRecords {
				if err := bucket.Put(key8(chunk), value); err != nil {
					return err
				}
				chunk++
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, int(chunk)*chunkRecords, 0)
}

// bare opens bbolt as the ledger does, with an empty bucket.
func bare(b *testing.B) *bolt.DB {
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bolt.Options{
		PageSize: pageSize, FreelistType: bolt.FreelistMapType, InitialMmapSize: mapSize,
	})
	if err != nil {
		b.Fatal(err)
	}
	db.AllocSize = allocSize
	b.Cleanup(func() { db.Close() })
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket(bucketRecords)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

func BenchmarkOpen(b *testing.B) {
	const many = 1_000_000
	dir := full(b, "v4", many)
	for b.Loop() {
		l, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, many*b.N, 0)
}

func BenchmarkScan(b *testing.B) {
	const many = 1_000_000
	l := keeping(b, full(b, "v4", many))
	for b.Loop() {
		err := l.Scan(0, func(r Record) error {
			_, err := r.Head()
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, many*b.N, 0)
}

// BenchmarkScanLimit walks the same chunks by bbolt's cursor alone, and reads one byte of each.
func BenchmarkScanLimit(b *testing.B) {
	const many = 1_000_000
	l := keeping(b, full(b, "v4", many))
	sum := byte(0)
	for b.Loop() {
		err := l.view(func(tx *bolt.Tx) error {
			return tx.Bucket(bucketRecords).ForEach(func(_, value []byte) error {
				sum += value[0]
				return nil
			})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, many*b.N, 0)
}

// BenchmarkAccount reads all records of accounts chosen at random.
func BenchmarkAccount(b *testing.B) {
	const many = 1_000_000
	l := keeping(b, full(b, "v4", many))
	names := l.Accounts("", 0)
	random := rand.New(rand.NewPCG(3, 4))
	read := 0
	for b.Loop() {
		seqs := l.AccountSeqs(names[random.IntN(len(names))], l.Last())
		err := l.Records(seqs, func(r Record) error {
			read++
			_, err := r.Head()
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, read, 0)
}

func BenchmarkFind(b *testing.B) {
	const many = 1_000_000
	l := keeping(b, full(b, "v4", many))
	stored := make([]uuid.UUID, 0, many)
	err := l.Scan(0, func(r Record) error {
		head, err := r.Head()
		stored = append(stored, head.ID)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, known := range []bool{true, false} {
		b.Run(fmt.Sprintf("known=%t", known), func(b *testing.B) {
			random := rand.New(rand.NewPCG(3, 4))
			for b.Loop() {
				id := stored[random.IntN(many)]
				if !known {
					id = ids["v4"](random, 0)
				}
				if _, found, err := l.Find(id); err != nil || found != known {
					b.Fatal(found, err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	const many = 1_000_000
	dir := full(b, "v4", many)
	for b.Loop() {
		if report, err := Verify(b.Context(), dir); err != nil || !report.OK() {
			b.Fatal(report.Problems, err)
		}
	}
	perEvent(b, many*b.N, 0)
}

// BenchmarkSync is the floor of every commit: one write of as many bytes as a batch has, and one sync.
func BenchmarkSync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, batchSize*120)
	for b.Loop() {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, batchSize*b.N, 0)
}
