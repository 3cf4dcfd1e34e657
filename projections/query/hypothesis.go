package query

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
)

// Hypothesis is what a preview takes for granted beside the log: events that might be, and parameters as if they had
// been part of every version of the terms. Nothing of it is written anywhere.
type Hypothesis struct {
	Events []*events.Event
	Params *events.Params // nil changes nothing
}

// Latest is the latest instant of a hypothetical event, or t where that is later.
func (s *Hypothesis) Latest(t civil.Instant) civil.Instant {
	for _, e := range s.Events {
		t = civil.Later(t, e.Time)
	}
	return t
}

// accounts lists whom the events concern, sorted; what concerns all accounts is left out.
func (s *Hypothesis) accounts() []string {
	names := map[string]bool{}
	for _, e := range s.Events {
		if e.Account != events.All {
			names[e.Account] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// ErrNoSubject says that a preview does not say what it is about.
var ErrNoSubject = errors.New("name a contract_id or an account_id, or give events of exactly one account")

// Subject is the account that a preview is about where neither contract nor account is named.
func (s *Hypothesis) Subject() (string, error) {
	if names := s.accounts(); len(names) == 1 {
		return names[0], nil
	}
	return "", ErrNoSubject
}

// Conflicts are the hypothetical events whose id is taken by other content, by their index, ascending.
type Conflicts struct{ Indexes []int }

func (c *Conflicts) Error() string {
	return fmt.Sprintf("%d of the events have an id that is taken by an event with other content", len(c.Indexes))
}

// check finds which of the hypothetical events are new: one that is known already, or given twice, counts once. One
// whose id is taken by other content could never be appended, so all are refused then.
func (r *Reader) check(ctx context.Context, s *Hypothesis, known ledger.Seq) (fresh []*events.Event, err error) {
	seen := map[uuid.UUID][]byte{}
	conflicts := new(Conflicts)
	for i, e := range s.Events {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		content := e.AppendContent(nil)
		first, counts := seen[e.ID], true
		if first == nil {
			if first, counts, err = r.contentOf(e.ID, known); err != nil {
				return nil, err
			}
		}
		switch {
		case first == nil:
			first, fresh = content, append(fresh, e)
		case !events.SameContent(first, content):
			conflicts.Indexes = append(conflicts.Indexes, i)
		case !counts:
			fresh = append(fresh, e)
		}
		seen[e.ID] = first
	}
	if len(conflicts.Indexes) > 0 {
		return nil, conflicts
	}
	return fresh, nil
}

// contentOf returns the content of the record that has an id, nil where there is none, and whether it was known.
func (r *Reader) contentOf(id uuid.UUID, known ledger.Seq) (content []byte, counts bool, err error) {
	seq, found, err := r.log.Find(id)
	if err != nil || !found {
		return nil, false, err
	}
	record, err := r.log.Record(seq)
	return record.Content, seq <= known, err
}

// withHypothesis returns the facts of an account with fresh ones beside them. Those of other accounts go along: a fold
// looks only at the ones that an own void names, or from whose accounts contracts came.
func (r *Reader) withHypothesis(ctx context.Context, f accountFacts, fresh []*events.Event,
	known ledger.Seq) (with accountFacts, err error) {
	with.account = f.account
	supposed := make([]projections.Fact, 0, len(fresh))
	for _, e := range fresh {
		supposed = append(supposed, projections.Fact{Event: e})
	}
	with.own = append(slices.Clip(f.own), concerning(f.account, supposed)...)
	if len(with.own) == 0 {
		return with, nil
	}
	with.others, with.linked, err = r.others(ctx, f.account, with.own, supposed, known)
	others := slices.DeleteFunc(supposed, func(s projections.Fact) bool { return s.Event.Account == f.account })
	with.others = append(slices.Clip(with.others), others...)
	return with, err
}

// comparison is the book of an account as it is and as it would be; either may be missing.
type comparison struct{ without, with *projections.Book }

// compare folds an account twice.
func (r *Reader) compare(ctx context.Context, account string, fresh []*events.Event, params *events.Params,
	at At) (c comparison, err error) {
	facts, err := r.loadInPassing(ctx, account, at.KnownAt)
	if err != nil || account == events.All {
		return c, err
	}
	book, ok, err := facts.book(ctx, at)
	if err != nil {
		return c, err
	}
	if ok {
		c.without = &book
	}
	with, err := r.withHypothesis(ctx, facts, fresh, at.KnownAt)
	if err != nil {
		return c, err
	}
	wouldBe, ok, err := with.bookUnder(ctx, at, params)
	if ok {
		c.with = &wouldBe
	}
	return c, err
}
