package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// unit is one server (4.7: 台). Each has its own pauses, SLA time and end.
type unit struct {
	id       string
	contract *contract
	index    int // its place among the units, for its share of a fee

	outAt       civil.Instant // when its end was reached, none before
	lapses      intervals     // when it was out, before a renewal brought it back
	suspensions []suspension
	covered     intervals // outage time that earned SLA time
	excluded    intervals // closed outages of excluded causes that made it unusable
	outageTimes []outageTime
	grants      []grant
	granted     civil.Duration
	value       money.Exact // of the grants
	capFollows  bool        // whether a grant is limited by the fees paid as of the instant asked about

	feesAtEnd money.Exact // paid for the unit by the end of the contract

	paidTerms int // how many of the first terms are paid in full
	paidFees  money.Fen
}

// clock is t on a clock that stands still while the term is paused.
func (u *unit) clock(t civil.Instant) civil.Instant {
	paused := u.pausedUntil(t)
	if paused.IsZero() {
		return t
	}
	return t.Add(civil.Duration{}.Sub(paused))
}

// endsAt is when the unit's term ends as far as is known at t: paid terms, pauses until t and SLA time granted (6.1,
// 4.7).
func (u *unit) endsAt(t civil.Instant) civil.Instant {
	return u.contract.paidEnd().Add(u.pausedUntil(t)).Add(u.granted)
}

// inTerm reports whether the unit's term is going on at t.
func (u *unit) inTerm(t civil.Instant) bool {
	if !u.contract.running() {
		return false
	}
	if u.lapses.contain(t) {
		return false
	}
	if !u.outAt.IsZero() {
		return t.Before(u.outAt)
	}
	end := u.runsOutAt(t)
	return end.IsZero() || t.Before(end)
}

// wholeLine is the index of a unit that stands for the whole line.
const wholeLine = -1

// fee is the unit's share of a term's fee.
func (u *unit) fee(p *serviceTerm) money.Fen {
	if u.index == wholeLine || len(p.unitFees) == 0 {
		return p.invoice.amount
	}
	return p.unitFees[u.index]
}

// unitsNamed returns the units with those ids, all of them for none. Unknown ids are an exception, and left out.
func (c *contract) unitsNamed(e *events.Event, ids []string) []*unit {
	if ids == nil {
		return c.units
	}
	found := make([]*unit, 0, len(ids))
	var unknown string
	for _, id := range ids {
		if u := c.unitNamed(id); u != nil {
			found = append(found, u)
		} else {
			unknown = id
		}
	}
	if unknown != "" {
		c.except(e, UnitUnknown, "the contract has no unit "+unknown)
	}
	return found
}

// unitNamed finds a unit by its id, nil for none.
func (c *contract) unitNamed(id string) *unit {
	if c.unitsByID == nil {
		c.unitsByID = make(map[string]*unit, len(c.units))
		for _, u := range c.units {
			c.unitsByID[u.id] = u
		}
	}
	return c.unitsByID[id]
}
