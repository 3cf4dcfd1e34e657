package ledger

import (
	"fmt"

	"github.com/google/uuid"
)

// Find looks an event id up.
func (l *Log) Find(id uuid.UUID) (seq Seq, found bool, err error) {
	var candidates [8]Seq
	for _, seq := range l.candidates(id, candidates[:0]) {
		r, err := l.Record(seq)
		if err != nil {
			return 0, false, err
		}
		head, err := r.Head()
		if err != nil {
			return 0, false, fmt.Errorf("record %d: %w: %w", seq, ErrDamaged, err)
		}
		if head.ID == id {
			return seq, true, nil
		}
	}
	return 0, false, nil
}

// candidates lists the seqs that an id may have; hardly ever more than one.
func (l *Log) candidates(id uuid.UUID, into []Seq) []Seq {
	l.mu.RLock()
	defer l.mu.RUnlock()
	_, _ = l.index.FindID(l.index.Hash(id), func(seq Seq) (bool, error) {
		into = append(into, seq)
		return false, nil
	})
	return into
}
