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
func (s *server) preview(q *request) (any, error) {
	if q.mediaType() != "application/json" {
		return nil, errNotJSON
	}
	body, err := q.readBody()
	if err != nil {
		return nil, err
	}
	var asked *previewRequest
	err = s.inTurn(q.Context(), len(body), func() (err error) {
		asked, err = parsePreview(body)
		return err
	})
	if err != nil {
		return nil, err
	}
	at, err := s.reader.ParseAt(asked.asOf, asked.knownAt, asked.Latest(s.Now()))
	if err != nil {
		return nil, err
	}
	answer, err := s.previewAt(q, asked, at)
	return answer, conflictsOf(asked, err)
}

func (s *server) previewAt(q *request, asked *previewRequest, at query.At) (_ any, err error) {
	switch {
	case asked.all:
		return nil, s.impact(q, &asked.Hypothesis, at)
	case asked.contract != "":
		return s.reader.PreviewContract(q.Context(), asked.contract, asked.account, &asked.Hypothesis, at)
	case asked.account == "":
		if asked.account, err = asked.Subject(); err != nil {
			return nil, err
		}
	}
	return s.reader.PreviewAccount(q.Context(), asked.account, &asked.Hypothesis, at)
}

// impact sends the rows of an impact, one a line. It takes long, so one at a time, and without a bound on the
// whole answer; only a client that does not accept what is sent is given up.
func (s *server) impact(q *request, h *query.Hypothesis, at query.At) error {
	if !s.comparing.TryLock() {
		return errImpactBusy
	}
	defer s.comparing.Unlock()
	ctx, controller, cancel := s.unhurried(q)
	defer cancel()
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	return s.reader.Impact(ctx, h, at, func(row query.ImpactRow) error {
		if err := encoder.Encode(row); err != nil || row.Account != nil {
			return err
		}
		q.w.Header().Set("Content-Type", ndjson)
		q.w.Header().Set("Cache-Control", "no-store")
		_ = controller.SetWriteDeadline(time.Now().Add(patience)) // where there is none to set, that is all right
		if _, err := lines.WriteTo(q.w); err != nil {
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
	conflicts, ok := errors.AsType[*query.Conflicts](err)
	if !ok {
		return err
	}
	taken := &fieldErrors{why: errTaken}
	for _, i := range conflicts.Indexes {
		taken.add(asked.Events[i].ID.String(), fmt.Sprintf("/events/%d/id", i), conflict)
	}
	return taken
}
