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

// skipTo returns the rest of a chunk from a record on, given the rest from an earlier one on.
func skipTo(seq Seq, rest []byte, next Seq) ([]byte, error) {
	for ; next < seq; next++ {
		var ok bool
		if _, rest, ok = cutText(rest); !ok {
			return nil, fmt.Errorf("record %d is not in its chunk: %w", seq, ErrDamaged)
		}
	}
	return rest, nil
}

// recordBytes finds the bytes of a record in its chunk.
func recordBytes(body []byte, seq Seq) ([]byte, error) {
	rest, err := skipTo(seq, body, firstOf(chunkOf(seq)))
	if err != nil {
		return nil, err
	}
	b, _, ok := cutText(rest)
	if !ok {
		return nil, fmt.Errorf("record %d is not in its chunk: %w", seq, ErrDamaged)
	}
	return b, nil
}

// recordIn finds a record in its chunk; its content shares memory with the chunk.
func recordIn(body []byte, seq Seq) (Record, error) {
	rest, err := skipTo(seq, body, firstOf(chunkOf(seq)))
	if err != nil {
		return Record{}, err
	}
	r, _, _, err := cutRecord(rest, seq)
	return r, err
}

// cutRecord takes the record of a seq off the front of what is left of its chunk. b are its bytes.
func cutRecord(body []byte, seq Seq) (r Record, b, rest []byte, err error) {
	b, rest, ok := cutText(body)
	if !ok {
		return r, nil, nil, fmt.Errorf("record %d is cut short: %w", seq, ErrDamaged)
	}
	r, err = parseRecord(b)
	if err == nil && r.Seq != seq {
		err = fmt.Errorf("record %d is where record %d should be: %w", r.Seq, seq, ErrDamaged)
	}
	return r, b, rest, err
}

// eachInChunk calls fn with every record of a chunk.
func eachInChunk(chunk uint64, body []byte, fn func(Record) error) error {
	for seq := firstOf(chunk); len(body) > 0; seq++ {
		r, _, rest, err := cutRecord(body, seq)
		if err == nil {
			err = fn(r)
		}
		if err != nil {
			return err
		}
		body = rest
	}
	return nil
}

// chunkNumber reads a key of records or of tree.
func chunkNumber(key []byte) (uint64, error) {
	if len(key) != 8 {
		return 0, fmt.Errorf("a chunk's key has %d bytes: %w", len(key), ErrDamaged)
	}
	return binary.BigEndian.Uint64(key), nil
}
