package ledger

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
)

// rebuild makes the indexes anew from the records: one goroutine the ids and the contracts, one the accounts. A third
// reads the file from front to end: bbolt maps it for random access, so on a cold cache the scans alone would wait for
// each page.
func (l *Log) rebuild() error {
	l.ids, l.accounts, l.contracts = newIDIndex(), newAccountIndex(), newContractIndex()
	l.ids.reserve(l.state.last)
	stop := make(chan struct{})
	defer close(stop)
	go readAhead(l.path, stop)

	other := make(chan error, 1)
	go func() { other <- l.eachChunk(l.noteIDs) }()
	err := l.eachChunk(l.noteAccounts)
	return errors.Join(err, <-other)
}

// noteIDs adds the ids and the contracts of a chunk. It looks at all the slots first: the cache misses then overlap,
// where the searches alone would wait for one after the other.
func (l *Log) noteIDs(first Seq, heads []events.Head) {
	var slots [chunkRecords]struct {
		shard       *idShard
		fingerprint uint64
	}
	for i := range heads {
		slots[i].shard, slots[i].fingerprint = l.ids.at(heads[i].ID)
	}
	seen := uint64(0)
	for _, s := range slots[:len(heads)] {
		seen |= s.shard.slots[s.fingerprint>>s.shard.shift]
	}
	runtime.KeepAlive(seen)
	for i, s := range slots[:len(heads)] {
		s.shard.insert(s.fingerprint, first+Seq(i))
		noteContract(&l.contracts, heads[i].Account, heads[i].Contract)
	}
}

func (l *Log) noteAccounts(first Seq, heads []events.Head) {
	for i := range heads {
		noteAccount(&l.accounts, heads[i].Account, first+Seq(i))
	}
}

// eachChunk goes through the heads of all records, a chunk at a time.
func (l *Log) eachChunk(fn func(first Seq, heads []events.Head)) error {
	next := Seq(1)
	heads := make([]events.Head, 0, chunkRecords)
	err := l.view(func(tx *bolt.Tx) (err error) {
		cursor := tx.Bucket(bucketRecords).Cursor()
		for key, value := cursor.First(); key != nil; key, value = cursor.Next() {
			if heads, err = headsOf(key, value, next, heads[:0]); err != nil {
				return err
			}
			fn(next, heads)
			next += Seq(len(heads))
		}
		return nil
	})
	if err == nil && next != l.state.last+1 {
		err = fmt.Errorf("%d records, %d were committed: %w", next-1, l.state.last, ErrDamaged)
	}
	return err
}

// headsOf reads the heads of one chunk, whose first record must be next.
func headsOf(key, value []byte, next Seq, heads []events.Head) ([]events.Head, error) {
	chunk, err := chunkNumber(key)
	if err != nil {
		return nil, err
	}
	if firstOf(chunk) != next {
		return nil, fmt.Errorf("chunk %d stands where record %d should begin: %w", chunk, next, ErrDamaged)
	}
	body, err := unseal(key, value)
	if err != nil {
		return nil, err
	}
	err = eachInChunk(chunk, body, func(r Record) error {
		head, err := r.Head()
		if err != nil {
			return fmt.Errorf("record %d: %w: %w", r.Seq, ErrDamaged, err)
		}
		heads = append(heads, head)
		return nil
	})
	return heads, err
}

// readAhead brings a file into the page cache. It is only for speed, so errors are no matter.
func readAhead(path string, stop <-chan struct{}) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	block := make([]byte, 1<<20)
	for {
		select {
		case <-stop:
			return
		default:
		}
		if _, err := io.ReadFull(f, block); err != nil {
			return
		}
	}
}
