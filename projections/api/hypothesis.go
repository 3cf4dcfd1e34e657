package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"zhangben/events"
	"zhangben/projections/query"
)

// FieldError is something wrong with the hypothesis of a preview, and where it stands in the body.
type FieldError struct {
	ID      string      `json:"id,omitempty"` // of the event, where it can be told
	Code    events.Code `json:"code"`
	Pointer string      `json:"pointer"`
	Message string      `json:"message"`
}

// The errors of the hypothesis.
var (
	errHypothesis = errors.New("this cannot be supposed")
	errTaken      = errors.New("an id is taken by an event with other content")
)

var conflict = &events.Rejection{Code: events.CodeConflict,
	Message: "the id is taken by an event with other content: give the event an id of its own"}

// fieldErrors is one or more of them, in the order of the body.
type fieldErrors struct {
	why  error
	list []FieldError
}

func (e *fieldErrors) Error() string {
	first := e.list[0]
	text := fmt.Sprintf("%v: %s at %s: %s", e.why, first.Code, first.Pointer, first.Message)
	if more := len(e.list) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

func (e *fieldErrors) Unwrap() error { return e.why }

func (e *fieldErrors) add(id, pointer string, r *events.Rejection) {
	e.list = append(e.list, FieldError{id, r.Code, pointer + r.Pointer, r.Message})
}

// take adds what a decoder of package events said.
func (e *fieldErrors) take(pointer string, err error) {
	if rejection, ok := errors.AsType[*events.Rejection](err); ok {
		e.add("", pointer, rejection)
	}
}

// pointerEscapes are those of RFC 6901.
var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// invalid is a single error of a member of the body.
func invalid(name, format string, operands ...any) error {
	e := &fieldErrors{why: errHypothesis}
	e.add("", "/"+pointerEscapes.Replace(name),
		&events.Rejection{Code: events.CodeInvalid, Message: fmt.Sprintf(format, operands...)})
	return e
}

// previewRequest is the body of a preview.
type previewRequest struct {
	query.Hypothesis
	contract, account string // "" where they are left out
	asOf, knownAt     string // as the parameters of those names; "" where they are left out
	all               bool   // the whole ledger

	events []json.RawMessage
	params json.RawMessage
}

// schemaOfPreview describes the body of a preview.
func schemaOfPreview() object {
	return object{"type": "object", "additionalProperties": false, "properties": object{
		"events": object{"type": "array", "maxItems": maxBatch, "items": reference("CloudEvent"),
			"description": "Events that might be."},
		"params":      reference("Params"),
		"contract_id": withText(identSchema(), "The contract to answer for."),
		"account_id":  withText(identSchema(), "The account to answer for, or whose contract it is."),
		"as_of": object{"type": "string",
			"description": "As in questions; default: now, or the latest event given where that is later."},
		"known_at": object{"anyOf": []object{{"type": "string"}, {"type": "integer"}}, "description": "As in questions."},
		"all": object{"type": "boolean", "default": false,
			"description": "Compare every account, under params and terms.published: answered one row a line."},
	}}
}

// parsePreview reads the body of a preview: every member known, and given once.
func parsePreview(body []byte) (*previewRequest, error) {
	members, err := events.ParseObject(body)
	if err != nil {
		return nil, bodyError(err)
	}
	asked := new(previewRequest)
	for _, m := range members {
		if err := asked.take(m.Name, json.RawMessage(m.Raw)); err != nil {
			return nil, err
		}
	}
	if len(asked.events) > maxBatch {
		return nil, errTooLarge
	}
	if asked.all && asked.contract+asked.account != "" {
		return nil, invalid("all", "all is of the whole ledger: leave out contract_id and account_id")
	}
	if len(asked.events) == 0 && asked.params == nil {
		return nil, invalid("events", "nothing is supposed: give events, or params")
	}
	return asked, asked.decode()
}

// take reads one member.
func (q *previewRequest) take(name string, raw json.RawMessage) error {
	into := map[string]any{"events": &q.events, "params": &q.params, "contract_id": &q.contract, "account_id": &q.account,
		"as_of": &q.asOf, "known_at": &q.knownAt, "all": &q.all}[name]
	switch {
	case into == nil:
		return invalid(name, "nothing of that name is known here")
	case name == "known_at" && raw[0] != '"':
		q.knownAt = string(raw)
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil || string(raw) == "null" {
		return invalid(name, "this is not of the type wanted here")
	}
	return nil
}

// decode reads the hypothesis, and gathers all that is wrong with it.
func (q *previewRequest) decode() error {
	wrong := &fieldErrors{why: errHypothesis}
	for i, raw := range q.events {
		event, err := events.DecodeJSON(raw)
		wrong.take(fmt.Sprintf("/events/%d", i), err)
		q.Events = append(q.Events, event)
	}
	if q.params != nil {
		params, err := events.ParseParams(q.params)
		wrong.take("/params", err)
		q.Params = &params
	}
	if len(wrong.list) > 0 {
		return wrong
	}
	return nil
}

// bodyError says what is wrong with a body that is not the JSON object it should be.
func bodyError(err error) error {
	rejection, ok := errors.AsType[*events.Rejection](err)
	if !ok {
		return err
	}
	if rejection.Pointer == "" {
		return fmt.Errorf("%w: %s", errUnreadable, rejection.Message)
	}
	wrong := &fieldErrors{why: errHypothesis}
	wrong.add("", "", rejection)
	return wrong
}
