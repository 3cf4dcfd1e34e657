package ledger

import (
	"bytes"
	"errors"
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

// Scan calls fn with the records after a seq, ascending, up to the last one there is when it gets there. It stops at
// the first error of fn and returns it.
func (l *Log) Scan(after Seq, fn func(Record) error) error {
	room := scanRooms.Get().(*scanRoom)
	defer scanRooms.Put(room)
	enough := firstBytes
	for last := l.Last(); after < last; last = l.Last() {
		var n uint64
		chunk := chunkOf(after + 1)
		err := l.view(func(tx *bolt.Tx) (err error) {
			room.bytes, n, err = copyChunks(tx, chunk, chunkOf(last)+1, room.bytes[:0], enough)
			return err
		})
		if err != nil {
			return err
		}
		if after, err = eachCopied(room.bytes, chunk, n, after, last, fn); err != nil {
			return err
		}
		enough = min(2*enough, readBytes)
	}
	return nil
}

// firstBytes is about how much Scan copies first: a short page needs no more. It doubles from copy to copy.
const firstBytes = 64 << 10

// scanRoom is room to copy chunks into, for one scan after the other.
type scanRoom struct{ bytes []byte }

var scanRooms = sync.Pool{New: func() any { return new(scanRoom) }}

// copyChunks copies the bodies of chunks up to an end, each after its length, until there are enough bytes, and counts
// the chunks.
func copyChunks(tx *bolt.Tx, chunk, end uint64, dst []byte, enough int) (_ []byte, n uint64, err error) {
	cursor := bucketIn(tx, bucketRecords).Cursor()
	key, value := cursor.Seek(key8(chunk))
	for ; chunk+n < end && key != nil && len(dst) < enough; key, value = cursor.Next() {
		if !bytes.Equal(key, key8(chunk+n)) {
			break
		}
		body, err := checkCRC(key, value)
		if err != nil {
			return dst, n, err
		}
		dst, n = appendText(dst, body), n+1
	}
	if n == 0 {
		err = fmt.Errorf("chunk %d of the records is missing: %w", chunk, ErrDamaged)
	}
	return dst, n, err
}

// eachCopied calls fn with the records after a seq and up to last, out of n copied chunks, and returns the seq it got
// to.
func eachCopied(copied []byte, chunk, n uint64, after, last Seq, fn func(Record) error) (Seq, error) {
	for ; n > 0; n, chunk = n-1, chunk+1 {
		body, rest, _ := cutText(copied)
		copied = rest
		err := eachInChunk(chunk, body, func(r Record) error {
			if r.Seq <= after || r.Seq > last {
				return nil
			}
			after = r.Seq
			return fn(r)
		})
		if err != nil {
			return after, err
		}
	}
	return after, nil
}

// Records calls fn with the records of ascending seqs, such as those of AccountSeqs. It stops at the first error of
// fn and returns it.
func (l *Log) Records(seqs []Seq, fn func(Record) error) error {
	if n := len(seqs); n > 0 && (seqs[0] == 0 || seqs[n-1] > l.Last()) {
		return fmt.Errorf("records %d to %d: %w", seqs[0], seqs[n-1], ErrNotFound)
	}
	room := copyBuffers.Get().(*copyBuffer)
	defer copyBuffers.Put(room)
	for len(seqs) > 0 {
		if err := l.view(func(tx *bolt.Tx) error { return room.copy(tx, seqs) }); err != nil {
			return err
		}
		for _, r := range room.records {
			if err := fn(r); err != nil {
				return err
			}
		}
		seqs = seqs[len(room.records):]
	}
	return nil
}

// copyBuffer holds copied records. It is pooled: allocating one for every read takes as long as the reading itself.
type copyBuffer struct {
	bytes   []byte
	records []Record
}

var copyBuffers = sync.Pool{New: func() any { return new(copyBuffer) }}

// copy copies records until there are enough. Neighbours are read out of one look at their chunk, in one walk through
// it.
func (room *copyBuffer) copy(tx *bolt.Tx, seqs []Seq) error {
	room.bytes, room.records = room.bytes[:0], room.records[:0]
	records := bucketIn(tx, bucketRecords)
	var rest []byte // of the chunk, from the record of next on
	var next Seq
	for i, seq := range seqs {
		if len(room.bytes) > readBytes {
			break
		}
		if i == 0 || chunkOf(seq) != chunkOf(seqs[i-1]) {
			body, err := chunkIn(records, chunkOf(seq))
			if err != nil {
				return err
			}
			rest, next = body, firstOf(chunkOf(seq))
		}
		behind, err := skipTo(seq, rest, next)
		if err != nil {
			return err
		}
		r, _, after, err := cutRecord(behind, seq)
		if err != nil {
			return err
		}
		rest, next = after, seq+1
		start, content := len(room.bytes), len(room.bytes)+len(r.origin)
		room.bytes = append(append(room.bytes, r.origin...), r.Content...)
		r.origin, r.Content = room.bytes[start:content], room.bytes[content:len(room.bytes):len(room.bytes)]
		room.records = append(room.records, r)
	}
	return nil
}

// SeqAt is the last record that was recorded at t or before, 0 when none was.
func (l *Log) SeqAt(t civil.Instant) (seq Seq, err error) {
	state := l.current()
	if !t.Before(state.recorded) {
		return state.last, nil
	}
	err = l.view(func(tx *bolt.Tx) (err error) {
		seq, err = seqAt(tx, state.last, t)
		return err
	})
	return seq, err
}

// seqAt finds the last chunk that begins at t or before, and the last record there that does.
func seqAt(tx *bolt.Tx, last Seq, t civil.Instant) (seq Seq, err error) {
	if last == 0 {
		return 0, nil
	}
	later := sort.Search(int(chunkOf(last))+1, func(chunk int) bool {
		r, errRead := readRecord(tx, firstOf(uint64(chunk)))
		err = errors.Join(err, errRead)
		return r.Recorded.After(t)
	})
	if later == 0 || err != nil {
		return 0, err
	}
	chunk := uint64(later - 1)
	body, err := chunkBody(tx, chunk)
	if err != nil {
		return 0, err
	}
	err = eachInChunk(chunk, body, func(r Record) error {
		if !r.Recorded.After(t) {
			seq = r.Seq
		}
		return nil
	})
	return seq, err
}
