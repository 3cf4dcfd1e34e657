package index

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"zhangben/events"
)

// filled is an index of records of some accounts and contracts.
func filled(records int) *Index {
	x := New(NewKey(), 0, 0, 0)
	for n := 1; n <= records; n++ {
		e := &events.Event{Account: fmt.Sprintf("acct-%d", n%7), Contract: fmt.Sprintf("HT-%d", n%11)}
		binary.BigEndian.PutUint64(e.ID[:], uint64(n))
		x.Add(Seq(n), e)
	}
	return x
}

// saved is the cache of an index.
func saved(t *testing.T, x *Index, of Identity) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cache")
	if err := x.Snapshot(of).Save(t.Context(), path, new(sync.Mutex)); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A save that is abandoned, because the log is being closed, leaves the cache as it was.
func TestAnAbandonedSaveLeavesTheCache(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache")
	if err := filled(100).Snapshot(Identity{Last: 100}).Save(t.Context(), path, new(sync.Mutex)); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = filled(200).Snapshot(Identity{Last: 200}).Save(ctx, path, new(sync.Mutex))
	after, errRead := os.ReadFile(path)
	if !errors.Is(err, context.Canceled) || errRead != nil || !bytes.Equal(before, after) {
		t.Errorf("%v, %d bytes of %d, %v", err, len(after), len(before), errRead)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func anyRecords(Identity) error { return nil }

func TestACacheIsReadAsItWasSaved(t *testing.T) {
	x, of := filled(200), Identity{Created: 7, Last: 200}
	content := saved(t, x, of)
	same, last, err := decode(bytes.NewReader(content), int64(len(content)), 300, func(found Identity) error {
		if found != of {
			t.Errorf("it is of %+v", found)
		}
		return nil
	})
	if err != nil || last != 200 || !same.Equal(x) {
		t.Errorf("up to record %d, %v", last, err)
	}
	_, _, err = decode(
		bytes.NewReader(content),
		int64(len(content)),
		300,
		func(Identity) error { return errors.ErrUnsupported },
	)
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("of records it should not be: %v", err)
	}
}

// TestADamagedCacheIsRefused changes each byte, and cuts the file short at many lengths: what a kill between two
// writes, a full disk or a failing one leaves.
func TestADamagedCacheIsRefused(t *testing.T) {
	whole := saved(t, filled(200), Identity{Last: 200})
	accepted := func(b []byte) bool {
		_, _, err := decode(bytes.NewReader(b), int64(len(b)), 0, anyRecords)
		return err == nil
	}
	if !accepted(whole) {
		t.Fatal("the whole one is refused")
	}
	for at := range whole {
		whole[at] ^= byte(1 + at%255)
		if accepted(whole) {
			t.Errorf("accepted with byte %d changed", at)
		}
		whole[at] ^= byte(1 + at%255)
		if at%8 == 0 && accepted(whole[:at]) {
			t.Errorf("accepted when cut after %d bytes", at)
		}
	}
	if accepted(append(whole, 0)) {
		t.Error("accepted with a byte too many")
	}
}

// TestEqualSeesEveryDifference changes one thing at a time.
func TestEqualSeesEveryDifference(t *testing.T) {
	for name, change := range map[string]func(x *Index){
		"an id": func(x *Index) {
			shard := &x.ids.shards[slices.IndexFunc(x.ids.shards, func(s Shard) bool { return s.used > 0 })]
			shard.slots[slices.IndexFunc(shard.slots, func(slot uint64) bool { return slot != 0 })] ^= 1 << seqBits
		},
		"an account":        func(x *Index) { x.accounts.names.at(1)[0]++ },
		"an account's seqs": func(x *Index) { x.accounts.lists.block(x.accounts.of[1].first).bytes[0]++ },
		"an account's last": func(x *Index) { x.accounts.of[1].last-- },
		"a contract":        func(x *Index) { x.contracts.ids.at(1)[0]++ },
		"contracts' order":  func(x *Index) { slices.Reverse(x.contracts.all[:2]) },
	} {
		x := filled(200)
		content := saved(t, x, Identity{Last: 200})
		y, _, err := decode(bytes.NewReader(content), int64(len(content)), 0, anyRecords)
		if err != nil || !x.Equal(y) {
			t.Fatal(err)
		}
		if change(y); x.Equal(y) {
			t.Errorf("%s: seen as equal", name)
		}
	}
}
