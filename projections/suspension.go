package projections

import (
	"sort"

	"zhangben/events"
)

// suspension is a time during which a unit was not to be used (2.3, 4.8.3, 6.2.3, 7.2(end)).
type suspension struct {
	interval // to is none while it lasts
	reason   events.SuspendReason
	pauses   bool // whether the term stands still and is made up for afterwards
	events   []*events.Event
}

// isImpediment reports whether it is an impediment in the sense of 7.2(end).
func (s suspension) isImpediment() bool {
	return s.reason == events.SuspendForceMajeure || s.reason == events.SuspendImpediment
}

// suspend suspends units in service. Of two suspensions at once the first reason stays.
func (c *contract) suspend(e *events.Event, d *events.Suspended) {
	c.moved = true
	inService, suspended := 0, 0
	groundless := d.Reason == events.SuspendArrears && !c.mayWithhold(e.Time)
	for _, u := range c.unitsNamed(e, d.Units) {
		if !u.inTerm(e.Time) {
			continue
		}
		inService++
		if u.suspended() != nil {
			continue
		}
		suspended++
		pauses := groundless || c.terms(e.Time).pauses(d.Reason)
		u.suspensions = append(u.suspensions, suspension{
			interval: interval{from: e.Time}, reason: d.Reason, pauses: pauses, events: []*events.Event{e},
		})
		if pauses {
			u.pauseFrom(e.Time, e).suspended = true
		}
	}
	switch {
	case inService == 0:
		c.except(e, NotInService, "no unit it names is in service")
	case suspended == 0:
		c.except(e, AlreadySuspended, "the units are suspended already; the first reason stays")
	case groundless:
		c.except(e, SuspensionWithoutGround, "nothing was unpaid; the time lengthens the term")
	}
}

// resume ends suspensions.
func (c *contract) resume(e *events.Event, d *events.Resumed) {
	c.moved = true
	resumed := 0
	for _, u := range c.unitsNamed(e, d.Units) {
		if s := u.suspended(); s != nil && c.running() {
			s.to = e.Time
			if s.pauses {
				u.endSuspendedPause(e)
			}
			if s.isImpediment() {
				u.impeded = u.impeded.add(s.interval)
			}
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

// idle is the time within an interval during which the unit was suspended.
func (u *unit) idle(within interval) (list intervals) {
	over := func(n int) bool { return u.suspensions[n].to.IsZero() || u.suspensions[n].to.After(within.from) }
	for n := sort.Search(len(u.suspensions), over); n < len(u.suspensions) &&
		u.suspensions[n].from.Before(within.to); n++ {
		u.contract.account.step()
		list = list.add(u.suspensions[n].until(within.to))
	}
	return list
}
