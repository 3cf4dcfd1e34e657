package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

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
	StreamSeq uint64        `json:"-"`
	ID        string        `json:"id"`
	Status    ledger.Status `json:"outcome"`
	Seq       ledger.Seq    `json:"seq,omitempty"`
	Code      events.Code   `json:"code,omitempty"`
	Pointer   string        `json:"pointer,omitempty"`
	Message   string        `json:"message,omitempty"`
}

// The media types of events. In binary mode the attributes are in headers, and the body is of any type.
const (
	binaryMode      = "binary"
	structuredEvent = "application/cloudevents+json"
	batchOfEvents   = "application/cloudevents-batch+json"
)

func (s *server) postEvents(q *request) (any, error) {
	if s.Publish == nil {
		return nil, errReadOnly
	}
	mode := q.mediaType()
	if events.IsBinary(q.Header) {
		mode = binaryMode
	} else if mode != structuredEvent && mode != batchOfEvents {
		return nil, errMediaType
	}
	body, err := q.readBody()
	if err != nil {
		return nil, err
	}
	bodies, err := split(mode, q.Header, body)
	if errors.Is(err, errUnreadable) {
		return nil, s.keep(q, bodies[0], err)
	}
	if err != nil {
		return nil, err
	}
	end, err := s.limits.beginBatch(q.Context(), len(bodies))
	if err != nil {
		return nil, err
	}
	defer end()
	return s.publish(q, bodies, len(body))
}

// split cuts a body into structured events, each as it was spelled. With errUnreadable it returns what to keep.
func split(mode string, header http.Header, body []byte) ([][]byte, error) {
	var batch []json.RawMessage
	switch {
	case mode == binaryMode:
		text, whole := events.StructuredText(header, body)
		if !whole {
			return [][]byte{text}, errUnreadable
		}
		return [][]byte{text}, nil
	case mode == structuredEvent && json.Valid(body):
		return [][]byte{body}, nil
	case mode == batchOfEvents && json.Unmarshal(body, &batch) == nil && batch != nil:
		if len(batch) > maxBatch {
			return nil, errTooLarge
		}
		bodies := make([][]byte, len(batch))
		for i := range batch {
			bodies[i] = batch[i]
		}
		return bodies, nil
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), bytes.HasPrefix(body, []byte{0xfe, 0xff}):
		return [][]byte{body}, fmt.Errorf("%w: it is in UTF-16, not in UTF-8", errUnreadable)
	}
	return [][]byte{body}, errUnreadable
}

// publish sends the events that the caller may publish through the stream, which came in a body of a size. Where the
// ledger has not decided on one in time the whole answer is an error: sending all of them again is safe.
func (s *server) publish(q *request, bodies [][]byte, size int) (results Results, err error) {
	results.Results = make([]Result, len(bodies))
	var places []int
	err = s.inTurn(q.Context(), size, func() error {
		places, bodies = results.forbid(q.caller, bodies)
		return nil
	})
	if err != nil || len(bodies) == 0 {
		return results, err
	}
	verdicts, err := s.Publish(q.Context(), q.caller.Name, bodies)
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
		results.Results[places[i]] = Result(verdicts[i])
	}
	return results, nil
}

// forbid decides on the events that the caller may not publish, and returns the others with their places. What cannot
// be decoded is among these: the ledger, which decodes it in the same way, will refuse it and keep it.
func (results Results) forbid(caller Caller, bodies [][]byte) (places []int, others [][]byte) {
	for i, body := range bodies {
		if event, err := events.DecodeJSON(body); err == nil {
			if why := caller.forbids(event); why != nil {
				results.Results[i] = Result{ID: event.ID.String(), Status: ledger.Refused, Code: why.Code,
					Pointer: why.Pointer, Message: why.Message}
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
func (s *server) keep(q *request, body []byte, why error) error {
	if len(body) == 0 {
		return why
	}
	verdicts, err := s.Publish(q.Context(), q.caller.Name, [][]byte{body})
	if err != nil {
		return fmt.Errorf("%w: %w", errNotTaken, err)
	}
	if len(verdicts) != 1 || verdicts[0].StreamSeq == 0 {
		return why // it was not stored: no message holds it
	}
	return &keptError{rejectionID: ledger.RejectionID(s.Log.Position().Epoch, verdicts[0].StreamSeq), why: why}
}
