package ledger

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
)

// Matches reports whether a message is the one that the log has under its stream sequence. A stream that was rolled
// back and has grown again has others there. ErrNotFound says that the log has not come that far.
func (l *Log) Matches(a *Arrival) (same bool, err error) {
	state := l.current()
	if a.StreamSeq == 0 || a.StreamSeq > state.at.streamSeq() {
		return false, fmt.Errorf("message %d, the log has read up to %d: %w",
			a.StreamSeq, state.at.streamSeq(), ErrNotFound)
	}
	key := key8(uint64(positionOf(state.at.epoch(), a.StreamSeq)))
	err = l.view(func(tx *bolt.Tx) error {
		if value := bucketIn(tx, bucketRejected).Get(key); value != nil {
			r, err := rejectedOf(key, value)
			same = r.Received == storable(a.Received) && r.Subject == a.Subject && bytes.Equal(r.Body, a.Body)
			return err
		}
		v, err := l.outcomeIn(tx, state, a.StreamSeq)
		if err != nil {
			return err
		}
		r, err := readRecord(tx, v.Seq)
		same = err == nil && a.has(r.Content) &&
			(v.Status == Duplicate || bytes.Equal(r.origin, a.Origin.Append(nil)))
		return err
	})
	return same, err
}

// has reports whether a message's event has the content of a record, as it is read now, or as it was read when the
// record was appended.
func (a *Arrival) has(content []byte) bool {
	if a.Event != nil && events.SameContent(content, a.Event.AppendContent(nil)) {
		return true
	}
	before, err := events.DecodeMessageBefore(a.Subject, a.Header, a.Body)
	return err == nil && bytes.Equal(content, before.AppendContent(nil))
}
