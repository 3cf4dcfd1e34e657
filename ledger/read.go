package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"sort"
	"sync"

	bolt "go.etcd.io/bbolt"

	"zhangben/events/civil"
)

// readBytes is about how much is copied out of one read transaction. Callbacks run outside of transactions, so that a
// slow one does not stop bbolt from reusing pages, and may call the log itself.
const readBytes = 1 << 20

// Record reads one record; ErrNotFound when there is none of that seq.
func (l *Log) Record(seq Seq) (r Record, err error) {
	if seq == 0 || seq > l.Last() {
		return Record{}, fmt.Errorf("record %d: %w", seq, ErrNotFound)
	}
	err = l.view(func(tx *bolt.Tx) error {
		r, err = readRecord(tx, seq)
		r.Content, r.origin = bytes.Clone(r.Content), bytes.Clone(r.origin)
		return err
	})
	return r, err
}

// readRecord reads one record; its content is valid only within the transaction.
func readRecord(tx *bolt.Tx, seq Seq) (Record, error) {
	body, err := chunkBody(tx, chunkOf(seq))
	if err != nil {
		return Record{}, err
	}
	return recordIn(body, seq)
}

// How many records Scan reads at first, for a short page needs no more, and at most. It doubles each time.
const (
	firstRecords = 1 << 8
	mostRecords  = 1 << 12
)

// Scan calls fn with the records after a seq, ascending, up to the last one there is when it gets there. It stops at
// the first error of fn and returns it.
func (l *Log) Scan(after Seq, fn func(Record) error) error {
	var seqs []Seq
	many := Seq(firstRecords)
	for last := l.Last(); after < last; last = l.Last() {
		seqs = seqs[:0]
		for end := min(last, after+many); after < end; after++ {
			seqs = append(seqs, after+1)
		}
		if err := l.Records(seqs, fn); err != nil {
			return err
		}
		many = min(2*many, mostRecords)
	}
	return nil
}

// Records calls fn with the records of ascending seqs, such as those of AccountSeqs. It stops at the first error of
// fn and returns it.
func (l *Log) Records(seqs []Seq, fn func(Record) error) error {
	if n := len(seqs); n > 0 && (seqs[0] == 0 || seqs[n-1] > l.Last()) {
		return fmt.Errorf("records %d to %d: %w", seqs[0], seqs[n-1], ErrNotFound)
	}
	buffer := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buffer)
	for len(seqs) > 0 {
		n := 0
		err := l.view(func(tx *bolt.Tx) (err error) {
			*buffer, n, err = copyRecords(tx, seqs, (*buffer)[:0])
			return err
		})
		rest := *buffer
		for i := 0; i < n && err == nil; i++ {
			var r Record
			if r, rest, err = cutRecord(rest, seqs[i]); err == nil {
				err = fn(r)
			}
		}
		if err != nil {
			return err
		}
		seqs = seqs[n:]
	}
	return nil
}

// copyBuffers hold copied records. They are pooled: allocating one for every read takes as long as the reading itself.
var copyBuffers = sync.Pool{New: func() any { return new([]byte) }}

// copyRecords copies records, each after its length, until there are enough bytes, and counts them. Neighbours are
// read out of one look at their chunk, in one walk through it.
func copyRecords(tx *bolt.Tx, seqs []Seq, dst []byte) (_ []byte, n int, err error) {
	records := bucketIn(tx, bucketRecords)
	var rest []byte // of the chunk, from the record of next on
	var next Seq
	for ; n < len(seqs) && len(dst) <= readBytes; n++ {
		seq := seqs[n]
		if n == 0 || chunkOf(seq) != chunkOf(seqs[n-1]) {
			if rest, err = chunkIn(records, chunkOf(seq)); err != nil {
				return dst, 0, err
			}
			next = firstOf(chunkOf(seq))
		}
		for ; next <= seq; next++ {
			record := rest
			if _, rest, err = cutBytes(rest, seq); err != nil {
				return dst, 0, err
			}
			if next == seq {
				dst = append(dst, record[:len(record)-len(rest)]...)
			}
		}
	}
	return dst, n, nil
}

// SeqAt is the last record that was recorded at t or before, 0 when none was.
func (l *Log) SeqAt(t civil.Instant) (seq Seq, err error) {
	state := l.current()
	if !t.Before(state.recorded) {
		return state.last, nil
	}
	err = l.view(func(tx *bolt.Tx) (err error) {
		n := sort.Search(int(state.last), func(i int) bool {
			r, errRead := readRecord(tx, Seq(i)+1)
			err = cmp.Or(err, errRead)
			return r.Recorded.After(t)
		})
		seq = Seq(n)
		return err
	})
	return seq, err
}
