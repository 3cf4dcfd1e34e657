package ledger

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
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

// recordOf finds the record that a message of the present epoch became. Between two records there are at least as
// many messages as records, so each look narrows both ends by the distance that is left; where a run of messages was
// appended without exception the first look hits.
func recordOf(tx *bolt.Tx, s state, streamSeq uint64) (Record, error) {
	e, err := readStream(tx, s.at.epoch())
	if err != nil {
		return Record{}, err
	}
	low, high := e.first, min(s.last, e.first+Seq(streamSeq-1))
	if later := Seq(s.at.streamSeq() - streamSeq); later < s.last {
		low = max(low, s.last-later)
	}
	guess := low
	for halve := false; low <= high; halve = !halve {
		r, err := readRecord(tx, min(max(guess, low), high))
		switch {
		case err != nil || r.StreamSeq == streamSeq:
			return r, err
		case r.StreamSeq > streamSeq:
			distance := Seq(r.StreamSeq - streamSeq)
			high, low = r.Seq-1, max(low, r.Seq-min(r.Seq, distance))
			guess = low
		default:
			low, high = r.Seq+1, min(high, r.Seq+Seq(streamSeq-r.StreamSeq))
			guess = high
		}
		if halve {
			guess = low + (high-low)/2
		}
	}
	return Record{}, fmt.Errorf("message %d is neither record, duplicate nor rejected: %w", streamSeq, ErrDamaged)
}

// encodeIDs puts the events' ids into outcomes; one text holds them all.
func encodeIDs(arrivals []Arrival, outcomes []Outcome) {
	const size = 36
	text := make([]byte, 0, size*len(arrivals))
	for i := range arrivals {
		if e := arrivals[i].Event; e != nil {
			text = appendID(text, e.ID)
		}
	}
	ids := string(text)
	for i := range arrivals {
		if arrivals[i].Event != nil {
			outcomes[i].ID, ids = ids[:size], ids[size:]
		}
	}
}

// appendID appends id.String() without allocating.
func appendID(dst []byte, id uuid.UUID) []byte {
	dst = append(hex.AppendEncode(dst, id[:4]), '-')
	dst = append(hex.AppendEncode(dst, id[4:6]), '-')
	dst = append(hex.AppendEncode(dst, id[6:8]), '-')
	dst = append(hex.AppendEncode(dst, id[8:10]), '-')
	return hex.AppendEncode(dst, id[10:])
}
