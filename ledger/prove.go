package ledger

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// ProveRecord returns the bytes of a record, and the path from it to the root of the first size records. ErrNotFound
// says that it is not among them, or that there are not as many.
func (l *Log) ProveRecord(seq, size Seq) (record []byte, path []tlog.Hash, err error) {
	if seq == 0 || seq > size || size > l.Last() {
		return nil, nil, fmt.Errorf("record %d among the first %d, there are %d: %w", seq, size, l.Last(), ErrNotFound)
	}
	err = l.view(func(tx *bolt.Tx) error {
		body, err := chunkBody(tx, chunkOf(seq))
		if err != nil {
			return err
		}
		b, err := recordBytes(body, seq)
		if err != nil {
			return err
		}
		record = bytes.Clone(b)
		path, err = tlog.ProveRecord(int64(size), int64(seq-1), &hashReader{tx: tx})
		return err
	})
	return record, path, err
}

// ProveGrowth returns the hashes that prove that the tree of the first newer records begins with the first older ones.
func (l *Log) ProveGrowth(older, newer Seq) (path []tlog.Hash, err error) {
	switch {
	case older > newer || newer > l.Last():
		return nil, fmt.Errorf("%d records after %d, there are %d: %w", newer, older, l.Last(), ErrNotFound)
	case older == 0:
		return nil, nil
	}
	err = l.view(func(tx *bolt.Tx) error {
		path, err = tlog.ProveTree(int64(newer), int64(older), &hashReader{tx: tx})
		return err
	})
	return path, err
}
