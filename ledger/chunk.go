package ledger

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// A chunk is the value of one key in records: up to 64 records, one complete subtree of the tree when full.
const (
	chunkShift   = 6
	chunkRecords = 1 << chunkShift
)

// chunkOf is the number of the chunk that holds a record.
func chunkOf(seq Seq) uint64 { return uint64(seq-1) >> chunkShift }

// firstOf is the seq of the first record of a chunk.
func firstOf(chunk uint64) Seq { return Seq(chunk<<chunkShift) + 1 }

// chunkBody reads a chunk and checks it.
func chunkBody(tx *bolt.Tx, chunk uint64) ([]byte, error) {
	return chunkIn(bucketIn(tx, bucketRecords), chunk)
}

func chunkIn(records *bolt.Bucket, chunk uint64) ([]byte, error) {
	body, err := getWithCRC(records, key8(chunk))
	if err == nil && body == nil {
		err = fmt.Errorf("chunk %d of the records is missing: %w", chunk, ErrDamaged)
	}
	return body, err
}

// cutBytes takes the bytes of a record off the front of what is left of the chunk of a seq.
func cutBytes(body []byte, seq Seq) (record, rest []byte, err error) {
	record, rest, ok := cutText(body)
	if !ok {
		err = fmt.Errorf("record %d is cut short, or not in its chunk: %w", seq, ErrDamaged)
	}
	return record, rest, err
}

// recordBytes finds the bytes of a record in its chunk.
func recordBytes(body []byte, seq Seq) (record []byte, err error) {
	for next := firstOf(chunkOf(seq)); next <= seq && err == nil; next++ {
		record, body, err = cutBytes(body, seq)
	}
	return record, err
}

// recordIn finds a record in its chunk; its content shares memory with the chunk.
func recordIn(body []byte, seq Seq) (Record, error) {
	b, err := recordBytes(body, seq)
	if err != nil {
		return Record{}, err
	}
	return parseRecordOf(seq, b)
}

// cutRecord takes the record of a seq off the front of what is left of its chunk.
func cutRecord(body []byte, seq Seq) (r Record, rest []byte, err error) {
	b, rest, err := cutBytes(body, seq)
	if err == nil {
		r, err = parseRecordOf(seq, b)
	}
	return r, rest, err
}

// parseRecordOf reads the bytes of the record of a seq.
func parseRecordOf(seq Seq, b []byte) (Record, error) {
	r, err := parseRecord(b)
	if err == nil && r.Seq != seq {
		err = fmt.Errorf("record %d is where record %d should be: %w", r.Seq, seq, ErrDamaged)
	}
	return r, err
}

// chunkNumber reads a key of records or of tree.
func chunkNumber(key []byte) (uint64, error) {
	if len(key) != 8 {
		return 0, fmt.Errorf("a chunk's key has %d bytes: %w", len(key), ErrDamaged)
	}
	return binary.BigEndian.Uint64(key), nil
}
