package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/ledger/atomicfile"
	"zhangben/ledger/boltcheck"
)

// ErrNotDerived says that what is wrong with a ledger does not follow from the rest of it, so that it cannot be
// rebuilt: a backup has to be restored.
var ErrNotDerived = errors.New("the records are not those that were committed, and exist nowhere else:" +
	" restore a backup, and the stream brings the rest")

// Repair rebuilds what follows from the records of a ledger that no process has open: the hashes of the tree, and in
// meta the last seq and its recorded time; and a wrong index cache is deleted. Where the list of free pages is wrong,
// all else is copied into a file with a list of its own, and the old one kept beside it. It writes nothing unless all
// records are there and have the root that was committed, and never touches a record, a duplicate, a refused message,
// the position or the root: they are what the rest is checked against. repaired says what was rebuilt.
func Repair(ctx context.Context, dir string) (repaired []Problem, err error) {
	found, err := Verify(ctx, dir)
	if err != nil { // there must be a ledger: opening it for writing makes one
		return nil, err
	}
	path := filepath.Join(dir, FileName)
	if errors.Is(boltcheck.Check(path, true), ErrDamaged) && boltcheck.Check(path, false) == nil {
		return recopy(ctx, dir, path)
	}
	db, err := openFile(dir, Options{})
	if err != nil {
		return nil, err
	}
	r := repair{}
	err = boltcheck.Guard(func() error { return db.Update(r.run) })
	if err == nil && slices.ContainsFunc(found.Problems, func(p Problem) bool { return p.Where == wrongCache }) {
		r.repaired = append(r.repaired, Problem{wrongCache, "deleted: it is rebuilt when the ledger is opened"})
		err = os.Remove(filepath.Join(dir, CacheName))
	}
	return r.repaired, errors.Join(err, db.Close())
}

// DamagedSuffix ends the name under which a file is kept that was copied because its list of free pages was wrong.
const DamagedSuffix = ".damaged"

// recopy puts a copy of a ledger, which verifies, in its place.
func recopy(ctx context.Context, dir, path string) (repaired []Problem, err error) {
	copied := path + ".copied"
	if _, err := Backup(ctx, dir, copied); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotDerived, err)
	}
	defer os.Remove(copied)
	if err := os.Link(path, path+DamagedSuffix); err != nil {
		return nil, fmt.Errorf("keep the damaged file: %w", err)
	}
	if err := os.Rename(copied, path); err != nil {
		return nil, fmt.Errorf("place the copy: %w", err)
	}
	what := "rebuilt in a copy of the file; the old one is " + FileName + DamagedSuffix
	return []Problem{{"free pages", what}}, atomicfile.Sync(dir)
}

// repair walks the records in one transaction.
type repair struct {
	repaired []Problem
	tree     recordTree
}

func (r *repair) run(tx *bolt.Tx) error {
	root, err := metaValue(tx, keyRoot, tlog.HashSize)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotDerived, err)
	}
	cursor := bucketIn(tx, bucketRecords).Cursor()
	for key, value := cursor.First(); key != nil; key, value = cursor.Next() {
		if err := r.chunk(tx, key, value); err != nil {
			return fmt.Errorf("%w: %w", ErrNotDerived, err)
		}
	}
	if r.tree.root() != tlog.Hash(root) {
		return fmt.Errorf("%w: %d records have another root", ErrNotDerived, r.tree.size)
	}
	if err := r.surplus(bucketIn(tx, bucketTree)); err != nil {
		return err
	}
	var last Record
	if r.tree.size > 0 {
		if last, err = readRecord(tx, Seq(r.tree.size)); err != nil {
			return err
		}
	}
	return r.put(bucketIn(tx, bucketMeta), keyLast, appendInstant(key8(r.tree.size), last.Recorded), "meta last")
}

// chunk adds the records of a chunk to the tree, and stores the hashes it completes where others are stored.
func (r *repair) chunk(tx *bolt.Tx, key, value []byte) error {
	body, err := checkCRC(key, value)
	if err != nil {
		return err
	}
	if first := r.tree.size; !bytes.Equal(key, key8(first>>chunkShift)) {
		return fmt.Errorf("record %d should begin chunk %x: %w", first+1, key, ErrDamaged)
	}
	if _, err := r.tree.addChunk(body); err != nil || r.tree.size%chunkRecords != 0 {
		return err
	}
	return r.put(bucketIn(tx, bucketTree), key, r.tree.hashes, fmt.Sprintf("tree %d", binary.BigEndian.Uint64(key)))
}

// put stores a value unless it is there.
func (r *repair) put(bucket *bolt.Bucket, key, body []byte, where string) error {
	if stored, err := getWithCRC(bucket, key); err == nil && stored != nil && bytes.Equal(stored, body) {
		return nil
	}
	r.repaired = append(r.repaired, Problem{where, "rebuilt from the records"})
	return putWithCRC(bucket, key, bytes.Clone(body))
}

// surplus deletes hashes of records that are not there.
func (r *repair) surplus(tree *bolt.Bucket) error {
	cursor := tree.Cursor()
	for key, _ := cursor.Seek(key8(r.tree.size >> chunkShift)); key != nil; key, _ = cursor.Next() {
		r.repaired = append(r.repaired, Problem{fmt.Sprintf("tree %x", key), "deleted: there are no such records"})
		if err := cursor.Delete(); err != nil {
			return err
		}
	}
	return nil
}
