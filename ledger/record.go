package ledger

import (
	"encoding/binary"
	"fmt"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger/index"
)

// Seq is the number of a record in the log, from 1.
type Seq = index.Seq

// ContractKey names a contract: two accounts may use one contract id.
type ContractKey = index.ContractKey

// Record is one appended event as the log keeps it.
type Record struct {
	Seq       Seq
	Epoch     uint16
	StreamSeq uint64
	Recorded  civil.Instant
	Content   []byte // canonical content; in a callback valid only until it returns
	origin    []byte // as Content
}

// Origin says who put the event into the stream.
func (r Record) Origin() (events.Origin, error) { return events.ParseOrigin(r.origin) }

// ByLedger reports whether the ledger itself wrote the event.
func (r Record) ByLedger() bool { return len(r.origin) > 1 && r.origin[1] == byte(events.ByLedger) }

// Event decodes the content in full.
func (r Record) Event() (*events.Event, error) { return events.ParseContent(r.Content) }

// Head decodes only what names the event: its id, time, kind, account and contract.
func (r Record) Head() (events.Head, error) { return events.ParseHead(r.Content) }

// RejectionID returns the id that the message of this record would have if it had been refused: it orders both.
func (r Record) RejectionID() uint64 { return uint64(positionOf(r.Epoch, r.StreamSeq)) }

// appendRecordHeader appends the bytes of a record's header; origin and content are to follow.
func appendRecordHeader(dst []byte, seq Seq, at position, recorded civil.Instant) []byte {
	dst = binary.AppendUvarint(dst, uint64(seq))
	dst = binary.AppendUvarint(dst, uint64(at.epoch()))
	dst = binary.AppendUvarint(dst, at.streamSeq())
	return appendInstant(dst, recorded)
}

// parseRecord reads the bytes of a record. Its content is not decoded, and shares memory with b.
func parseRecord(b []byte) (Record, error) {
	seq, b, okSeq := cutUvarint(b)
	epoch, b, okEpoch := cutUvarint(b)
	streamSeq, b, okStream := cutUvarint(b)
	if !okSeq || !okEpoch || !okStream || epoch > 1<<16-1 || streamSeq > maxStreamSeq || len(b) < 8 {
		return Record{}, fmt.Errorf("a record's header is cut short or out of range: %w", ErrDamaged)
	}
	recorded, b := instantAt(b), b[8:]
	origin, ok := events.CutOrigin(b)
	if !ok {
		return Record{}, fmt.Errorf("a record's origin is cut short: %w", ErrDamaged)
	}
	return Record{Seq(seq), uint16(epoch), streamSeq, recorded, b[origin:], b[:origin]}, nil
}

// cutUvarint takes a uvarint off the front of b.
func cutUvarint(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), b[1:], true
	}
	n, width := binary.Uvarint(b)
	if width <= 0 {
		return 0, nil, false
	}
	return n, b[width:], true
}

// cutText takes a uvarint length and as many bytes off the front of b.
func cutText(b []byte) (text, rest []byte, ok bool) {
	n, b, ok := cutUvarint(b)
	if !ok || n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n:n], b[n:], true
}

func appendText[T string | []byte](dst []byte, text T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}
