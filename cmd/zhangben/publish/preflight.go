package publish

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/render"
	"zhangben/events"
	"zhangben/ledger"
)

// wellFormed is the outcome of an event that would be sent: whether it is a duplicate or a conflict, only the ledger
// knows.
const wellFormed ledger.Status = "well_formed"

// checking is publishing without sending anything: each event is decoded as the ledger does, and ids are compared
// within the input.
type checking struct {
	publishing
	contents map[uuid.UUID]firstContent
}

// firstContent is the content that an id came with first.
type firstContent struct {
	line int
	hash [sha256.Size]byte
}

// Preflight judges line after line, and sends nothing. An error has the exit code that the verdicts lead to.
func Preflight(in *input.Input, to Output) error {
	r := &checking{publishing: *newPublishing(to, -1), contents: map[uuid.UUID]firstContent{}}
	r.progress = render.BytesProgress(io.Discard, -1)
	lines, err := input.OpenLines(in)
	if err != nil {
		return err
	}
	for {
		batch, err := lines.Next()
		for i, body := range batch.Bodies {
			if err := r.print(batch.Numbers[i], r.judge(batch.Numbers[i], body)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return r.conclude("%d well-formed, %d duplicate, %d rejected; nothing was sent", wellFormed)
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

// judge is the verdict as far as the event itself and those before it tell.
func (r *checking) judge(line int, body []byte) ledger.Outcome {
	event, err := events.DecodeJSON(body)
	if err != nil {
		v := ledger.Outcome{Status: ledger.Refused, Message: err.Error()}
		if refusal := new(events.Rejection); errors.As(err, &refusal) {
			v.Code, v.Pointer, v.Message = refusal.Code, refusal.Pointer, refusal.Message
		}
		return v
	}
	v := ledger.Outcome{ID: event.ID.String(), Status: wellFormed}
	hash := sha256.Sum256(event.AppendContent(nil))
	first, known := r.contents[event.ID]
	switch {
	case !known:
		r.contents[event.ID] = firstContent{line, hash}
	case first.hash == hash:
		v.Status = ledger.Duplicate
	default:
		v.Status, v.Code, v.Pointer = ledger.Refused, events.CodeConflict, "/id"
		v.Message = fmt.Sprintf("line %d has this id and other content; give a new fact a new id", first.line)
	}
	return v
}
