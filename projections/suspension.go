package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// suspension is a time during which a unit was not to be used (2.3, 4.8.3, 6.2.3, 7.2(end)).
type suspension struct {
	interval // to is none while it lasts
	reason   events.SuspendReason
	pauses   bool // whether the term stands still and is made up for afterwards
	events   []*events.Event
}

// hinders tells whether it is an impediment in the sense of 7.2(end).
func (s suspension) hinders() bool {
	return s.reason == events.SuspendForceMajeure || s.reason == events.SuspendImpediment
}

// suspend suspends units in service. Of two suspensions at once the first reason stays.
func (c *contract) suspend(e *events.Event, d *events.Suspended) {
	inService, suspended := 0, 0
	for _, u := range c.find(e, d.Units) {
		if !u.inTerm(e.Time) {
			continue
		}
		inService++
		if u.suspended() != nil {
			continue
		}
		suspended++
		u.suspensions = append(u.suspensions, suspension{
			interval: interval{from: e.Time}, reason: d.Reason, pauses: c.terms(e.Time).pauses(d.Reason), events: []*events.Event{e},
		})
	}
	switch {
	case inService == 0:
		c.except(e, NotInService, "no unit it names is in service")
	case suspended == 0:
		c.except(e, AlreadySuspended, "the units are suspended already; the first reason stays")
	}
}

// resume ends suspensions.
func (c *contract) resume(e *events.Event, d *events.Resumed) {
	resumed := 0
	for _, u := range c.find(e, d.Units) {
		if s := u.suspended(); s != nil && c.running() {
			s.to = e.Time
			s.events = append(s.events, e)
			resumed++
		}
	}
	if resumed == 0 {
		c.except(e, NotSuspended, "no unit it names is suspended")
	}
}

// suspended is the suspension that lasts, nil for none.
func (u *unit) suspended() *suspension {
	if n := len(u.suspensions); n > 0 && u.suspensions[n-1].to.IsZero() {
		return &u.suspensions[n-1]
	}
	return nil
}

// pausedUntil is for how long the unit's term stood still up to t, or until it ran out.
func (u *unit) pausedUntil(t civil.Instant) civil.Duration {
	var sum civil.Duration
	if !u.outAt.IsZero() {
		t = civil.Earlier(t, u.outAt)
	}
	for _, s := range u.suspensions {
		u.contract.account.step()
		if s.pauses && s.from.Before(t) {
			sum = sum.Add(s.until(t).length())
		}
	}
	return sum
}

// idle gives the suspensions up to t as intervals.
func (u *unit) idle(t civil.Instant) intervals {
	var list intervals
	for _, s := range u.suspensions {
		u.contract.account.step()
		if s.from.Before(t) {
			list = list.add(s.until(t))
		}
	}
	return list
}
