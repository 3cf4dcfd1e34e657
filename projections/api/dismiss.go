package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

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

// dismiss closes a refused message for a reason. It goes through the stream, so that every instance closes it.
func (s *server) dismiss(w http.ResponseWriter, r *http.Request) error {
	id, err := rejectionID(r)
	if err != nil {
		return err
	}
	if err := wantJSON(r); err != nil {
		return err
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	var asked Dismissal
	if err := json.Unmarshal(body, &asked); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	refused, err := s.reader.Refused(id)
	switch {
	case err != nil:
		return err
	case refused.Closed != nil:
		return errClosed
	case s.Dismiss == nil:
		return errReadOnly
	}
	verdict, err := s.Dismiss(r.Context(), callerOf(r.Context()).Name, id, asked.Reason)
	return s.answerDismissal(w, id, &verdict, err)
}

// answerDismissal answers with the refused message as it is now.
func (s *server) answerDismissal(w http.ResponseWriter, id uint64, verdict *ledger.Outcome, err error) error {
	var unfit *events.Rejection
	switch {
	case errors.As(err, &unfit):
		return fmt.Errorf("%w: %s", errReason, unfit.Message)
	case err != nil:
		return fmt.Errorf("%w: %w", errNotTaken, err)
	case verdict.Status != ledger.Appended:
		return errUndecided
	}
	rejection, err := s.reader.Rejection(id)
	if err != nil {
		return err
	}
	return sendJSON(w, &rejection)
}
