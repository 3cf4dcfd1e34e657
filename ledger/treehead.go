package ledger

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// TreeHead is the log as of a message of its stream: how many records it had, and their root. It follows from the
// stream alone, so two logs that read one stream from the same epoch on have equal tree heads at every message.
type TreeHead struct {
	StreamSeq uint64    `json:"stream_seq"`
	Seq       Seq       `json:"seq"`
	Root      tlog.Hash `json:"root"`
}

// TreeHead returns the tree head after a message of the present epoch. ErrNotFound says that the log has not come
// that far.
func (l *Log) TreeHead(streamSeq uint64) (s TreeHead, err error) {
	state := l.current()
	switch at := state.at.streamSeq(); {
	case streamSeq > at:
		return s, fmt.Errorf("the log after message %d, it has read up to %d: %w", streamSeq, at, ErrNotFound)
	case streamSeq == at:
		return TreeHead{streamSeq, state.last, state.root}, nil
	}
	s.StreamSeq = streamSeq
	err = l.view(func(tx *bolt.Tx) error {
		if s.Seq, _, err = recordsUpTo(tx, state, streamSeq); err != nil {
			return err
		}
		s.Root, err = tlog.TreeHash(int64(s.Seq), &hashReader{tx: tx})
		return err
	})
	return s, err
}

// recordsUpTo finds the last record that a message of the state's epoch up to one became, or that came before the
// epoch, and what that very message became, if it is a record. Between two records there are at least as many messages
// as records, so each look narrows both ends by the distance that is left; where a run of messages was appended without
// exception the first look hits.
func recordsUpTo(tx *bolt.Tx, s state, streamSeq uint64) (last Seq, exact Record, err error) {
	e, err := readStream(tx, s.at.epoch())
	if err != nil {
		return 0, exact, err
	}
	low, high := e.first, min(s.last, e.first+Seq(streamSeq)-1)
	if later := Seq(s.at.streamSeq() - streamSeq); later < s.last {
		low = max(low, s.last-later)
	}
	guess := low
	for halve := false; low <= high; halve = !halve {
		r, err := readRecord(tx, min(max(guess, low), high))
		switch {
		case err != nil || r.StreamSeq == streamSeq:
			return r.Seq, r, err
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
	return high, exact, nil
}
