package api

import (
	"fmt"
	"net/http"
	"strconv"

	"zhangben/events"
	"zhangben/projections/query"
)

func (s *server) listRejected(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	clocks, err := query.ParseRejectionClocks(p.get("as_of"), p.get("known_at"))
	if err != nil {
		return err
	}
	status, err := p.rejectionStatus()
	if err != nil {
		return err
	}
	after, err := p.number("after")
	if err != nil {
		return err
	}
	limit, err := p.limit()
	if err != nil {
		return err
	}
	if accepts(r, ndjson) {
		return s.exportRejected(w, r, clocks, status, after, limit)
	}
	page, err := s.reader.Rejected(r.Context(), clocks, status, after, limit)
	if err != nil {
		return err
	}
	return sendJSON(w, &page)
}

// rejectionID reads the path; what is no number is the id of nothing.
func rejectionID(r *http.Request) (uint64, error) {
	text := r.PathValue("rejection_id")
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("rejection %q: %w", text, query.ErrNotFound)
	}
	return id, nil
}

func (s *server) rejection(w http.ResponseWriter, r *http.Request) error {
	id, err := rejectionID(r)
	if err != nil {
		return err
	}
	rejection, err := s.reader.Rejection(id)
	if err != nil {
		return err
	}
	return sendJSON(w, &rejection)
}

func (s *server) retry(w http.ResponseWriter, r *http.Request) error {
	id, err := rejectionID(r)
	if err != nil {
		return err
	}
	refused, err := s.reader.Refused(id)
	if err != nil {
		return err
	}
	if s.Retry == nil {
		return errReadOnly
	}
	if event, err := events.DecodeMessage(refused.Subject, refused.Header, refused.Body); err == nil {
		if why := callerOf(r.Context()).forbids(event); why != nil {
			return fmt.Errorf("%w: %s", errWrongRole, why.Message)
		}
	}
	verdict, err := s.Retry(r.Context(), callerOf(r.Context()).Name, refused)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotTaken, err)
	}
	if !decided(&verdict) {
		return errUndecided
	}
	result := ResultOf(&verdict)
	return sendJSON(w, &result)
}
