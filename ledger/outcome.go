package ledger

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
)

// Status is what became of a message.
type Status string

// The outcomes.
const (
	Appended  Status = "appended"  // it is a record
	Duplicate Status = "duplicate" // it says what a record says already
	Refused   Status = "rejected"  // it is in quarantine
)

// Outcome is what became of one message.
type Outcome struct {
	StreamSeq uint64      `json:"stream_seq"`
	ID        string      `json:"id"` // of the event; "" when the message had none
	Status    Status      `json:"outcome"`
	Seq       Seq         `json:"seq,omitempty"` // of the record, or of the one it repeats
	Code      events.Code `json:"code,omitempty"`
	Pointer   string      `json:"pointer,omitempty"`
	Message   string      `json:"message,omitempty"`
}

// Outcome is what became of a message of the present epoch; known is false for messages above the position.
func (l *Log) Outcome(streamSeq uint64) (v Outcome, known bool, err error) {
	outcomes, err := l.Outcomes([]uint64{streamSeq})
	if err != nil {
		return Outcome{}, false, err
	}
	return outcomes[0], outcomes[0].Status != "", nil
}

// Outcomes is what became of several messages of the present epoch, in one look at the log. Where it is not known, the
// outcome has no status.
func (l *Log) Outcomes(streamSeqs []uint64) (outcomes []Outcome, err error) {
	state := l.current()
	outcomes = make([]Outcome, len(streamSeqs))
	return outcomes, l.view(func(tx *bolt.Tx) error {
		for i, n := range streamSeqs {
			if n == 0 || n > state.at.streamSeq() {
				continue
			}
			if outcomes[i], err = l.outcomeIn(tx, state, n); err != nil {
				return fmt.Errorf("message %d: %w", n, err)
			}
		}
		return nil
	})
}

// outcomeIn finds what became of a message up to the position of a state: in quarantine, among the duplicates, or as a
// record.
func (l *Log) outcomeIn(tx *bolt.Tx, s state, streamSeq uint64) (Outcome, error) {
	key := key8(uint64(positionOf(s.at.epoch(), streamSeq)))
	if value := bucketIn(tx, bucketRejected).Get(key); value != nil {
		r, err := rejectedOf(key, value)
		return r.outcome(), err
	}
	first, err := getWithCRC(bucketIn(tx, bucketDuplicates), key)
	if err != nil {
		return Outcome{}, err
	}
	v := Outcome{StreamSeq: streamSeq, Status: Duplicate}
	var r Record
	if len(first) == 8 {
		r, err = readRecord(tx, Seq(binary.BigEndian.Uint64(first)))
	} else {
		v.Status = Appended
		r, err = recordOf(tx, s, streamSeq)
	}
	if err != nil {
		return Outcome{}, err
	}
	head, err := r.Head()
	if err != nil {
		return Outcome{}, fmt.Errorf("record %d: %w: %w", r.Seq, ErrDamaged, err)
	}
	v.Seq, v.ID = r.Seq, head.ID.String()
	return v, nil
}

// recordOf finds the record that a message of the present epoch became.
func recordOf(tx *bolt.Tx, s state, streamSeq uint64) (Record, error) {
	_, r, err := recordsUpTo(tx, s, streamSeq)
	if err == nil && r.Seq == 0 {
		err = fmt.Errorf("message %d is neither record, duplicate nor rejected: %w", streamSeq, ErrDamaged)
	}
	return r, err
}
