package api

import (
	"cmp"
	"fmt"
	"strconv"

	"zhangben/events"
	"zhangben/projections/query"
)

func (s *server) listRejected(q *request) (any, error) {
	clocks, err := query.ParseRejectionClocks(q.get("as_of"), q.get("known_at"))
	if err != nil {
		return nil, err
	}
	after, err := q.after()
	if err != nil {
		return nil, err
	}
	status := cmp.Or(query.RejectionStatus(q.get("status")), query.OpenRejections)
	page, err := s.reader.Rejected(q.Context(), clocks, status, after, q.limit())
	if err == nil && q.accepts(ndjson) {
		return nil, s.exportRejected(q, &page)
	}
	return page, err
}

// exportRejected sends refused messages whole, one a line, with one of them in memory.
func (s *server) exportRejected(q *request, page *query.RejectionPage) error {
	q.w.Header().Set("Cache-Control", "no-store")
	encoder := q.lines()
	for i := range page.Rejected {
		whole, err := s.reader.Rejection(page.Rejected[i].ID)
		if err != nil {
			return err
		}
		if err := encoder.Encode(&whole); err != nil {
			return err
		}
	}
	return nil
}

// rejectionID reads the path; what is no number is the id of nothing.
func (q *request) rejectionID() (uint64, error) {
	text := q.PathValue("rejection_id")
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("rejection %q: %w", text, query.ErrNotFound)
	}
	return id, nil
}

func (s *server) rejection(q *request) (any, error) {
	id, err := q.rejectionID()
	if err != nil {
		return nil, err
	}
	return s.reader.Rejection(id)
}

func (s *server) retry(q *request) (any, error) {
	id, err := q.rejectionID()
	if err != nil {
		return nil, err
	}
	refused, err := s.reader.Refused(id)
	if err != nil {
		return nil, err
	}
	if s.Retry == nil {
		return nil, errReadOnly
	}
	if event, err := events.DecodeMessage(refused.Subject, refused.Header, refused.Body); err == nil {
		if why := q.caller.forbids(event); why != nil {
			return nil, fmt.Errorf("%w: %s", errWrongRole, why.Message)
		}
	}
	verdict, err := s.Retry(q.Context(), q.caller.Name, refused)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotTaken, err)
	}
	if !decided(&verdict) {
		return nil, errUndecided
	}
	return Result(verdict), nil
}
