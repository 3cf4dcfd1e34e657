package proof

import (
	"encoding/binary"
	"fmt"
	"time"

	"zhangben/events"
	"zhangben/events/civil"
)

// Record is what the bytes of a leaf say.
type Record struct {
	Seq      uint64        // its number in the log, from 1
	Recorded civil.Instant // when the ledger learned of the event
	Origin   events.Origin // who put the event into the stream
	Event    *events.Event
	Content  []byte // canonical bytes of the event
}

// ParseRecord reads the bytes of a leaf.
func ParseRecord(b []byte) (r Record, err error) {
	var header [3]uint64 // seq, epoch, stream sequence
	rest := b
	for i := range header {
		n, width := binary.Uvarint(rest)
		if width <= 0 || width > 1 && rest[width-1] == 0 {
			return r, fmt.Errorf("the header of the record: %w", ErrForm)
		}
		header[i], rest = n, rest[width:]
	}
	if len(rest) < 8 {
		return r, fmt.Errorf("the recorded time of the record: %w", ErrForm)
	}
	r.Seq, r.Recorded = header[0], civil.Of(time.Unix(0, int64(binary.BigEndian.Uint64(rest))))
	origin, _ := events.CutOrigin(rest[8:])
	r.Content = rest[8+origin:]
	if r.Origin, err = events.ParseOrigin(rest[8 : 8+origin]); err != nil {
		return Record{}, fmt.Errorf("the origin of the record: %w: %w", ErrForm, err)
	}
	if r.Event, err = events.ParseContent(r.Content); err != nil {
		return Record{}, fmt.Errorf("the event of the record: %w: %w", ErrForm, err)
	}
	return r, nil
}
