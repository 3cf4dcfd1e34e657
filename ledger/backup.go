package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// backupStep is about how many bytes are copied out of one read transaction. A transaction for the whole copy would
// keep bbolt from reusing pages, and block appending whenever the file must be remapped.
const backupStep = 2 << 20

// appendOnly are the buckets in which keys are only ever added, in ascending order: what was copied of them stays
// true, but for the last chunk of the records, which fills.
var appendOnly = [][]byte{bucketRecords, bucketTree, bucketDuplicates, bucketRejected}

// Backup copies the ledger to a file while it is in use, and verifies the copy. The copy is a ledger of its own, as
// of the moment at which copying ended. It holds the ledger alone: no keys, which are in other files. It gets its
// name only when it is whole, on the disk and sound, and never takes that of another file. ErrDamaged says that the
// ledger, or the copy, is not what was written.
func (l *Log) Backup(ctx context.Context, path string) (Report, error) {
	return backup(ctx, l.db, path)
}

// Backup copies the ledger of a folder as the method of this name does, where no process has it open for writing.
func Backup(ctx context.Context, dir, path string) (Report, error) {
	db, err := openFile(dir, Options{ReadOnly: true})
	if err != nil {
		return Report{}, err
	}
	report, err := backup(ctx, db, path)
	return report, errors.Join(err, db.Close())
}

func backup(ctx context.Context, db *bolt.DB, path string) (Report, error) {
	return place(ctx, path, func(fresh string) error { return copyLedger(ctx, db, fresh) })
}

// copyLedger copies step by step. What stands in the copy before the last step is no ledger, and is refused as one.
func copyLedger(ctx context.Context, from *bolt.DB, path string) error {
	o := bolt.Options{PageSize: pageSize, FreelistType: bolt.FreelistMapType, NoSync: true}
	to, err := bolt.Open(path, 0o600, &o)
	if err != nil {
		return err
	}
	c := copying{copied: make([][]byte, len(appendOnly))}
	for done := false; !done && err == nil; {
		if err = ctx.Err(); err != nil {
			break
		}
		err = view(from, func(source *bolt.Tx) error {
			return to.Update(func(target *bolt.Tx) error {
				done, err = c.step(source, target)
				return err
			})
		})
	}
	return errors.Join(err, to.Close())
}

// copying remembers the last key copied of each append-only bucket.
type copying struct{ copied [][]byte }

// step copies on. It is done when one transaction showed the ends of all append-only buckets: then the rest, which
// changes, is copied from that transaction too.
func (c *copying) step(source, target *bolt.Tx) (done bool, err error) {
	room := backupStep
	for i, name := range appendOnly {
		if err := c.grow(i, bucketIn(source, name), target, &room); err != nil {
			return false, fmt.Errorf("bucket %s: %w", name, err)
		}
		if room <= 0 {
			return false, nil
		}
	}
	return true, copyRest(source, target)
}

// grow copies what was added to a bucket, and once more the last value copied, for it may have grown.
func (c *copying) grow(i int, source *bolt.Bucket, target *bolt.Tx, room *int) error {
	to, err := target.CreateBucketIfNotExists(appendOnly[i])
	if err != nil {
		return err
	}
	to.FillPercent = 1 // keys ascend
	cursor := source.Cursor()
	for key, value := cursor.Seek(c.copied[i]); key != nil && *room > 0; key, value = cursor.Next() {
		if _, err := checkCRC(key, value); err != nil {
			return err
		}
		if err := to.Put(key, value); err != nil {
			return err
		}
		c.copied[i] = bytes.Clone(key)
		*room -= len(key) + len(value)
	}
	return nil
}

// copyRest copies all other buckets, those of later programs too.
func copyRest(source, target *bolt.Tx) error {
	return source.ForEach(func(name []byte, from *bolt.Bucket) error {
		if slices.ContainsFunc(appendOnly, func(known []byte) bool { return bytes.Equal(known, name) }) {
			return nil
		}
		to, err := target.CreateBucket(name)
		if err != nil {
			return fmt.Errorf("bucket %s: %w", name, err)
		}
		return copyBucket(from, to)
	})
}

func copyBucket(from, to *bolt.Bucket) error {
	return from.ForEach(func(key, value []byte) error {
		if value != nil {
			return to.Put(key, value)
		}
		inner, err := to.CreateBucket(key)
		if err != nil {
			return err
		}
		return copyBucket(from.Bucket(key), inner)
	})
}

// verified checks a ledger, and returns what is wrong as an error.
func verified(ctx context.Context, path string) (Report, error) {
	report, err := VerifyFile(ctx, path)
	if err == nil && !report.OK() {
		first := report.Problems[0]
		err = fmt.Errorf("%d problems, the first: %s %s: %w", len(report.Problems), first.Where, first.What, ErrDamaged)
	}
	return report, err
}
