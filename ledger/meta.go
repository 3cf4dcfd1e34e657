package ledger

import (
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/events/civil"
)

// The numbers of the stored form that doc.go draws. A ledger has the first until a record of it has an origin: programs
// that know nothing of origins refuse the second.
const (
	formatNumber  = 1
	formatOrigins = 2
)

// The buckets.
var (
	bucketMeta       = []byte("meta")
	bucketStreams    = []byte("streams")
	bucketRecords    = []byte("records")
	bucketTree       = []byte("tree")
	bucketDuplicates = []byte("duplicates")
	bucketRejected   = []byte("rejected")

	buckets = [][]byte{bucketMeta, bucketStreams, bucketRecords, bucketTree, bucketDuplicates, bucketRejected}
)

// The keys of meta.
var (
	keyFormat   = []byte("format")
	keyCreated  = []byte("created")
	keyPosition = []byte("position")
	keyLast     = []byte("last")
	keyRoot     = []byte("root")
)

// state is what each commit changes in meta.
type state struct {
	at       position // of the last message taken
	last     Seq
	recorded civil.Instant // of the last record
	root     tlog.Hash     // of all records
}

// writeState stores what a commit changes.
func writeState(tx *bolt.Tx, s state) error {
	meta := bucketIn(tx, bucketMeta)
	if err := putWithCRC(meta, keyPosition, key8(uint64(s.at))); err != nil {
		return err
	}
	if err := putWithCRC(meta, keyLast, appendInstant(key8(uint64(s.last)), s.recorded)); err != nil {
		return err
	}
	return putWithCRC(meta, keyRoot, s.root[:])
}

// readState reads what the last commit stored.
func readState(tx *bolt.Tx) (s state, err error) {
	at, err := metaValue(tx, keyPosition, 8)
	if err != nil {
		return s, err
	}
	last, err := metaValue(tx, keyLast, 16)
	if err != nil {
		return s, err
	}
	root, err := metaValue(tx, keyRoot, tlog.HashSize)
	if err != nil {
		return s, err
	}
	s.at = position(binary.BigEndian.Uint64(at))
	s.last, s.recorded = Seq(binary.BigEndian.Uint64(last)), instantAt(last[8:])
	s.root = tlog.Hash(root)
	return s, nil
}

// readCreated reads when the ledger was made.
func readCreated(tx *bolt.Tx) (t civil.Instant, err error) {
	value, err := metaValue(tx, keyCreated, 8)
	if err != nil {
		return t, err
	}
	return instantAt(value), nil
}

// metaValue reads a value of meta that must be there and be size bytes long.
func metaValue(tx *bolt.Tx, key []byte, size int) ([]byte, error) {
	value, err := getWithCRC(bucketIn(tx, bucketMeta), key)
	if err != nil {
		return nil, fmt.Errorf("meta %q: %w", key, err)
	}
	if len(value) != size {
		return nil, fmt.Errorf("meta %q has %d bytes instead of %d: %w", key, len(value), size, ErrDamaged)
	}
	return value, nil
}

// writeEmpty makes the buckets of a ledger without records.
func writeEmpty(tx *bolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	meta := bucketIn(tx, bucketMeta)
	if err := writeFormat(tx, formatNumber); err != nil {
		return err
	}
	if err := putWithCRC(meta, keyCreated, appendInstant(nil, civil.Of(time.Now()))); err != nil {
		return err
	}
	return writeState(tx, state{root: emptyRoot})
}

// bucketIn returns a bucket that every ledger has. Where it is missing it panics, and boltcheck.Guard makes
// ErrDamaged of that.
func bucketIn(tx *bolt.Tx, name []byte) *bolt.Bucket {
	if bucket := tx.Bucket(name); bucket != nil {
		return bucket
	}
	panic(fmt.Errorf("bucket %q is missing: %w", name, ErrDamaged))
}

// writeFormat stores the number of the stored form.
func writeFormat(tx *bolt.Tx, number uint32) error {
	return putWithCRC(bucketIn(tx, bucketMeta), keyFormat, binary.BigEndian.AppendUint32(nil, number))
}

// checkFormat refuses files that are no ledgers, and formats other than this program's.
func checkFormat(tx *bolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return fmt.Errorf("the file has no bucket %q: %w", bucketMeta, ErrFormat)
	}
	number, err := metaValue(tx, keyFormat, 4)
	if err != nil {
		return err
	}
	if n := binary.BigEndian.Uint32(number); n < formatNumber || n > formatOrigins {
		return fmt.Errorf("format %d, this program reads %d to %d: %w", n, formatNumber, formatOrigins, ErrFormat)
	}
	for _, name := range buckets {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("bucket %q is missing: %w", name, ErrDamaged)
		}
	}
	return nil
}
