package ledger

import (
	"errors"
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
)

// rebuild makes the indexes anew from the records: one goroutine the ids, one the accounts. A third reads the file from
// front to end: bbolt maps it for random access, so on a cold cache the scans alone would wait for each page.
func (l *Log) rebuild() error {
	l.ids, l.accounts = newIDIndex(), newAccountIndex()
	l.ids.reserve(l.state.last)
	stop := make(chan struct{})
	defer close(stop)
	go readAhead(l.path, stop)

	other := make(chan error, 1)
	go func() { other <- l.eachHead(l.noteID) }()
	err := l.eachHead(l.noteAccount)
	return errors.Join(err, <-other)
}

func (l *Log) noteID(seq Seq, head *events.Head) {
	shard, fingerprint := l.ids.at(head.ID)
	shard.insert(fingerprint, seq)
}

func (l *Log) noteAccount(seq Seq, head *events.Head) {
	note(&l.accounts, head.Account, head.Contract, seq)
}

// eachHead goes through the heads of all records.
func (l *Log) eachHead(fn func(Seq, *events.Head)) error {
	next := Seq(1)
	err := l.view(func(tx *bolt.Tx) error {
		cursor := tx.Bucket(bucketRecords).Cursor()
		for key, value := cursor.First(); key != nil; key, value = cursor.Next() {
			n, err := headsOf(key, value, next, fn)
			if err != nil {
				return err
			}
			next += n
		}
		return nil
	})
	if err == nil && next != l.state.last+1 {
		err = fmt.Errorf("%d records, %d were committed: %w", next-1, l.state.last, ErrDamaged)
	}
	return err
}

// headsOf goes through the heads of one chunk, whose first record must be next, and gives their number.
func headsOf(key, value []byte, next Seq, fn func(Seq, *events.Head)) (n Seq, err error) {
	body, err := unseal(key, value)
	if err != nil {
		return 0, err
	}
	chunk, err := chunkNumber(key)
	if err != nil {
		return 0, err
	}
	if firstOf(chunk) != next {
		return 0, fmt.Errorf("chunk %d stands where record %d should begin: %w", chunk, next, ErrDamaged)
	}
	err = eachInChunk(chunk, body, func(r Record) error {
		head, err := r.Head()
		if err != nil {
			return fmt.Errorf("record %d: %w: %w", r.Seq, ErrDamaged, err)
		}
		n++
		fn(r.Seq, &head)
		return nil
	})
	return n, err
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
