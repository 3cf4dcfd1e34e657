package ledger

import (
	"errors"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/ledger/proof"
)

// naive is RFC 6962's MTH, by its definition.
func naive(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return emptyRoot
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
	l := keeping(t, t.TempDir())
	payments(t, l, 1, records)
	s := signing(t, l)
	ref := referenceOf(t, l)
	var leaves []tlog.Hash
	for n := range int64(records) {
		leaves = append(leaves, ref.hashes[tlog.StoredHashIndex(0, n)])
	}
	for _, size := range []Seq{1, 2, 3, 5, 63, 64, 65, 127, 128, 129, 191, 192, 193, records} {
		if c := checkpointed(t, s, size); c.Root != naive(leaves[:size]) {
			t.Errorf("the root of %d records is not theirs", size)
		}
		for seq := Seq(1); seq <= size; seq++ {
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
	l := keeping(t, t.TempDir())
	payments(t, l, 1, records)
	s := signing(t, l)
	for _, newer := range []Seq{1, 63, 64, 65, 127, 128, 129, records} {
		for older := Seq(0); older <= newer; older++ {
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
	l := keeping(t, t.TempDir())
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
		if err := ask(); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestARottenRecordIsNotProven changes a record behind the log's back, with its checksum, but not the hashes.
func TestARottenRecordIsNotProven(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Bind("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	payments(t, l, 1, 200)
	s := signing(t, l)
	err = l.db.Update(func(tx *bolt.Tx) error {
		body, err := chunkBody(tx, 0)
		if err != nil {
			return err
		}
		body = append([]byte(nil), body...)
		body[len(body)-1] ^= 1
		return putSealed(tx.Bucket(bucketRecords), key8(0), body)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Receipt(64, 200); !errors.Is(err, ErrDamaged) {
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
		if _, err := s.Receipt(Seq(n*7919%records)+1, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConsistency proves the growth from all over a large log; signatures included.
func BenchmarkConsistency(b *testing.B) {
	s, records := large(b)
	for n := 0; b.Loop(); n++ {
		if _, err := s.Consistency(Seq(n*7919%records)+1, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyReceipt is what an outsider does.
func BenchmarkVerifyReceipt(b *testing.B) {
	s, records := large(b)
	receipt, err := s.Receipt(Seq(records/3), 0)
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

// large is a log of a million records.
func large(b *testing.B) (*Signer, int) {
	b.Helper()
	const records = 1_000_000
	dir := full(b, "v7", records)
	l, err := Open(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	b.ResetTimer()
	return signing(b, l), records
}
