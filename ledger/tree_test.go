package ledger

import (
	"errors"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// reference computes the tree from the records as package tlog does, and stores every hash.
type reference struct{ hashes []tlog.Hash }

func (r *reference) ReadHashes(indexes []int64) (hashes []tlog.Hash, err error) {
	for _, i := range indexes {
		hashes = append(hashes, r.hashes[i])
	}
	return hashes, nil
}

// referenceOf hashes the bytes of all records.
func referenceOf(t testing.TB, l *Log) *reference {
	t.Helper()
	ref := &reference{}
	for seq := Seq(1); seq <= l.Last(); seq++ {
		err := l.view(func(tx *bolt.Tx) error {
			body, err := chunkBody(tx, chunkOf(seq))
			if err != nil {
				return err
			}
			record, err := recordBytes(body, seq)
			if err != nil {
				return err
			}
			hashes, err := tlog.StoredHashes(int64(seq-1), record, ref)
			ref.hashes = append(ref.hashes, hashes...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return ref
}

func TestTheTreeIsThatOfTheRFC(t *testing.T) {
	const records = 300
	l := keeping(t, t.TempDir())
	for n := 1; n <= records; n++ {
		payments(t, l, n, n)
	}
	ref := referenceOf(t, l)
	for size := Seq(0); size <= records; size++ {
		want, err := tlog.TreeHash(int64(size), ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := l.Root(size); err != nil || got != want {
			t.Errorf("root of %d records: %v, want %v, %v", size, got, want, err)
		}
	}
	if _, err := l.Root(records + 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("root beyond the log: %v", err)
	}
	err := l.view(func(tx *bolt.Tx) error {
		stored := &hashReader{tx: tx}
		for i, want := range ref.hashes {
			if got, err := stored.ReadHashes([]int64{int64(i)}); err != nil || got[0] != want {
				t.Errorf("stored hash %d: %v, want %v, %v", i, got, want, err)
			}
		}
		if _, err := stored.ReadHashes([]int64{int64(len(ref.hashes))}); err == nil {
			t.Error("a hash beyond the log")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheTreeDoesNotDependOnBatches appends the same messages in batches of several sizes.
func TestTheTreeDoesNotDependOnBatches(t *testing.T) {
	var want tlog.Hash
	for _, size := range []int{1, 7, 64, 65, 200} {
		l := keeping(t, t.TempDir())
		for from := 1; from <= 200; from += size {
			payments(t, l, from, min(from+size-1, 200))
		}
		got, err := l.Root(200)
		if err != nil {
			t.Fatal(err)
		}
		if size == 1 {
			want = got
		}
		if got != want {
			t.Errorf("batches of %d: root %v, want %v", size, got, want)
		}
	}
}

func TestProofs(t *testing.T) {
	const records = 200
	l := keeping(t, t.TempDir())
	payments(t, l, 1, records)
	ref := referenceOf(t, l)
	root, err := l.Root(records)
	if err != nil {
		t.Fatal(err)
	}
	for n := range int64(records) {
		_, proof, err := l.ProveRecord(Seq(n+1), records)
		if err != nil {
			t.Fatal(err)
		}
		leaf := ref.hashes[tlog.StoredHashIndex(0, n)]
		if err := tlog.CheckRecord(proof, records, root, n, leaf); err != nil {
			t.Errorf("record %d is not proven: %v", n+1, err)
		}
		older, err := l.Root(Seq(n + 1))
		if err != nil {
			t.Fatal(err)
		}
		growth, err := l.ProveGrowth(Seq(n+1), records)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckTree(growth, records, root, n+1, older); err != nil {
			t.Errorf("the log of %d records is not proven to be the beginning: %v", n+1, err)
		}
	}
}
