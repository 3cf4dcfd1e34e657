package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"zhangben/events/civil"
)

// crcSize is the length of the checksum that ends every stored value.
const crcSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is that of a value and of the key it is stored under.
func checksum(key, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, body)
}

// appendCRC appends the checksum of what dst holds from a place on, which is to be the value of key.
func appendCRC(key, dst []byte, from int) []byte {
	return binary.BigEndian.AppendUint32(dst, checksum(key, dst[from:]))
}

// checkCRC checks a stored value and takes its checksum off.
func checkCRC(key, value []byte) ([]byte, error) {
	n := len(value) - crcSize
	if n < 0 {
		return nil, fmt.Errorf("value of key %x has no checksum: %w", key, ErrDamaged)
	}
	body := value[:n:n]
	if checksum(key, body) != binary.BigEndian.Uint32(value[n:]) {
		return nil, fmt.Errorf("value of key %x does not match its checksum: %w", key, ErrDamaged)
	}
	return body, nil
}

// getWithCRC reads the value of a key; nil when there is none.
func getWithCRC(b *bolt.Bucket, key []byte) ([]byte, error) {
	value := b.Get(key)
	if value == nil {
		return nil, nil
	}
	return checkCRC(key, value)
}

// putWithCRC stores body and its checksum.
func putWithCRC(b *bolt.Bucket, key, body []byte) error {
	return b.Put(key, appendCRC(key, body, 0))
}

// key8 spells a number as a key of eight bytes, so that keys stand in the order of numbers.
func key8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// position is where a message lay: the epoch in the upper 16 bits, the stream sequence in the lower 48.
type position uint64

const (
	epochShift   = 48
	maxStreamSeq = 1<<epochShift - 1
)

func positionOf(epoch uint16, streamSeq uint64) position {
	return position(uint64(epoch)<<epochShift | streamSeq&maxStreamSeq)
}

func (p position) epoch() uint16     { return uint16(p >> epochShift) }
func (p position) streamSeq() uint64 { return uint64(p) & maxStreamSeq }

// String names a message to an operator: its stream sequence, and the epoch unless it is the first.
func (p position) String() string {
	if p.epoch() == 0 {
		return strconv.FormatUint(p.streamSeq(), 10)
	}
	return fmt.Sprintf("%d of epoch %d", p.streamSeq(), p.epoch())
}

// The instants that eight bytes of nanoseconds reach.
var (
	firstStorable = fromNanos(math.MinInt64)
	lastStorable  = fromNanos(math.MaxInt64)
)

// storable brings an instant into the range that can be stored. Streams count nanoseconds in 64 bits too, so no message
// of theirs is ever moved.
func storable(t civil.Instant) civil.Instant {
	return civil.Earlier(civil.Later(t, firstStorable), lastStorable)
}

func appendInstant(dst []byte, t civil.Instant) []byte {
	sec, nsec := storable(t).Unix()
	return binary.BigEndian.AppendUint64(dst, uint64(sec*1e9+int64(nsec)))
}

func instantAt(b []byte) civil.Instant { return fromNanos(int64(binary.BigEndian.Uint64(b))) }

func fromNanos(n int64) civil.Instant {
	sec, nsec := n/1e9, n%1e9
	if nsec < 0 {
		sec, nsec = sec-1, nsec+1e9
	}
	return civil.Unix(sec, int32(nsec))
}
