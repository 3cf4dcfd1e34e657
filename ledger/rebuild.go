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

// noteIDs adds the ids and the contracts of a chunk. Several short loops are faster than one long one: the cache misses
// of one loop overlap.
func (l *Log) noteIDs(first Seq, heads []events.Head) {
	seen := uint64(0)
	for i := range heads {
		seen |= l.ids.glance(heads[i].ID)
	}
	runtime.KeepAlive(seen)
	for i := range heads {
		l.ids.add(heads[i].ID, first+Seq(i))
	}
	for i := range heads {
		noteContract(&l.contracts, heads[i].Account, heads[i].Contract)
	}
}

// noteAccounts adds the accounts of a chunk, in two loops for the same reason.
func (l *Log) noteAccounts(first Seq, heads []events.Head) {
	var numbers [chunkRecords]uint32
	for i := range heads {
		numbers[i] = numberOf(&l.accounts, heads[i].Account)
	}
	for i := range heads {
		l.accounts.accounts[numbers[i]].add(first + Seq(i))
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
