package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// What bbolt's pages are made of: package boltcheck has it too.
const (
	pageHeader  = 16
	elementSize = 16
	metaSize    = 64
	branchPage  = 1
	leafPage    = 2
)

// wideFolder is the folder of a ledger whose trees have branches, and whose list of free pages has some.
func wideFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	l := keeping(t, dir)
	for from := 1; from <= 3000; from += 500 {
		payments(t, l, from, from+499)
	}
	for n := 3001; n <= 3400; n += 100 {
		var refused []Arrival
		for k := range 100 {
			refused = append(refused, malformed(n+k))
		}
		appended(t, l, refused...)
	}
	closed(t, l, dir)
	return dir
}

// pagesOf lists the pages of a sound ledger by their type, as bbolt has it.
func pagesOf(t *testing.T, path string) map[string][]int {
	t.Helper()
	db, err := openPath(path, Options{ReadOnly: true, freePages: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pages := map[string][]int{}
	err = view(db, func(tx *bolt.Tx) error {
		for id := 2; id < int(tx.Size())/pageSize; id++ {
			page, err := tx.Page(id)
			if err != nil {
				return err
			}
			pages[page.Type] = append(pages[page.Type], id)
			if page.Type != "free" {
				id += page.OverflowCount
			}
		}
		return nil
	})
	if err != nil || len(pages["branch"]) == 0 || len(pages["free"]) == 0 || len(pages["freelist"]) != 1 {
		t.Fatalf("%v %v", pages, err)
	}
	return pages
}

// damage writes some bytes into a file, and returns what was there.
func damage(t *testing.T, path string, at int, bytes []byte) (before []byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	before = make([]byte, len(bytes))
	_, errRead := file.ReadAt(before, int64(at))
	_, errWrite := file.WriteAt(bytes, int64(at))
	if err := errors.Join(errRead, errWrite, file.Close()); err != nil {
		t.Fatal(err)
	}
	return before
}

// damaged writes some bytes into a file, has fn look, and puts back what was there.
func damaged(t *testing.T, path string, at int, bytes []byte, fn func()) {
	t.Helper()
	before := damage(t, path, at, bytes)
	fn()
	damage(t, path, at, before)
}

// TestWrongBranchesAreRefused points elements of branches to themselves, to the root, to pages of another kind,
// and beyond the file. bbolt would follow a circle until the stack is full.
func TestWrongBranchesAreRefused(t *testing.T) {
	dir := wideFolder(t)
	path := filepath.Join(dir, FileName)
	pages := pagesOf(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, branch := range pages["branch"] {
		head := branch * pageSize
		elements := int(binary.NativeEndian.Uint16(whole[head+10:]))
		for _, n := range []int{0, elements - 1} {
			for _, to := range []int{branch, 0, pages["branch"][0], pages["freelist"][0], len(whole) / pageSize, 1 << 50} {
				at := head + pageHeader + n*elementSize + 8
				damaged(t, path, at, binary.NativeEndian.AppendUint64(nil, uint64(to)), func() {
					refused(t, dir, fmt.Sprintf("element %d of page %d leads to page %d", n, branch, to), true)
				})
			}
		}
		for what, change := range map[string]struct {
			at    int
			bytes []byte
		}{
			"calls itself another":    {head, binary.NativeEndian.AppendUint64(nil, 1)},
			"is of no kind":           {head + 8, []byte{0, 0}},
			"is a leaf":               {head + 8, []byte{leafPage, 0}},
			"has no elements":         {head + 10, []byte{0, 0}},
			"has too many elements":   {head + 10, []byte{0xff, 0xff}},
			"goes on for ever":        {head + 12, []byte{0xff, 0xff, 0xff, 0xff}},
			"is empty":                {head, make([]byte, pageSize)},
			"has a key too long":      {head + pageHeader + 4, []byte{0xff, 0xff, 0xff, 0x7f}},
			"has a key out of order":  {head + pageHeader, whole[head+pageHeader+elementSize : head+pageHeader+elementSize+4]},
			"has a key beyond itself": {head + pageHeader, []byte{0xff, 0xff, 0xff, 0x7f}},
		} {
			damaged(t, path, change.at, change.bytes, func() {
				late := what == "is a leaf" // of nothing that makes sense: who reads it is told
				refused(t, dir, fmt.Sprintf("branch %d %s", branch, what), !late)
			})
		}
	}
}

// TestAWrongListOfFreePagesIsRefused: bbolt would write over pages that are in use. Who only reads needs no such list.
func TestAWrongListOfFreePagesIsRefused(t *testing.T) {
	dir := wideFolder(t)
	path := filepath.Join(dir, FileName)
	pages := pagesOf(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := pages["freelist"][0] * pageSize
	count := int(binary.NativeEndian.Uint16(whole[head+10:]))
	var free []uint64
	for n := range count {
		free = append(free, binary.NativeEndian.Uint64(whole[head+pageHeader+8*n:]))
	}
	encode := func(ids []uint64) []byte {
		list := slices.Clone(whole[head : head+pageHeader])
		binary.NativeEndian.PutUint16(list[10:], uint16(len(ids)))
		for _, id := range ids {
			list = binary.NativeEndian.AppendUint64(list, id)
		}
		return list
	}
	with := func(id int) []byte {
		ids := append(slices.Clone(free), uint64(id))
		slices.Sort(ids)
		return encode(ids)
	}
	leaf := pages["leaf"][len(pages["leaf"])/2]
	for what, list := range map[string][]byte{
		"a leaf":              with(leaf),
		"what a leaf goes on": with(leaf + 1),
		"a branch":            with(pages["branch"][0]),
		"itself":              with(pages["freelist"][0]),
		"a meta page":         with(1),
		"beyond the file":     with(len(whole) / pageSize),
		"one page twice":      with(int(free[0])),
		"too many":            append(slices.Clone(whole[head:head+10]), 0xfe, 0xff),
		"far too many": slices.Concat(whole[head:head+10],
			[]byte{0xff, 0xff, 0, 0, 0, 0}, slices.Repeat([]byte{0xff}, 8)),
		"nothing any more": make([]byte, pageSize),
	} {
		damaged(t, path, head, list, func() { refused(t, dir, "the list has "+what, false) })
	}
}

// TestFilesCutOffAreRefused cuts the file off at many places.
func TestFilesCutOffAreRefused(t *testing.T) {
	dir := wideFolder(t)
	path := filepath.Join(dir, FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := slices.Max(pagesOf(t, path)["leaf"]) * pageSize
	for _, size := range []int{
		0, 1, 100, pageSize - 1, pageSize, pageSize + 1, 2*pageSize - 1, 2 * pageSize, 3 * pageSize,
		end / 2, end, end + 1,
	} {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, fmt.Sprintf("of %d bytes", size), true)
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
}

// refused asks that opening for writing returns an error that says what is wrong, and opening for reading too where
// that is wanted; and that verifying finds it.
func refused(t *testing.T, dir, what string, reading bool) {
	t.Helper()
	for _, o := range []Options{{ReadOnly: true}, {}} {
		l, err := Open(dir, o)
		if err == nil {
			l.Close()
		}
		wanted := reading || !o.ReadOnly
		if wanted && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) {
			t.Errorf("%s: read only %t: %v", what, o.ReadOnly, err)
		}
	}
	if report, err := Verify(t.Context(), dir); err == nil && report.OK() {
		t.Errorf("%s: verifying found nothing", what)
	}
}

// FuzzOpening writes over some bytes of a ledger. Opening it, and reading all of it, returns the records that were
// written or says that it is damaged; nothing falls over, and nothing goes on for ever.
func FuzzOpening(f *testing.F) {
	l, err := Open(f.TempDir(), Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer l.Close()
	if err := l.Bind("BILLING", opened, false); err != nil {
		f.Fatal(err)
	}
	busy(f, l)
	file := filepath.Join(f.TempDir(), "b")
	if _, err := l.Backup(f.Context(), file); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	want := ask(f, l).Records
	for page := range len(whole) / pageSize {
		f.Add(uint32(page*pageSize+8), []byte{branchPage})
		f.Add(uint32(page*pageSize+pageHeader+8), []byte{byte(page)})
		f.Add(uint32(page*pageSize), make([]byte, pageSize))
	}
	f.Fuzz(func(t *testing.T, at uint32, over []byte) {
		dir, altered := t.TempDir(), slices.Clone(whole)
		copy(altered[int(at)%len(altered):], over)
		if err := os.WriteFile(filepath.Join(dir, FileName), altered, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{ReadOnly: true}, {}} {
			l, err := Open(dir, o)
			if err == nil {
				err = errors.Join(sameRecords(l, want), l.Close())
			}
			if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) {
				t.Errorf("read only %t: %v", o.ReadOnly, err)
			}
		}
	})
}
