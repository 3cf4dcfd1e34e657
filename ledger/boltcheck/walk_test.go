package boltcheck_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zhangben/ledger/boltcheck"
)

const pageSize = 4 << 10

// file makes a bbolt file with branches, long values, a bucket within a bucket and free pages.
func file(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	db, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	fill := func(tx *bolt.Tx) error {
		outer, err := tx.CreateBucketIfNotExists([]byte("outer"))
		if err != nil {
			return err
		}
		inner, err := outer.CreateBucketIfNotExists([]byte("inner"))
		for n := uint64(0); n < 600 && err == nil; n++ {
			err = inner.Put(binary.BigEndian.AppendUint64(nil, n), make([]byte, 100+n%50*40))
		}
		return err
	}
	drop := func(tx *bolt.Tx) error {
		inner := tx.Bucket([]byte("outer")).Bucket([]byte("inner"))
		for n := uint64(200); n < 300; n++ {
			if err := inner.Delete(binary.BigEndian.AppendUint64(nil, n)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := errors.Join(db.Update(fill), db.Update(drop), db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// problems lists what a walk over all pages finds.
func problems(t *testing.T, path string) (list []error) {
	t.Helper()
	walk, err := boltcheck.Open(path)
	if err != nil {
		return []error{err}
	}
	defer walk.Close()
	for err := range walk.Trees(true) {
		list = append(list, err)
	}
	if len(list) == 0 {
		if err := walk.FreeList(); err != nil {
			list = append(list, err)
		}
	}
	return list
}

func TestASoundFileHasNoProblems(t *testing.T) {
	if list := problems(t, file(t)); len(list) > 0 {
		t.Error(list)
	}
}

// TestEveryPageIsWalked makes one page at a time call itself another, and have another kind.
func TestEveryPageIsWalked(t *testing.T) {
	path := file(t)
	used := map[uint64]string{}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bolt.Tx) error {
		for id := 2; id < int(tx.Size())/pageSize; id++ {
			page, err := tx.Page(id)
			if err != nil {
				return err
			}
			if page.Type != "free" {
				used[uint64(id)] = page.Type
				id += page.OverflowCount
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	for id, kind := range used {
		for _, at := range []int64{0, 8} {
			flip(t, path, int64(id)*pageSize+at)
			list := problems(t, path)
			flip(t, path, int64(id)*pageSize+at)
			var wrong *boltcheck.PageError
			if len(list) == 0 || !errors.As(list[0], &wrong) || wrong.Page != id ||
				!errors.Is(list[0], boltcheck.ErrDamaged) {
				t.Errorf("%s page %d, byte %d: %v", kind, id, at, list)
			}
		}
	}
}

// flip inverts the highest bit of a byte.
func flip(t *testing.T, path string, at int64) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b [1]byte
	_, errRead := file.ReadAt(b[:], at)
	_, errWrite := file.WriteAt([]byte{b[0] ^ 0x80}, at)
	if err := errors.Join(errRead, errWrite, file.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestOneProblemDoesNotHideTheOthers damages all leaves of more than one element. Some of them are no longer used.
func TestOneProblemDoesNotHideTheOthers(t *testing.T) {
	path := file(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const leaf = 2
	leaves := 0
	for at := 2 * pageSize; at < len(content); at += pageSize {
		if binary.NativeEndian.Uint64(content[at:]) == uint64(at/pageSize) && content[at+8] == leaf &&
			content[at+10] > 1 {
			content[at+10], content[at+11] = 0xff, 0xff // how many elements it has
			leaves++
		}
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if list := problems(t, path); len(list) < leaves/2 || leaves < 20 {
		t.Errorf("%d leaves damaged, found %d", leaves, len(list))
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for name, content := range map[string][]byte{
		"empty":  nil,
		"zeroes": make([]byte, 16*pageSize),
		"short":  make([]byte, 100),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := boltcheck.Check(path, true); !errors.Is(err, boltcheck.ErrDamaged) &&
			!errors.Is(err, boltcheck.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGuardReturnsDamageOnly(t *testing.T) {
	damage := fmt.Errorf("bucket \"meta\" is missing: %w", boltcheck.ErrDamaged)
	if err := boltcheck.Guard(func() error { panic(damage) }); !errors.Is(err, boltcheck.ErrDamaged) {
		t.Error(err)
	}
	if err := boltcheck.Guard(func() error { return os.ErrClosed }); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a panic of our own was taken for damage")
		}
	}()
	_ = boltcheck.Guard(func() error { panic("a bug") })
}
