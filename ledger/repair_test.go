package ledger

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// What follows from the records is rebuilt, and only that.
func TestRepairRebuildsWhatFollows(t *testing.T) {
	for name, f := range map[string]fault{
		"a hash":            {bucketTree, key8(1), flip(5)},
		"hashes gone":       {bucketTree, key8(2), nil},
		"hashes of nothing": {bucketTree, key8(9), replace(make([]byte, 32))},
		"the last seq":      {bucketMeta, keyLast, flip(7)},
		"the last time":     {bucketMeta, keyLast, flip(15)},
	} {
		for _, forged := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				dir := busyFolder(t)
				want := sound(t, dir)
				f.plant(t, filepath.Join(dir, FileName), forged)
				if report, _ := Verify(t.Context(), dir); report.OK() {
					t.Fatal("the fault was not found")
				}
				repaired, err := Repair(t.Context(), dir)
				if err != nil || len(repaired) != 1 {
					t.Errorf("%v %v", repaired, err)
				}
				same(t, sound(t, dir), want)
				if again, err := Repair(t.Context(), dir); err != nil || len(again) > 0 {
					t.Errorf("a sound ledger: %v %v", again, err)
				}
			})
		}
	}
}

// What nothing else has is left as it is, to the byte.
func TestRepairLeavesRecordsAlone(t *testing.T) {
	for name, f := range map[string]fault{
		"a record":             {bucketRecords, key8(2), reforge(130, func(r []byte) { r[len(r)-1] ^= 1 })},
		"a record's place":     {bucketRecords, key8(2), reforge(130, func(r []byte) { r[0] ^= 1 })},
		"a chunk gone":         {bucketRecords, key8(1), nil},
		"the last chunk gone":  {bucketRecords, key8(3), nil},
		"the root":             {bucketMeta, keyRoot, flip(3)},
		"a chunk beyond":       {bucketRecords, key8(9), replace([]byte{1, 1})},
		"a record cut short":   {bucketRecords, key8(3), func(b []byte) []byte { return b[:len(b)-1] }},
		"the root of a forger": {bucketMeta, keyRoot, replace(emptyRoot[:])},
	} {
		t.Run(name, func(t *testing.T) {
			dir := busyFolder(t)
			path := filepath.Join(dir, FileName)
			f.plant(t, path, true)
			before, _ := os.ReadFile(path)
			if repaired, err := Repair(t.Context(), dir); !errors.Is(err, ErrNotDerived) {
				t.Errorf("%v %v", repaired, err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

// A list of free pages that has some in use follows from the pages: the ledger is copied, and the damaged file kept.
func TestRepairRebuildsTheListOfFreePages(t *testing.T) {
	dir := wideFolder(t)
	want := sound(t, dir)
	path := filepath.Join(dir, FileName)
	at := pagesOf(t, path)["freelist"][0] * pageSize
	damage(t, path, at, make([]byte, pageSize))
	before, _ := os.ReadFile(path)
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("opening: %v", err)
	}
	if repaired, err := Repair(t.Context(), dir); err != nil || len(repaired) != 1 {
		t.Errorf("%v %v", repaired, err)
	}
	same(t, sound(t, dir), want)
	if kept, _ := os.ReadFile(path + DamagedSuffix); !bytes.Equal(kept, before) {
		t.Error("the damaged file is not kept")
	}
	l := keeping(t, dir)
	payments(t, l, 3401, 3500)
}

func TestRepairMakesNoLedger(t *testing.T) {
	dir := t.TempDir()
	if _, err := Repair(t.Context(), dir); !errors.Is(err, ErrNoLedger) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("made %v", left)
	}
}
