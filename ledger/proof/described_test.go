package proof_test

import (
	"crypto/sha256"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// described is step 3 of checking a receipt as doc.go puts it, word by word.
func described(record []byte, index, size int, path []tlog.Hash) (h tlog.Hash, ok bool) {
	h = sha256.Sum256(append([]byte{0}, record...))
	i, last := index, size-1
	for _, p := range path {
		if last == 0 {
			return h, false // a hash left over
		}
		if i%2 == 1 || i == last {
			h = node(p, h)
			if i%2 == 0 {
				for i%2 == 0 && i != 0 {
					i, last = i/2, last/2
				}
			}
		} else {
			h = node(h, p)
		}
		i, last = i/2, last/2
	}
	return h, last == 0
}

func TestTheDescribedCheckIsTheRightOne(t *testing.T) {
	b := booksOf(t, 129)
	for _, size := range sizes {
		root := rootOf(b.leaves[:size])
		for index := range size {
			path := pathOf(index, b.leaves[:size])
			if got, ok := described(b.records[index], index, size, path); !ok || got != root {
				t.Errorf("record %d of %d is not proven", index+1, size)
			}
			if _, ok := described(b.records[index], index, size, append(slices.Clone(path), root)); ok {
				t.Errorf("record %d of %d is proven by a hash too many", index+1, size)
			}
			if len(path) == 0 {
				continue
			}
			if got, ok := described(b.records[index], index, size, path[1:]); ok && got == root {
				t.Errorf("record %d of %d is proven by a hash too few", index+1, size)
			}
		}
	}
}
