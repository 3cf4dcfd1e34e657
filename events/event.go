// Package events says what can happen: the kinds of events, their data, and how they are spelled: as a CloudEvent in
// JSON, as a CloudEvent in message headers, and as the compact canonical bytes that the log keeps.
//
// The package is pure: it reads no clock, disk or network.
package events

import (
	"github.com/google/uuid"

	"zhangben/events/civil"
)

// All is the reserved account of terms and closes, which concern everybody.
const All = "all"

// Event is one well-formed fact.
type Event struct {
	ID         uuid.UUID
	Source     string        // URI-reference of the publisher
	HasSubject bool          // whether the CloudEvents subject was given; it is the contract id
	Time       civil.Instant // effective time: when the fact happened
	Account    string
	Contract   string // "" where the event names none
	Data       Data
	Recorded   civil.Instant // recordedtime as the publisher gave it, or none; not part of the content
	Extensions []Extension   // further CloudEvents attributes, by name; "recordedtime" is not among them
	Extra      []byte        // members of data beyond the known ones: one JSON object in canonical form, or nil
}

// Extension is a CloudEvents attribute beyond the specified ones. Value is its JSON: a string, a number or a boolean.
type Extension struct{ Name, Value string }

// Kind is the kind of the event's data.
func (e *Event) Kind() Kind { return e.Data.Kind() }

// Data is what one kind of event says: a pointer to one of the types in data.go.
type Data interface {
	Kind() Kind
	// visit names every field once, in the order in which the canonical bytes hold them.
	// Reading and writing of JSON and of canonical bytes are all done by visitors.
	visit(v visitor)
}

// Code says why an event was refused at the door.
type Code string

// The codes of refusal.
const (
	CodeInvalid         Code = "invalid"
	CodeMissing         Code = "missing"
	CodeUnknownKind     Code = "unknown_kind"
	CodeSubjectMismatch Code = "subject_mismatch"
	CodeTooLarge        Code = "too_large"
	CodeConflict        Code = "conflict"
)

// Rejection is the error of every decoder: what is wrong, where, and what to do. Where is a JSON pointer, "" for the
// whole event.
type Rejection struct {
	Code    Code
	Pointer string
	Message string
}

func (r *Rejection) Error() string {
	return string(r.Code) + " at " + quotePointer(r.Pointer) + ": " + r.Message
}

func quotePointer(p string) string {
	if p == "" {
		return "the event"
	}
	return p
}
