package api

import (
	"encoding/json"
	"net/http"

	"zhangben/projections/query"
)

func (s *server) exceptions(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	limit, err := p.limit()
	if err != nil {
		return err
	}
	page, err := s.reader.Exceptions(r.Context(), at, p.get("account_id"), p.get("after"), limit)
	if err != nil {
		return err
	}
	return sendJSON(w, &page)
}

// exportRejected sends refused messages whole, one a line, with one of them in memory.
func (s *server) exportRejected(
	w http.ResponseWriter, r *http.Request, clocks query.RejectionClocks, status query.RejectionStatus, after uint64,
	limit int,
) error {
	page, err := s.reader.Rejected(r.Context(), clocks, status, after, limit)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("Cache-Control", "no-store")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
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
