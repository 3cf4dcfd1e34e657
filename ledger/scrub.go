package ledger

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Scrub is one walk through the open ledger in small steps, to be run in the background. It checks the checksums of all
// values, the hashes of all records, and at the end the root. Pages that the system has cached are read from memory:
// corruption of the disk beneath them shows once they were evicted.
type Scrub struct {
	log     *Log
	tree    recordTree // of the full chunks checked
	rooted  bool       // the root was checked too
	bucket  int        // of scrubbed, under way
	checked []byte     // the last key checked in it
}

// scrubbed are the buckets of which only the checksums are looked at.
var scrubbed = [][]byte{bucketDuplicates, bucketRejected, bucketClosed, bucketStreams, bucketMeta}

// Scrub begins a walk.
func (l *Log) Scrub() *Scrub { return &Scrub{log: l} }

// Step checks about limit bytes in one read transaction, and returns how many it checked and whether the walk is done.
// An error that is ErrDamaged says what was found; the walk is over then.
func (s *Scrub) Step(limit int) (n int, done bool, err error) {
	err = s.log.view(func(tx *bolt.Tx) error {
		room := limit
		done, err = s.step(tx, &room)
		n = limit - room
		return err
	})
	return n, done, err
}

func (s *Scrub) step(tx *bolt.Tx, room *int) (done bool, err error) {
	if !s.rooted {
		if more, err := s.records(tx, room); more || err != nil {
			return false, err
		}
		s.rooted = true
	}
	for ; s.bucket < len(scrubbed); s.bucket++ {
		name := scrubbed[s.bucket]
		if tx.Bucket(name) == nil && bytes.Equal(name, bucketClosed) {
			continue // nothing is closed yet
		}
		if more, err := s.values(bucketIn(tx, name), room); more || err != nil {
			return false, err
		}
		s.checked = nil
	}
	return true, nil
}

// records checks full chunks until there is no more room, or to the end of the records, where the root must be that
// of the last commit.
func (s *Scrub) records(tx *bolt.Tx, room *int) (more bool, err error) {
	state, err := readState(tx)
	if err != nil {
		return false, err
	}
	for s.tree.size < uint64(state.last)&^(chunkRecords-1) {
		if *room <= 0 {
			return true, nil
		}
		chunk := s.tree.size >> chunkShift
		if err := s.chunk(tx, chunkRecords, &s.tree, room); err != nil {
			return false, err
		}
		hashes, err := getWithCRC(bucketIn(tx, bucketTree), key8(chunk))
		if err == nil && !bytes.Equal(hashes, s.tree.hashes) {
			err = ErrDamaged
		}
		if err != nil {
			return false, fmt.Errorf("the hashes of records %d and on: %w", firstOf(chunk), err)
		}
	}
	whole := s.tree // the last chunk, while it fills, is no part of what goes on
	if n := int(state.last % chunkRecords); n > 0 {
		if err := s.chunk(tx, n, &whole, room); err != nil {
			return false, err
		}
	}
	if whole.root() != state.root {
		return false, fmt.Errorf("the root of %d records is not the one committed: %w", state.last, ErrDamaged)
	}
	return false, nil
}

// chunk checks the next chunk, of n records, and adds them to a tree.
func (s *Scrub) chunk(tx *bolt.Tx, n int, into *recordTree, room *int) error {
	first := into.size + 1
	body, err := chunkBody(tx, chunkOf(Seq(first)))
	if err == nil {
		*room -= len(body)
		var found int
		if found, err = into.addChunk(body); err == nil && found != n {
			err = fmt.Errorf("%d instead of %d: %w", found, n, ErrDamaged)
		}
	}
	if err != nil {
		return fmt.Errorf("records %d and on: %w", first, err)
	}
	return nil
}

// values checks the checksums of a bucket.
func (s *Scrub) values(bucket *bolt.Bucket, room *int) (more bool, err error) {
	cursor := bucket.Cursor()
	key, value := cursor.Seek(s.checked)
	for ; key != nil; key, value = cursor.Next() {
		if *room <= 0 {
			return true, nil
		}
		if _, err := checkCRC(key, value); err != nil {
			return false, fmt.Errorf("bucket %s: %w", scrubbed[s.bucket], err)
		}
		s.checked = append(bytes.Clone(key), 0)
		*room -= len(key) + len(value)
	}
	return false, nil
}
