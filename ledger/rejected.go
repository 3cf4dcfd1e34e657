package ledger

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
	"zhangben/events/civil"
)

// Rejected is a message in quarantine, as it came.
type Rejected struct {
	ID       uint64        // its stream sequence; after a stream was adopted, the epoch is in the upper 16 bits
	Received civil.Instant // the stream's timestamp
	EventID  string        // "" when the message had none
	Code     events.Code
	Pointer  string // a JSON pointer to what is wrong
	Message  string
	Subject  string
	Header   map[string][]string
	Body     []byte

	Closed *Closed // nil while something is to be done about it
}

// RejectionID returns the id under which a message of an epoch is kept if it is refused.
func RejectionID(epoch uint16, streamSeq uint64) uint64 { return uint64(positionOf(epoch, streamSeq)) }

// outcome is what the publisher was answered.
func (r *Rejected) outcome() Outcome {
	return Outcome{
		StreamSeq: position(r.ID).streamSeq(), ID: r.EventID, Status: Refused,
		Code: r.Code, Pointer: r.Pointer, Message: r.Message,
	}
}

// append appends the stored form. Headers are sorted, so that equal messages are stored as equal bytes.
func (r *Rejected) append(dst []byte) []byte {
	dst = appendInstant(dst, r.Received)
	for _, text := range []string{r.EventID, string(r.Code), r.Pointer, r.Message, r.Subject} {
		dst = appendText(dst, text)
	}
	dst = appendText(dst, r.Body)
	dst = binary.AppendUvarint(dst, uint64(len(r.Header)))
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		dst = appendText(dst, name)
		dst = binary.AppendUvarint(dst, uint64(len(r.Header[name])))
		for _, value := range r.Header[name] {
			dst = appendText(dst, value)
		}
	}
	return dst
}

// parseRejected reads the stored form.
func parseRejected(id uint64, b []byte) (Rejected, error) {
	if len(b) < 8 {
		return Rejected{}, fmt.Errorf("rejected message %d is cut short: %w", id, ErrDamaged)
	}
	r := Rejected{ID: id, Received: instantAt(b)}
	p := reader{b: b[8:]}
	r.EventID, r.Code, r.Pointer, r.Message, r.Subject = p.text(), events.Code(p.text()), p.text(), p.text(), p.text()
	r.Body = []byte(p.text())
	if n := p.count(); n > 0 {
		r.Header = make(map[string][]string, n)
		for range n {
			name := p.text()
			values := make([]string, p.count())
			for i := range values {
				values[i] = p.text()
			}
			r.Header[name] = values
		}
	}
	if p.short || len(p.b) > 0 {
		return Rejected{}, fmt.Errorf("rejected message %d does not parse: %w", id, ErrDamaged)
	}
	return r, nil
}

// reader takes texts off the front of b until it falls short.
type reader struct {
	b     []byte
	short bool
}

func (p *reader) text() string {
	text, rest, ok := cutText(p.b)
	p.b, p.short = rest, p.short || !ok
	return string(text)
}

// count reads how many texts follow: never more than there are bytes.
func (p *reader) count() int {
	n, rest, ok := cutUvarint(p.b)
	if p.b = rest; !ok || n > uint64(len(rest)) {
		p.b, p.short = nil, true
		return 0
	}
	return int(n)
}

// Rejected lists the quarantine in the order of ids, beginning after an id: at most limit messages, or all when limit
// is not above 0.
func (l *Log) Rejected(after uint64, limit int) (list []Rejected, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		cursor := bucketIn(tx, bucketRejected).Cursor()
		key, value := seekAfter(cursor, after)
		for ; key != nil && (limit <= 0 || len(list) < limit); key, value = cursor.Next() {
			r, err := rejectedOf(key, value)
			if err == nil {
				r.Closed, err = closedOf(tx, r.ID)
			}
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return nil
	})
	return list, err
}

// seekAfter moves to the first key above a number.
func seekAfter(cursor *bolt.Cursor, after uint64) (key, value []byte) {
	if after == 1<<64-1 {
		return nil, nil
	}
	return cursor.Seek(key8(after + 1))
}

// RejectedAt returns one message of the quarantine; ErrNotFound when there is none of that id.
func (l *Log) RejectedAt(id uint64) (r Rejected, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		value := bucketIn(tx, bucketRejected).Get(key8(id))
		if value == nil {
			return fmt.Errorf("rejected message %d: %w", id, ErrNotFound)
		}
		if r, err = rejectedOf(key8(id), value); err == nil {
			r.Closed, err = closedOf(tx, id)
		}
		return err
	})
	return r, err
}

// rejectedOf reads an entry of the bucket.
func rejectedOf(key, value []byte) (Rejected, error) {
	body, err := checkCRC(key, value)
	if err != nil {
		return Rejected{}, err
	}
	if len(key) != 8 {
		return Rejected{}, fmt.Errorf("a rejected message's key has %d bytes: %w", len(key), ErrDamaged)
	}
	return parseRejected(binary.BigEndian.Uint64(key), body)
}
