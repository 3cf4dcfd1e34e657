package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/ledger"
	"zhangben/ledger/proof"
)

// naive is RFC 6962's MTH, by its definition.
func naive(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		return tlog.NodeHash(naive(leaves[:k]), naive(leaves[k:]))
	}
}

func TestOutsidersCheckEveryRecord(t *testing.T) {
	const records = 1000
	l := opening(t, t.TempDir())
	payments(t, l, 1, records)
	s := signing(t, l)
	var leaves []tlog.Hash
	for seq := ledger.Seq(1); seq <= records; seq++ {
		receipt, err := s.Receipt(seq, records)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, tlog.RecordHash(receipt.Record))
	}
	for _, size := range []ledger.Seq{1, 2, 3, 5, 63, 64, 65, 127, 128, 129, 191, 192, 193, records} {
		if c := checkpointed(t, s, size); c.Root != naive(leaves[:size]) {
			t.Errorf("the root of %d records is not theirs", size)
		}
		for seq := ledger.Seq(1); seq <= size; seq++ {
			receipt, err := s.Receipt(seq, size)
			if err != nil {
				t.Fatal(err)
			}
			proven, err := receipt.Verify(publicOf(t, s))
			if err != nil {
				t.Fatalf("record %d of %d: %v", seq, size, err)
			}
			if proven.Seq != uint64(seq) || proven.Event.ID != idOf(int(seq)) || proven.Recorded != second(int(seq)) {
				t.Errorf("record %d of %d is proven to be %+v", seq, size, proven)
			}
		}
	}
}

func TestOutsidersCheckEveryGrowth(t *testing.T) {
	const records = 300
	l := opening(t, t.TempDir())
	payments(t, l, 1, records)
	s := signing(t, l)
	for _, newer := range []ledger.Seq{1, 63, 64, 65, 127, 128, 129, records} {
		for older := ledger.Seq(0); older <= newer; older++ {
			c, err := s.Consistency(older, newer)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.Verify(publicOf(t, s)); err != nil {
				t.Errorf("%d to %d: %v", older, newer, err)
			}
		}
	}
}

func TestProofsOfWhatIsNotThere(t *testing.T) {
	l := opening(t, t.TempDir())
	payments(t, l, 1, 9)
	s := signing(t, l)
	for name, ask := range map[string]func() error{
		"record 0":                       func() error { _, err := s.Receipt(0, 9); return err },
		"a record beyond the tree":       func() error { _, err := s.Receipt(6, 5); return err },
		"a record beyond the log":        func() error { _, err := s.Receipt(10, 0); return err },
		"a tree beyond the log":          func() error { _, err := s.Receipt(5, 10); return err },
		"a checkpoint beyond the log":    func() error { _, err := s.Checkpoint(10); return err },
		"growth to a tree never there":   func() error { _, err := s.Consistency(5, 10); return err },
		"growth backwards":               func() error { _, err := s.Consistency(5, 4); return err },
		"growth from a tree never there": func() error { _, err := s.Consistency(10, 0); return err },
	} {
		if err := ask(); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestACorruptedRecordIsNotProven changes a record in the file, with its checksum, but not the hashes.
func TestACorruptedRecordIsNotProven(t *testing.T) {
	dir := t.TempDir()
	l := opening(t, dir)
	payments(t, l, 1, 200)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(filepath.Join(dir, ledger.FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		records, chunk := tx.Bucket([]byte("records")), make([]byte, 8)
		value := bytes.Clone(records.Get(chunk))
		body := value[:len(value)-4]
		body[len(body)-1] ^= 1
		sum := crc32.Checksum(append(chunk, body...), crc32.MakeTable(crc32.Castagnoli))
		return records.Put(chunk, binary.BigEndian.AppendUint32(body, sum))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := signing(t, opening(t, dir)).Receipt(64, 200); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("%v", err)
	}
}

// BenchmarkReceipt proves records of a large log, all over it.
func BenchmarkReceipt(b *testing.B) {
	s, records := large(b)
	if _, err := s.Newest(); err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		if _, err := s.Receipt(ledger.Seq(n*7919%records)+1, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConsistency proves the growth from all over a large log; signatures included.
func BenchmarkConsistency(b *testing.B) {
	s, records := large(b)
	for n := 0; b.Loop(); n++ {
		if _, err := s.Consistency(ledger.Seq(n*7919%records)+1, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyReceipt is what an outsider does.
func BenchmarkVerifyReceipt(b *testing.B) {
	s, records := large(b)
	receipt, err := s.Receipt(ledger.Seq(records/3), 0)
	if err != nil {
		b.Fatal(err)
	}
	text, key := receipt.Text(), publicOf(b, s)
	b.ReportMetric(float64(len(text)), "B/receipt")
	for b.Loop() {
		receipt, err := proof.ParseReceipt(text)
		if err == nil {
			_, err = receipt.Verify(key)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// large signs for a log of a hundred thousand records.
func large(b *testing.B) (*Signer, int) {
	b.Helper()
	const records = 100_000
	l := opening(b, b.TempDir())
	for from := 1; from <= records; from += 5_000 {
		payments(b, l, from, from+4_999)
	}
	b.ResetTimer()
	return signing(b, l), records
}
