package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections/query"
)

const ndjson = "application/x-ndjson"

func (s *server) listEvents(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	filter, after, limit, err := p.eventPage()
	if err != nil {
		return err
	}
	follow, err := p.yes("follow")
	if err != nil {
		return err
	}
	if follow && r.Method == http.MethodGet {
		return s.follow(w, r, filter, after)
	}
	if accepts(r, ndjson) {
		return s.sendRows(w, r, filter, after, limit)
	}
	page, err := s.reader.Events(r.Context(), filter, after, limit)
	if err != nil {
		return err
	}
	return sendJSON(w, &page)
}

// sendRows sends up to limit rows one a line, page by page.
func (s *server) sendRows(
	w http.ResponseWriter, r *http.Request, filter query.EventFilter, after ledger.Seq, limit int,
) error {
	for {
		page, err := s.reader.Events(r.Context(), filter, after, limit)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", ndjson)
		if err := writeRows(w, page.Events); err != nil {
			return err
		}
		if limit -= len(page.Events); limit == 0 || page.Next == nil {
			return nil
		}
		after = *page.Next
	}
}

func (p parameters) eventPage() (filter query.EventFilter, after ledger.Seq, limit int, err error) {
	filter = query.EventFilter{Account: p.get("account_id"), Contract: p.get("contract_id")}
	if filter.Kind, err = p.kind(); err != nil {
		return filter, 0, 0, err
	}
	number, err := p.number("after")
	if err != nil {
		return filter, 0, 0, err
	}
	limit, err = p.limit()
	return filter, ledger.Seq(number), limit, err
}

// patience is how long a client that follows the log may take to accept what is sent.
const patience = time.Minute

// follow sends rows one a line as the log grows, until the client goes, its token is not good any more, or the program
// stops.
func (s *server) follow(w http.ResponseWriter, r *http.Request, filter query.EventFilter, after ledger.Seq) error {
	release, err := s.limits.follow()
	if err != nil {
		return err
	}
	defer release()
	ctx, controller := query.Unhurried(r.Context()), unbounded(w)
	nudge, cancel := s.Log.Subscribe()
	defer cancel()
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("Cache-Control", "no-store")
	for {
		if _, err := s.Tokens.admit(events.Read, r, s.Now); err != nil {
			return err
		}
		page, err := s.reader.Events(ctx, filter, after, maxLimit)
		if err != nil {
			return err
		}
		controller.SetWriteDeadline(time.Now().Add(patience))
		if err := writeRows(w, page.Events); err != nil {
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
		case <-nudge:
		case <-r.Context().Done():
			return nil
		case <-s.stopping():
			return nil
		}
	}
}

// unbounded lifts the server's bound on the time an answer takes; where there is none to lift, that is all right.
func unbounded(w http.ResponseWriter) *http.ResponseController {
	controller := http.NewResponseController(w)
	controller.SetWriteDeadline(time.Time{})
	return controller
}

// unhurried is the context of an answer that may take as long as it does. It ends, too, when the program is to stop:
// what takes so long is asked for again then.
func (s *server) unhurried(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(query.Unhurried(r.Context()))
	if s.Context == nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(s.Context, cancel)
	return ctx, func() { stop(); cancel() }
}

func writeRows(w http.ResponseWriter, rows []query.Row) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range rows {
		if err := encoder.Encode(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// accepts reports whether a request asks for a media type by name.
func accepts(r *http.Request, mediaType string) bool {
	for _, header := range r.Header.Values("Accept") {
		for part := range strings.SplitSeq(header, ",") {
			if asked, _, err := mime.ParseMediaType(part); err == nil && asked == mediaType {
				return true
			}
		}
	}
	return false
}

func (s *server) event(w http.ResponseWriter, r *http.Request) error {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return query.ErrNotFound
	}
	row, err := s.reader.Event(id)
	if err != nil {
		return err
	}
	return sendJSON(w, &row)
}
