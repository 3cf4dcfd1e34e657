package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"zhangben/events"
	"zhangben/ledger"
)

const (
	maxBody  = 1 << 20 // bytes
	maxBatch = 1000    // events
)

// Results is the answer to events sent in, in their order.
type Results struct {
	Results []Result `json:"results"`
}

// Result is what became of one event. Seq is left out unless it is in the log; code, pointer and message say why not.
type Result struct {
	ID      string        `json:"id"`
	Outcome ledger.Status `json:"outcome"`
	Seq     ledger.Seq    `json:"seq,omitempty"`
	Code    events.Code   `json:"code,omitempty"`
	Pointer string        `json:"pointer,omitempty"`
	Message string        `json:"message,omitempty"`
}

// ResultOf returns what is answered about an outcome.
func ResultOf(v *ledger.Outcome) Result {
	return Result{ID: v.ID, Outcome: v.Status, Seq: v.Seq, Code: v.Code, Pointer: v.Pointer, Message: v.Message}
}

func (s *server) postEvents(w http.ResponseWriter, r *http.Request) error {
	if s.Publish == nil {
		return errReadOnly
	}
	split, err := splitterOf(r)
	if err != nil {
		return err
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	bodies, err := split(r.Header, body)
	if errors.Is(err, errUnreadable) {
		return s.keep(r, bodies[0], err)
	}
	if err != nil {
		return err
	}
	results, err := s.publish(r, bodies)
	if err != nil {
		return err
	}
	return sendJSON(w, &results)
}

// splitter cuts a body into structured events, each as it was spelled. With errUnreadable it returns what to keep.
type splitter func(header http.Header, body []byte) ([][]byte, error)

// splitterOf reads from the headers how events are sent: in binary mode, structured, or as a batch.
func splitterOf(r *http.Request) (splitter, error) {
	if events.IsBinary(r.Header) {
		return splitBinary, nil
	}
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errMediaType
	}
	if charset, given := params["charset"]; given && !strings.EqualFold(charset, "utf-8") {
		return nil, errMediaType
	}
	switch mediaType {
	case "application/cloudevents+json":
		return splitStructured, nil
	case "application/cloudevents-batch+json":
		return splitBatch, nil
	}
	return nil, errMediaType
}

func splitBinary(header http.Header, body []byte) ([][]byte, error) {
	text, whole := events.StructuredText(header, body)
	if !whole {
		return [][]byte{text}, errUnreadable
	}
	return [][]byte{text}, nil
}

func splitStructured(_ http.Header, body []byte) ([][]byte, error) {
	if !json.Valid(body) {
		return unreadable(body)
	}
	return [][]byte{body}, nil
}

func splitBatch(_ http.Header, body []byte) ([][]byte, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		return unreadable(body)
	}
	if len(raw) > maxBatch {
		return nil, errTooLarge
	}
	bodies := make([][]byte, len(raw))
	for i := range raw {
		bodies[i] = raw[i]
	}
	return bodies, nil
}

// byteOrderMark begins texts of some editors; a reader of JSON may pass over it (RFC 8259, 8.1).
var byteOrderMark = []byte("\ufeff")

func trimMark(body []byte) []byte { return bytes.TrimPrefix(body, byteOrderMark) }

// unreadable returns what to keep of a body that is no JSON of its media type, and why.
func unreadable(body []byte) ([][]byte, error) {
	if bytes.HasPrefix(body, []byte{0xff, 0xfe}) || bytes.HasPrefix(body, []byte{0xfe, 0xff}) {
		return [][]byte{body}, fmt.Errorf("%w: it is in UTF-16, not in UTF-8", errUnreadable)
	}
	return [][]byte{body}, errUnreadable
}

// publish sends the events that the caller may publish through the stream. Where the ledger has not decided on one in
// time the whole answer is an error: sending all of them again is safe.
func (s *server) publish(r *http.Request, bodies [][]byte) (Results, error) {
	results := Results{Results: make([]Result, len(bodies))}
	places, bodies := results.forbid(callerOf(r.Context()), bodies)
	if len(bodies) == 0 {
		return results, nil
	}
	verdicts, err := s.Publish(r.Context(), callerOf(r.Context()).Name, bodies)
	if err == nil && len(verdicts) != len(bodies) {
		err = fmt.Errorf("%d verdicts for %d events", len(verdicts), len(bodies))
	}
	if err != nil {
		return results, fmt.Errorf("%w: %w", errNotTaken, err)
	}
	for i := range verdicts {
		if !decided(&verdicts[i]) {
			return results, errUndecided
		}
		results.Results[places[i]] = ResultOf(&verdicts[i])
	}
	return results, nil
}

// forbid decides on the events that the caller may not publish, and returns the others with their places. What cannot
// be decoded is among these: the ledger, which decodes it in the same way, will refuse it and keep it.
func (results Results) forbid(caller Caller, bodies [][]byte) (places []int, others [][]byte) {
	for i, body := range bodies {
		if event, err := events.DecodeJSON(body); err == nil {
			if why := caller.forbids(event); why != nil {
				results.Results[i] = Result{event.ID.String(), ledger.Refused, 0, why.Code, why.Pointer, why.Message}
				continue
			}
		}
		places, others = append(places, i), append(others, body)
	}
	return places, others
}

// decided reports whether a verdict is one of the ledger's own.
func decided(v *ledger.Outcome) bool {
	return v.Status == ledger.Appended || v.Status == ledger.Duplicate || v.Status == ledger.Refused
}

// keptError says that a body was refused, and where in the quarantine it lies.
type keptError struct {
	rejectionID uint64
	why         error
}

func (e *keptError) Error() string {
	return fmt.Sprintf("%v; it is kept as rejection %d", e.why, e.rejectionID)
}

func (e *keptError) Unwrap() error { return e.why }

// keep sends a body that is no JSON through the stream, where it is refused and quarantined.
func (s *server) keep(r *http.Request, body []byte, why error) error {
	if len(body) == 0 {
		return why
	}
	verdicts, err := s.Publish(r.Context(), callerOf(r.Context()).Name, [][]byte{body})
	if err != nil {
		return fmt.Errorf("%w: %w", errNotTaken, err)
	}
	if len(verdicts) != 1 || verdicts[0].StreamSeq == 0 {
		return why // it was not stored: no message holds it
	}
	return &keptError{rejectionID: ledger.RejectionID(s.Log.Position().Epoch, verdicts[0].StreamSeq), why: why}
}
