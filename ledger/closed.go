package ledger

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
	"zhangben/events/civil"
)

// bucketClosed is made when the first refused message is closed.
var bucketClosed = []byte("closed")

// Closed says why nothing needs to be done about a refused message any more: it was sent again and is in the log, or
// the ledger was told to dismiss it. The first message that closes it counts.
type Closed struct {
	ID     uint64        // of the message that closed it, as refused messages have ids
	At     civil.Instant // when that message was recorded
	Seq    Seq           // of the record of the dismissal, or of what was sent again
	By     string        // name of the token with which that was asked for, "" where there is none
	Reason string        // of a dismissal, "" of a retry
}

func (c *Closed) append(dst []byte) []byte {
	dst = appendInstant(append(dst, key8(c.ID)...), c.At)
	return appendText(append(dst, key8(uint64(c.Seq))...), c.By)
}

// parseClosed reads the stored form, which leaves the reason to the record.
func parseClosed(b []byte) (c Closed, err error) {
	if len(b) >= 24 {
		by, rest, ok := cutText(b[24:])
		if ok && len(rest) == 0 {
			at, seq := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[16:])
			return Closed{ID: at, At: instantAt(b[8:]), Seq: Seq(seq), By: string(by)}, nil
		}
	}
	return c, fmt.Errorf("what closed a refused message does not parse: %w", ErrDamaged)
}

// closing is a message of a batch that closes a refused one.
type closing struct {
	refused uint64
	by      Closed
}

// closes notes which refused message a message closes that became, or repeats, a record.
func (b *batch) closes(a *Arrival, seq Seq) {
	c := closing{a.Retry.Of, Closed{ID: uint64(b.state.at), At: storable(a.Received), Seq: seq, By: a.Retry.By}}
	if c.refused == 0 {
		d, dismissal := a.Event.Data.(*events.RejectionDismissed)
		if !dismissal || a.Origin.By != events.ByLedger {
			return
		}
		c.refused, c.by.By = d.RejectionID, a.Origin.Publisher
	}
	b.closings = append(b.closings, c)
}

// putClosings stores what the batch closes. Its own refused messages are stored before.
func putClosings(tx *bolt.Tx, closings []closing) error {
	if len(closings) == 0 {
		return nil
	}
	closed, err := tx.CreateBucketIfNotExists(bucketClosed)
	if err != nil {
		return err
	}
	for i := range closings {
		if err := closings[i].put(tx, closed); err != nil {
			return err
		}
	}
	return nil
}

// put closes the refused message, and those which that one was to mend by having been sent again.
func (c *closing) put(tx *bolt.Tx, closed *bolt.Bucket) error {
	before := c.by.ID
	for id := c.refused; 0 < id && id < before; {
		key := key8(id)
		value := bucketIn(tx, bucketRejected).Get(key)
		if value == nil || closed.Get(key) != nil {
			return nil
		}
		r, err := rejectedOf(key, value)
		if err != nil {
			return err
		}
		if err := putWithCRC(closed, key, c.by.append(nil)); err != nil {
			return err
		}
		before, id = id, events.RetryOf(r.Subject, r.Header).Of
	}
	return nil
}

// closedOf reads what closed a refused message; nil while it is open.
func closedOf(tx *bolt.Tx, id uint64) (*Closed, error) {
	bucket := tx.Bucket(bucketClosed)
	if bucket == nil {
		return nil, nil
	}
	body, err := getWithCRC(bucket, key8(id))
	if err != nil || body == nil {
		return nil, err
	}
	c, err := parseClosed(body)
	if err != nil {
		return nil, err
	}
	r, err := readRecord(tx, c.Seq)
	if err != nil {
		return nil, err
	}
	e, err := r.Event()
	if err != nil {
		return nil, fmt.Errorf("record %d: %w: %w", c.Seq, ErrDamaged, err)
	}
	if d, ok := e.Data.(*events.RejectionDismissed); ok && r.ByLedger() {
		c.Reason = d.Reason
	}
	return &c, nil
}

// ClosedCount is how many refused messages are closed.
func (l *Log) ClosedCount() (n int, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		if bucket := tx.Bucket(bucketClosed); bucket != nil {
			return bucket.ForEach(func(_, _ []byte) error { n++; return nil })
		}
		return nil
	})
	return n, err
}

// closed checks what closed refused messages: each was refused before, and none that was dismissed is open.
func (v *verifier) closed() {
	bucket, rejected := v.tx.Bucket(bucketClosed), bucketIn(v.tx, bucketRejected)
	for id, at := range v.dismissed {
		if rejected.Get(key8(id)) != nil && id < uint64(at) && (bucket == nil || bucket.Get(key8(id)) == nil) {
			v.report.add(fmt.Sprintf("rejected %016x", id), "was dismissed by message %v and is open", at)
		}
	}
	if bucket == nil {
		return
	}
	_ = bucket.ForEach(func(key, value []byte) error {
		body, err := checkCRC(key, value)
		var c Closed
		if err == nil {
			c, err = parseClosed(body)
		}
		switch where := fmt.Sprintf("closed %x", key); {
		case err != nil:
			v.report.add(where, "%v", err)
		case len(key) != 8 || rejected.Get(key) == nil || binary.BigEndian.Uint64(key) >= c.ID:
			v.report.add(where, "no message was refused there before %v", position(c.ID))
		case c.Seq == 0 || c.Seq > v.seq:
			v.report.add(where, "names record %d, there are %d", c.Seq, v.seq)
		}
		return nil
	})
}
