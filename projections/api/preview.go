package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"zhangben/projections/query"
)

// errImpactBusy says that the whole ledger is being previewed for another client.
var errImpactBusy = errors.New("the whole ledger is being previewed already: wait for the end of it")

// preview answers what would follow from events and terms that might be. It only reads.
func (s *server) preview(w http.ResponseWriter, r *http.Request) error {
	if err := wantJSON(r); err != nil {
		return err
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	asked, err := parsePreview(body)
	if err != nil {
		return err
	}
	at, err := s.reader.ParseAt(asked.asOf, asked.knownAt, asked.Latest(s.Now()))
	if err != nil {
		return err
	}
	if err := s.previewAt(w, r, asked, at); err != nil {
		return conflictsOf(asked, err)
	}
	return nil
}

func (s *server) previewAt(w http.ResponseWriter, r *http.Request, asked *previewRequest, at query.At) (err error) {
	switch {
	case asked.all:
		return s.impact(w, r, &asked.Hypothesis, at)
	case asked.contract != "":
		preview, err := s.reader.PreviewContract(r.Context(), asked.contract, asked.account, &asked.Hypothesis, at)
		return answer(w, &preview, err)
	case asked.account == "":
		if asked.account, err = asked.Subject(); err != nil {
			return err
		}
	}
	preview, err := s.reader.PreviewAccount(r.Context(), asked.account, &asked.Hypothesis, at)
	return answer(w, &preview, err)
}

// impact sends the rows of an impact, one a line. It takes long, so one at a time, and without a bound on the
// whole answer; only a client that does not accept what is sent is given up.
func (s *server) impact(w http.ResponseWriter, r *http.Request, h *query.Hypothesis, at query.At) error {
	if !s.comparing.TryLock() {
		return errImpactBusy
	}
	defer s.comparing.Unlock()
	ctx, cancel := s.unhurried(r)
	defer cancel()
	controller := unbounded(w)
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	return s.reader.Impact(ctx, h, at, func(row query.ImpactRow) error {
		if err := encoder.Encode(row); err != nil || row.Account != nil {
			return err
		}
		w.Header().Set("Content-Type", ndjson)
		w.Header().Set("Cache-Control", "no-store")
		_ = controller.SetWriteDeadline(time.Now().Add(patience)) // where there is none to set, that is all right
		if _, err := lines.WriteTo(w); err != nil {
			return err
		}
		return flush(controller)
	})
}

// flush sends what was written, where that can be done.
func flush(controller *http.ResponseController) error {
	if err := controller.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// conflictsOf points an error about ids that are taken at the events that have them.
func conflictsOf(asked *previewRequest, err error) error {
	var conflicts *query.Conflicts
	if !errors.As(err, &conflicts) {
		return err
	}
	taken := &fieldErrors{why: errTaken}
	for _, i := range conflicts.Indexes {
		taken.add(asked.Events[i].ID.String(), fmt.Sprintf("/events/%d/id", i), conflict)
	}
	return taken
}
