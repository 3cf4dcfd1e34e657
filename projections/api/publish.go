package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections/query"
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
	ID      string         `json:"id"`
	Outcome ledger.Outcome `json:"outcome"`
	Seq     ledger.Seq     `json:"seq,omitempty"`
	Code    events.Code    `json:"code,omitempty"`
	Pointer string         `json:"pointer,omitempty"`
	Message string         `json:"message,omitempty"`
}

func resultOf(v *ledger.Verdict) Result {
	return Result{ID: v.ID, Outcome: v.Outcome, Seq: v.Seq, Code: v.Code, Pointer: v.Pointer, Message: v.Message}
}

func (s *server) postEvents(w http.ResponseWriter, r *http.Request) error {
	if s.Publish == nil {
		return errReadOnly
	}
	batch, err := isBatch(r)
	if err != nil {
		return err
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	bodies, err := split(body, batch)
	if errors.Is(err, errUnreadable) {
		return s.keep(r, body, err)
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

// isBatch reads the media type.
func isBatch(r *http.Request) (bool, error) {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return false, errMediaType
	}
	if charset, given := params["charset"]; given && !strings.EqualFold(charset, "utf-8") {
		return false, errMediaType
	}
	switch mediaType {
	case "application/cloudevents+json":
		return false, nil
	case "application/cloudevents-batch+json":
		return true, nil
	}
	return false, errMediaType
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBrokenBody, err)
	}
	return body, nil
}

// split cuts a body into events, each as it was spelled.
func split(body []byte, batch bool) ([][]byte, error) {
	if !batch {
		if !json.Valid(body) {
			return nil, errUnreadable
		}
		return [][]byte{body}, nil
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		return nil, errUnreadable
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

// publish sends events through the stream. Where the ledger has not decided on one in time the whole answer is an
// error: sending all of them again is safe.
func (s *server) publish(r *http.Request, bodies [][]byte) (Results, error) {
	results := Results{Results: make([]Result, len(bodies))}
	if len(bodies) == 0 {
		return results, nil
	}
	verdicts, err := s.Publish(r.Context(), bodies)
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
		results.Results[i] = resultOf(&verdicts[i])
	}
	return results, nil
}

// decided tells whether a verdict is one of the ledger's own.
func decided(v *ledger.Verdict) bool {
	return v.Outcome == ledger.Appended || v.Outcome == ledger.Duplicate || v.Outcome == ledger.Refused
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
	verdicts, err := s.Publish(r.Context(), [][]byte{body})
	if err != nil {
		return fmt.Errorf("%w: %w", errNotTaken, err)
	}
	if len(verdicts) != 1 {
		return why
	}
	return &keptError{rejectionID: query.RejectionID(s.Log.Position().Epoch, verdicts[0].StreamSeq), why: why}
}
