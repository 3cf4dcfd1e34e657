package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections/query"
)

func (s *server) listEvents(q *request) (any, error) {
	number, err := q.after()
	if err != nil {
		return nil, err
	}
	after, filter := ledger.Seq(number), query.EventFilter{Account: q.get("account_id"), Contract: q.get("contract_id")}
	filter.Kind, _ = events.KindNamed(q.get("kind"))
	switch {
	case q.get("follow") == "true" && q.Method == http.MethodGet:
		return nil, s.follow(q, filter, after)
	case q.accepts(ndjson):
		return nil, s.sendRows(q, filter, after, q.limit())
	}
	return s.reader.Events(q.Context(), filter, after, q.limit())
}

// sendRows sends up to limit rows one a line, page by page.
func (s *server) sendRows(q *request, filter query.EventFilter, after ledger.Seq, limit int) error {
	for {
		page, err := s.reader.Events(q.Context(), filter, after, limit)
		if err != nil {
			return err
		}
		if err := sendRows(q.lines(), page.Events); err != nil {
			return err
		}
		if limit -= len(page.Events); limit == 0 || page.Next == nil {
			return nil
		}
		after = *page.Next
	}
}

// patience is how long a client that follows the log may take to accept what is sent.
const patience = time.Minute

// follow sends rows one a line as the log grows, until the client goes, its token is not good any more, or the program
// stops.
func (s *server) follow(q *request, filter query.EventFilter, after ledger.Seq) error {
	release, err := s.limits.follow()
	if err != nil {
		return err
	}
	defer release()
	ctx, controller, cancel := s.unhurried(q)
	defer cancel()
	q.w.Header().Set("Cache-Control", "no-store")
	for {
		committed := s.Log.Committed()
		if _, err := s.Tokens.admit(events.Read, q.Request, s.Now); err != nil {
			return err
		}
		page, err := s.reader.Events(ctx, filter, after, maxLimit)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		controller.SetWriteDeadline(time.Now().Add(patience))
		if err := sendRows(q.lines(), page.Events); err != nil {
			return err
		}
		if err := controller.Flush(); err != nil {
			return err
		}
		after = page.Through
		if page.Next != nil {
			continue
		}
		select {
		case <-committed:
		case <-ctx.Done():
			return nil
		}
	}
}

// unhurried begins an answer that may take as long as it does: it is no question any more, and the server's bound on
// the time of an answer is lifted, where there is one. Its context ends, too, when the program is to stop: what takes
// so long is asked for again then.
func (s *server) unhurried(q *request) (context.Context, *http.ResponseController, context.CancelFunc) {
	controller := http.NewResponseController(q.w)
	controller.SetWriteDeadline(time.Time{})
	ctx, cancel := context.WithCancel(query.Unhurried(q.Context()))
	if s.Context == nil {
		return ctx, controller, cancel
	}
	stop := context.AfterFunc(s.Context, cancel)
	return ctx, controller, func() { stop(); cancel() }
}

func sendRows(lines *json.Encoder, rows []query.Row) error {
	for i := range rows {
		if err := lines.Encode(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) event(q *request) (any, error) {
	id, err := uuid.Parse(q.PathValue("id"))
	if err != nil {
		return nil, query.ErrNotFound
	}
	return s.reader.Event(id)
}
