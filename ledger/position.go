package ledger

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"

	"zhangben/events/civil"
)

// key8 encodes a number as a key of eight bytes, so that keys are in the order of numbers.
func key8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// position is where a message was: the epoch in the upper 16 bits, the stream sequence in the lower 48.
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

func fromNanos(n int64) civil.Instant { return civil.Of(time.Unix(0, n)) }
