package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

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

// Result is what became of one event. Seq is null unless it is in the log; code, pointer and message say why it is not.
type Result struct {
	ID      string         `json:"id"`
	Outcome ledger.Outcome `json:"outcome"`
	Seq     *ledger.Seq    `json:"seq"`
	Code    *string        `json:"code"`
	Pointer *string        `json:"pointer"`
	Message *string        `json:"message"`
}

func resultOf(v *ledger.Verdict) Result {
	result := Result{ID: v.ID, Outcome: v.Outcome}
	if v.Seq != 0 {
		result.Seq = &v.Seq
	}
	if v.Code != "" {
		code := string(v.Code)
		result.Code, result.Pointer, result.Message = &code, &v.Pointer, &v.Message
	}
	return result
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
	events, err := split(body, batch)
	if errors.Is(err, errUnreadable) {
		return s.keep(r, body, err)
	}
	if err != nil {
		return err
	}
	results, err := s.publish(r, events)
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
	events := make([][]byte, len(raw))
	for i := range raw {
		events[i] = raw[i]
	}
	return events, nil
}

func (s *server) publish(r *http.Request, events [][]byte) (Results, error) {
	results := Results{Results: make([]Result, len(events))}
	if len(events) == 0 {
		return results, nil
	}
	verdicts, err := s.Publish(r.Context(), events)
	if err == nil && len(verdicts) != len(events) {
		err = fmt.Errorf("%d verdicts for %d events", len(verdicts), len(events))
	}
	if err != nil {
		return results, fmt.Errorf("%w: %w", errNotTaken, err)
	}
	for i := range verdicts {
		results.Results[i] = resultOf(&verdicts[i])
	}
	return results, nil
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
	return &keptError{rejectionID: verdicts[0].StreamSeq, why: why}
}
