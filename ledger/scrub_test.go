package ledger

import (
	"errors"
	"path/filepath"
	"testing"
)

// walk scrubs to the end, a few bytes at a time.
func walk(l *Log, step int, between func()) (bytes int, err error) {
	s := l.Scrub()
	for {
		n, done, err := s.Step(step)
		bytes += n
		if done || err != nil {
			return bytes, err
		}
		between()
	}
}

func TestScrubFindsNothingWhileEventsFlow(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 1_000)
	for _, step := range []int{1, 5_000, 1 << 30} {
		left := 20
		n, err := walk(l, step, func() {
			if left--; left > 0 {
				next := int(l.Position().StreamSeq) + 1
				appended(
					t,
					l,
					stated(next, paid(next, "acct-1", "HT-1", 1)),
					malformed(next+1),
					stated(next+2, paid(next, "acct-1", "HT-1", 1)),
				)
				payments(t, l, next+3, next+40)
			}
		})
		if err != nil || n < 64_000 {
			t.Errorf("steps of %d: %d bytes, %v", step, n, err)
		}
	}
}

func TestScrubFindsFaults(t *testing.T) {
	for name, f := range map[string]fault{
		"a record":           {bucketRecords, key8(2), reforge(130, func(r []byte) { r[len(r)-1] ^= 1 })},
		"a recent record":    {bucketRecords, key8(3), reforge(200, func(r []byte) { r[len(r)-1] ^= 1 })},
		"a chunk gone":       {bucketRecords, key8(1), nil},
		"a record too many":  {bucketRecords, key8(1), func(b []byte) []byte { return append(b, 1, 1) }},
		"a hash":             {bucketTree, key8(1), flip(5)},
		"a record cut short": {bucketRecords, key8(1), func(b []byte) []byte { return b[:len(b)-1] }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, forged := range []bool{false, true} {
				found(t, f, forged)
			}
		})
	}
	// A forged checksum makes a duplicate true: there is nothing to tell it by.
	found(t, fault{bucketDuplicates, key8(firstOfBucket(t, bucketDuplicates)), flip(7)}, false)
	found(t, fault{bucketRejected, key8(firstOfBucket(t, bucketRejected)), flip(9)}, false)
}

// found plants a fault behind an open ledger's back, and wants the scrub to find it.
func found(t *testing.T, f fault, forged bool) {
	t.Helper()
	dir := busyFolder(t)
	l, err := Open(dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.db.Close(); err != nil {
		t.Fatal(err)
	}
	f.plant(t, filepath.Join(dir, FileName), forged)
	if l.db, err = openFile(dir, Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := walk(l, 1_000, func() {}); !errors.Is(err, ErrDamaged) {
		t.Errorf("forged %t: %v", forged, err)
	}
}

func firstOfBucket(t *testing.T, bucket []byte) uint64 {
	t.Helper()
	db, err := openFile(busyFolder(t), Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	key, _ := tx.Bucket(bucket).Cursor().First()
	var n uint64
	for _, b := range key {
		n = n<<8 | uint64(b)
	}
	return n
}
