package api

import (
	"errors"
	"fmt"

	"zhangben/events"
	"zhangben/ledger"
)

// errClosed says that a refused message is closed already.
var errClosed = errors.New("the refused message is closed already")

// errReason says that a reason for a dismissal is none.
var errReason = errors.New("the reason is wanted, in words")

// Dismissal is what a dismissal is asked with.
type Dismissal struct {
	Reason string `json:"reason"`
}

// dismiss closes a refused message for a reason, and answers with it as it is then. That goes through the stream, so
// that every instance closes it.
func (s *server) dismiss(q *request) (any, error) {
	id, err := q.rejectionID()
	if err != nil {
		return nil, err
	}
	if q.mediaType() != "application/json" {
		return nil, errNotJSON
	}
	var asked Dismissal
	if err := q.readJSON(&asked); err != nil {
		return nil, err
	}
	refused, err := s.reader.Refused(id)
	switch {
	case err != nil:
		return nil, err
	case refused.Closed != nil:
		return nil, errClosed
	case s.Dismiss == nil:
		return nil, errReadOnly
	}
	verdict, err := s.Dismiss(q.Context(), q.caller.Name, id, asked.Reason)
	if unfit, ok := errors.AsType[*events.Rejection](err); ok {
		return nil, fmt.Errorf("%w: %s", errReason, unfit.Message)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotTaken, err)
	}
	if verdict.Status != ledger.Appended {
		return nil, errUndecided
	}
	return s.reader.Rejection(id)
}
