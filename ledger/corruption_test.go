package ledger

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// TestCorruptedPages turns one bit of the file at a time. Verifying survives that and finds it, unless the bit was in
// none of the bytes that mean anything: then everything reads as before. Nor does reading ever return a wrong answer.
func TestCorruptedPages(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	busy(t, l)
	want := ask(t, l)
	var size int64
	err := l.view(func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	})
	closed(t, l, dir)
	path := filepath.Join(dir, FileName)
	whole, errRead := os.ReadFile(path)
	if err := errors.Join(err, errRead); err != nil {
		t.Fatal(err)
	}
	whole = whole[:size]
	defer os.WriteFile(path, whole, 0o600)
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		at, bit := random.IntN(len(whole)), byte(1)<<random.IntN(8)
		corrupted := bytes.Clone(whole)
		corrupted[at] ^= bit
		if err := os.WriteFile(path, corrupted, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := Verify(t.Context(), dir)
		missed := report.OK() && err == nil
		l, err := Open(dir, Options{ReadOnly: true})
		if missed && err != nil {
			t.Errorf("byte %d: verified, but does not open: %v", at, err)
		}
		if err != nil {
			continue
		}
		if missed && !reflect.DeepEqual(ask(t, l), want) {
			t.Errorf("byte %d: verified, but is not what it was", at)
		}
		if err := sameRecords(l, want.Records); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %v", at, err)
		}
		l.Close()
	}
}

// TestACorruptedMetaPage turns bits of both meta pages: bbolt would take the commit before, and say nothing.
func TestACorruptedMetaPage(t *testing.T) {
	dir := busyFolder(t)
	file, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for n := range 2 * metaSize {
		at := int64(n%2*pageSize + pageHeader + n/2)
		whole := make([]byte, 1)
		_, errRead := file.ReadAt(whole, at)
		_, errTurn := file.WriteAt([]byte{whole[0] ^ 1<<(n%8)}, at)
		report, err := Verify(t.Context(), dir)
		if err == nil && report.OK() {
			t.Errorf("byte %d: nothing found", at)
		}
		_, errBack := file.WriteAt(whole, at)
		if err := errors.Join(errRead, errTurn, errBack); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, dir)
}

// TestAPageThatGoesOnForEver turns high bits of how many pages each page goes on for.
func TestAPageThatGoesOnForEver(t *testing.T) {
	dir := busyFolder(t)
	path := filepath.Join(dir, FileName)
	db, err := openPath(path, Options{ReadOnly: true, freePages: true, unchecked: true})
	if err != nil {
		t.Fatal(err)
	}
	free := map[int]bool{}
	pages := 0
	err = view(db, func(tx *bolt.Tx) error {
		pages = int(tx.Size()) / pageSize
		for id := 2; id < pages; id++ {
			page, err := tx.Page(id)
			if err != nil {
				return err
			}
			free[id] = page.Type != "leaf" && page.Type != "branch" && page.Type != "freelist"
			if !free[id] {
				id += page.OverflowCount
			}
		}
		return nil
	})
	file, errOpen := os.OpenFile(path, os.O_RDWR, 0)
	if err := errors.Join(err, db.Close(), errOpen); err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for id, unused := range free {
		at, whole := int64(id*pageSize+15), make([]byte, 1) // the last of four bytes, the lowest first
		_, errRead := file.ReadAt(whole, at)
		_, errTurn := file.WriteAt([]byte{whole[0] ^ 0x40}, at)
		report, err := Verify(t.Context(), dir)
		if !unused && err == nil && report.OK() {
			t.Errorf("page %d: nothing found", id)
		}
		_, errBack := file.WriteAt(whole, at)
		if err := errors.Join(errRead, errTurn, errBack); err != nil {
			t.Fatal(err)
		}
	}
}

// sameRecords scans the log, and returns an error where it has other records than expected.
func sameRecords(l *Log, want []Record) error {
	n := 0
	return l.Scan(0, func(r Record) error {
		if n++; n > len(want) || !reflect.DeepEqual(r, want[n-1]) {
			return errors.New("a record is not what it was")
		}
		return nil
	})
}
