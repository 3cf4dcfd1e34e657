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
		if s.Seq, err = recordsUpTo(tx, state, streamSeq); err != nil {
			return err
		}
		s.Root, err = tlog.TreeHash(int64(s.Seq), &hashReader{tx: tx})
		return err
	})
	return s, err
}

// recordsUpTo is the seq of the last record that a message of the state's epoch up to one became, or that came before
// the epoch.
func recordsUpTo(tx *bolt.Tx, s state, streamSeq uint64) (Seq, error) {
	e, err := readStream(tx, s.at.epoch())
	if err != nil {
		return 0, err
	}
	none, some := e.first-1, min(s.last, e.first-1+Seq(streamSeq)) // the seq lies between these
	for none < some {
		middle := some - (some-none)/2
		r, err := readRecord(tx, middle)
		switch {
		case err != nil:
			return 0, err
		case r.StreamSeq <= streamSeq:
			none = middle
		default:
			some = middle - 1
		}
	}
	return none, nil
}
