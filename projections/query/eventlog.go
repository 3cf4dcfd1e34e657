package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// EventFilter selects records; a zero field selects all.
type EventFilter struct {
	Account  string
	Contract string
	Kind     events.Kind
}

func (f EventFilter) takes(h events.Head) bool {
	return (f.Account == "" || f.Account == string(h.Account)) &&
		(f.Contract == "" || f.Contract == string(h.Contract)) &&
		(f.Kind == 0 || f.Kind == h.Kind)
}

// Row is one record of the log as it is served: its number, its recorded time, the name of the token with which it was
// posted (nil where it came over NATS, or the token has no name), and the event as a CloudEvent.
type Row struct {
	Seq       ledger.Seq      `json:"seq"`
	Recorded  civil.Instant   `json:"recordedtime"`
	Publisher *string         `json:"publisher"`
	Event     json.RawMessage `json:"event"`
}

// EventPage is a part of the log. Next is the number after which it goes on, or nil where the log ended.
type EventPage struct {
	Events  []Row       `json:"events"`
	Next    *ledger.Seq `json:"next"`
	Through ledger.Seq  `json:"-"` // no record up to here that the filter takes is missing
}

// pageBytes is how large the events of a page may be together, but for the last.
const pageBytes = 1 << 20

// Events lists up to limit records that the filter takes, after a sequence number; fewer where they are large.
func (r *Reader) Events(ctx context.Context, f EventFilter, after ledger.Seq, limit int) (EventPage, error) {
	page := EventPage{Events: []Row{}, Through: max(after, r.log.Last())}
	size := 0
	ctx, end := r.turn(ctx)
	defer end()
	err := r.walk(f, after, page.Through, func(record ledger.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if record.Seq > page.Through {
			return errStop
		}
		head, err := record.Head()
		if err != nil || !f.takes(head) {
			return err
		}
		if n := len(page.Events); n == limit || size >= pageBytes {
			page.Through = page.Events[n-1].Seq
			page.Next = &page.Through
			return errStop
		}
		row, err := rowOf(record)
		size += len(row.Event)
		page.Events = append(page.Events, row)
		return err
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return page, err
}

// walk goes through the records that the filter may take: those of the accounts concerned, where it names an account
// or a contract, else all.
func (r *Reader) walk(f EventFilter, after, last ledger.Seq, fn func(ledger.Record) error) error {
	accounts := []string{f.Account}
	if f.Account == "" {
		if f.Contract == "" {
			return r.log.Scan(after, fn)
		}
		accounts = r.log.ContractAccounts(f.Contract)
	}
	var seqs []ledger.Seq
	for _, account := range accounts {
		seqs = append(seqs, r.log.AccountSeqs(account, last)...)
	}
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	first, _ := slices.BinarySearch(seqs, after+1)
	return r.log.Records(seqs[first:], fn)
}

// Event returns the record of an event id.
func (r *Reader) Event(id uuid.UUID) (Row, error) {
	seq, ok, err := r.log.Find(id)
	if err != nil {
		return Row{}, err
	}
	if !ok {
		return Row{}, fmt.Errorf("event %s: %w", id, ErrNotFound)
	}
	var row Row
	err = r.log.Records([]ledger.Seq{seq}, func(record ledger.Record) error {
		row, err = rowOf(record)
		return err
	})
	return row, err
}

// rowOf spells a record.
func rowOf(record ledger.Record) (Row, error) {
	event, err := record.Event()
	if err != nil {
		return Row{}, err
	}
	origin, err := record.Origin()
	row := Row{Seq: record.Seq, Recorded: record.Recorded, Event: event.AppendJSON(nil)}
	if origin.Publisher != "" {
		row.Publisher = &origin.Publisher
	}
	return row, err
}
