package projections

import (
	"context"

	"zhangben/events/civil"
)

// FoldUntil folds as Fold does, and reports for how long the result is good if no further fact comes: at every instant
// from asOf to before until, Fold returns the same statuses, flags, amounts, days overdue and exceptions. Where the
// account is steady it returns the same book, but for AsOf; where not, an outage is open or a term is paused, and
// units' ends and provisional SLA time move with every instant. Where ok is false, no own fact counts before until.
//
// Figures move at few instants: when a fact known takes effect later, when a unit runs out, and by the day. A resting
// account, whose contracts have ended and are paid, does not move at all.
func FoldUntil(ctx context.Context, id string, own, others []Fact,
	asOf civil.Instant) (book Book, until civil.Instant, steady, ok bool, err error) {
	defer stopped(&err)
	a := newAccount(ctx, id, others, asOf)
	a.fold(own, others, asOf)
	until = civil.Earlier(nextFact(own, asOf), nextFact(others, asOf))
	if !a.exists {
		return Book{}, until, true, false, nil
	}
	book, steady = a.book(), true
	for _, c := range a.contracts {
		until = civil.Earlier(until, c.until(asOf))
		steady = steady && c.steady()
	}
	for _, k := range a.stayed {
		until = civil.Earlier(until, k.until(asOf))
	}
	return book, until, steady, true, nil
}

// nextFact is when the first of the facts after t takes effect.
func nextFact(facts []Fact, t civil.Instant) civil.Instant {
	next := civil.End
	for _, f := range facts {
		at := countsFrom(f.Event)
		if !at.After(t) {
			at = actsAt(f.Event)
		}
		if at.After(t) && at.Before(next) {
			next = at
		}
	}
	return next
}

// until is the first instant after t, where the contract is, at which figures of it may move by themselves.
func (c *contract) until(t civil.Instant) civil.Instant {
	until := civil.End
	if !c.next.IsZero() {
		until = c.next
	}
	for _, list := range [][]*invoice{c.invoices, c.charges} {
		for _, i := range list {
			if i.due != 0 && i.principal() > 0 {
				until = civil.Earlier(until, civil.Later(i.due.End(), dayTurn(t)))
			}
			if i.isEarnedByDays(t) {
				until = civil.Earlier(until, dayTurn(t))
			}
		}
	}
	for _, list := range [][]*unit{c.units, c.ended} {
		for _, u := range list {
			if data := u.keptUntil(); data.After(t) {
				until = civil.Earlier(until, data)
			}
		}
	}
	if !c.running() {
		return until
	}
	for _, u := range c.units { // what is earned, and the days of an impediment
		until = civil.Earlier(until, dayTurn(t))
		if !u.isPaused() {
			clock := u.clock(t)
			until = civil.Earlier(until, dayTurn(clock).Add(t.Sub(clock)))
		}
	}
	return until
}

// dayTurn is the first instant after t at which a number of days grows: some grow at 00:00, and those that count a
// started day in full right after it.
func dayTurn(t civil.Instant) civil.Instant {
	if midnight := t.Date().Start(); midnight == t {
		return midnight.Add(civil.Nanosecond)
	}
	return t.Date().End()
}

// steady reports whether no figure runs with the clock.
func (c *contract) steady() bool {
	if len(c.ongoing) > 0 {
		return false
	}
	for _, u := range c.units {
		if u.isPaused() {
			return false
		}
	}
	return true
}
