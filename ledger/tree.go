package ledger

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// tree is the Merkle tree while it grows: the roots of the complete subtrees that its size is the sum of, by level.
// peaks[k] counts when bit k of size is set; all a tree that grows at its end ever needs.
type tree struct {
	size  uint64
	peaks [64]tlog.Hash
}

// add appends a leaf and returns the highest level that it completed: the hashes of the levels 0 to that one are new,
// and levels from 6 up appended to done.
func (t *tree) add(leaf tlog.Hash, done []byte) []byte {
	h, level := leaf, 0
	for ; t.size>>level&1 == 1; level++ {
		if level >= chunkShift {
			done = append(done, h[:]...)
		}
		h = tlog.NodeHash(t.peaks[level], h)
	}
	if level >= chunkShift {
		done = append(done, h[:]...)
	}
	t.peaks[level] = h
	t.size++
	return done
}

// root is the RFC 6962 hash of all leaves.
func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		return emptyRoot
	}
	level := bits.TrailingZeros64(t.size)
	h := t.peaks[level]
	for level++; level < 64; level++ {
		if t.size>>level&1 == 1 {
			h = tlog.NodeHash(t.peaks[level], h)
		}
	}
	return h
}

// recordTree is a tree to which records are added.
type recordTree struct {
	tree
	leaf   []byte // buffer: 0x00 and a record
	hashes []byte // those stored of the chunk added last
}

func (t *recordTree) addRecord(record []byte) {
	t.leaf = append(append(t.leaf[:0], 0), record...)
	t.hashes = t.add(sha256.Sum256(t.leaf), t.hashes)
}

// addChunk adds the records of a chunk, and counts them.
func (t *recordTree) addChunk(body []byte) (n int, err error) {
	t.hashes = t.hashes[:0]
	for ; len(body) > 0; n++ {
		record, rest, ok := cutText(body)
		if !ok {
			return n, fmt.Errorf("record %d is cut short: %w", t.size+1, ErrDamaged)
		}
		t.addRecord(record)
		body = rest
	}
	return n, nil
}

// emptyRoot is the hash of no leaves.
var emptyRoot, _ = tlog.TreeHash(0, nil)

// loadTree rebuilds the growing tree of size leaves from the stored hashes and the last chunk.
func loadTree(tx *bolt.Tx, size Seq, t *tree) error {
	*t = tree{size: uint64(size) &^ (chunkRecords - 1)}
	hashes := hashReader{tx: tx}
	start := uint64(0)
	for level := 63; level >= chunkShift; level-- {
		if t.size>>level&1 == 0 {
			continue
		}
		h, err := hashes.stored(level, start>>level)
		if err != nil {
			return err
		}
		t.peaks[level] = h
		start += 1 << level
	}
	if t.size == uint64(size) {
		return nil
	}
	leaves, err := hashes.leaves(t.size >> chunkShift)
	for _, leaf := range leaves {
		t.add(leaf, nil)
	}
	return err
}

// hashReader reads the hashes of the tree for package tlog: from the tree bucket, and those below level 6 by hashing
// the records of their chunk.
type hashReader struct {
	tx     *bolt.Tx
	chunk  uint64
	hashed []tlog.Hash // leaves of chunk, once asked for
}

// ReadHashes implements tlog.HashReader.
func (r *hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		read := r.computed
		if level >= chunkShift {
			read = r.stored
		}
		h, err := read(level, uint64(n))
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}

// stored reads the hash of the nth complete subtree of a level from 6 up. Its last chunk keeps it.
func (r *hashReader) stored(level int, n uint64) (h tlog.Hash, err error) {
	chunk := (n+1)<<(level-chunkShift) - 1
	body, err := getWithCRC(bucketIn(r.tx, bucketTree), key8(chunk))
	if err != nil {
		return h, err
	}
	at := (level - chunkShift) * tlog.HashSize
	if len(body) < at+tlog.HashSize {
		return h, fmt.Errorf("hash %d of level %d is missing: %w", n, level, ErrDamaged)
	}
	return tlog.Hash(body[at : at+tlog.HashSize]), nil
}

// computed works out the hash of the nth complete subtree of a level below 6.
func (r *hashReader) computed(level int, n uint64) (tlog.Hash, error) {
	leaves, err := r.leaves(n << level >> chunkShift)
	if err != nil {
		return tlog.Hash{}, err
	}
	from := n << level & (chunkRecords - 1)
	if from+1<<level > uint64(len(leaves)) {
		return tlog.Hash{}, fmt.Errorf("hash %d of level %d is beyond the records: %w", n, level, ErrDamaged)
	}
	var t tree
	for _, leaf := range leaves[from : from+1<<level] {
		t.add(leaf, nil)
	}
	return t.root(), nil
}

// leaves hashes the records of a chunk.
func (r *hashReader) leaves(chunk uint64) ([]tlog.Hash, error) {
	if r.hashed != nil && r.chunk == chunk {
		return r.hashed, nil
	}
	body, err := chunkBody(r.tx, chunk)
	if err != nil {
		return nil, err
	}
	r.chunk, r.hashed = chunk, make([]tlog.Hash, 0, chunkRecords)
	for len(body) > 0 {
		b, rest, ok := cutText(body)
		if !ok {
			return nil, fmt.Errorf("chunk %d is cut short: %w", chunk, ErrDamaged)
		}
		r.hashed, body = append(r.hashed, tlog.RecordHash(b)), rest
	}
	return r.hashed, nil
}

// Root is the root of the tree of the first size records: of the empty tree for 0, ErrNotFound beyond the last record.
func (l *Log) Root(size Seq) (tlog.Hash, error) {
	state := l.current()
	switch {
	case size > state.last:
		return tlog.Hash{}, fmt.Errorf("root of %d records, there are %d: %w", size, state.last, ErrNotFound)
	case size == state.last:
		return state.root, nil
	}
	var root tlog.Hash
	err := l.view(func(tx *bolt.Tx) (err error) {
		root, err = tlog.TreeHash(int64(size), &hashReader{tx: tx})
		return err
	})
	return root, err
}
