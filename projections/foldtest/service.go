package foldtest

import (
	"slices"
	"strconv"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
)

// unit is one server.
type unit struct {
	contract    *contract
	id          string // "" before it is delivered
	beganAt     civil.Instant
	terms       []*term
	product     events.Product
	end1        *unitEnd // alone
	gifts       []gift
	givings     []giving // that wait for the delivery
	released    bool     // its data
	suspensions []suspension
	outs        []span   // when it had run out; the last may be open
	shares      []*share // of outages, resolved ones in order of resolution
}

// suspension is a time in which a unit was suspended; to is End while it lasts.
type suspension struct {
	span
	reason events.SuspendReason
	pause  bool // the term does not run
}

func decimal(n int) string { return strconv.Itoa(n) }

// provision begins the service, and the term with it (6.1).
func (c *contract) provision(e *events.Event, d *events.Provisioned) {
	switch {
	case c.ending != nil:
		c.trouble(e, projections.NotInService)
	case len(c.units) == len(c.places), slices.ContainsFunc(c.units, func(u *unit) bool {
		return slices.Contains(d.Units, u.id)
	}):
		c.trouble(e, projections.AlreadyProvisioned)
	case len(c.units)+len(d.Units) > len(c.places):
		c.trouble(e, projections.UnitCountMismatch)
	default:
		if !c.begun {
			c.begin(e.Time)
		}
		for _, id := range d.Units {
			u := c.places[len(c.units)]
			u.id, u.beganAt = id, e.Time
			c.units = append(c.units, u)
			if inv := u.terms0(); inv != nil && inv.adds && inv.due.IsZero() && !inv.agreed.IsZero() {
				inv.due = max(inv.agreed, e.Time.Date())
			}
		}
		c.takeEffect()
		for _, u := range c.units[len(c.units)-len(d.Units):] {
			for _, g := range u.givings {
				u.give(g)
			}
		}
	}
}

// terms0 is the invoice of the unit's first term, if that is in effect.
func (u *unit) terms0() *invoice {
	if len(u.terms) == 0 {
		return nil
	}
	return u.terms[0].invoice
}

// begin opens the service with its first units, and with it fees fall due.
func (c *contract) begin(t civil.Instant) {
	c.begun, c.beganAt = true, t
	for _, inv := range c.invoices {
		if inv.kind != forCharge && !inv.adds && !inv.agreed.IsZero() {
			inv.due = c.dueFrom(inv.agreed)
		}
	}
}

// named picks the units an event names, all if it names none, and notes names that are unknown.
func (c *contract) named(e *events.Event, ids []string) (units []*unit) {
	if ids == nil {
		return c.units
	}
	known := 0
	for _, u := range c.units {
		if slices.Contains(ids, u.id) {
			units, known = append(units, u), known+1
		}
	}
	if known < len(ids) {
		c.trouble(e, projections.UnitUnknown)
	}
	return units
}

// suspend suspends the named units in service that are not suspended yet.
func (c *contract) suspend(e *events.Event, d *events.Suspended) {
	units := serving(c.named(e, d.Units))
	if len(units) == 0 {
		c.trouble(e, projections.NotInService)
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(units), (*unit).suspended)
	groundless := d.Reason == events.SuspendArrears && !c.mayWithhold()
	switch {
	case len(fresh) == 0:
		c.trouble(e, projections.AlreadySuspended)
	case groundless:
		c.trouble(e, projections.SuspensionWithoutGround)
	}
	for _, u := range fresh {
		u.suspensions = append(u.suspensions, suspension{span{e.Time, civil.End}, d.Reason,
			groundless || c.policy(e.Time).pauseOn[d.Reason]})
	}
}

// resume ends the suspension of the named units.
func (c *contract) resume(e *events.Event, d *events.Resumed) {
	units := c.named(e, d.Units)
	suspended := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool {
		return c.ending != nil || u.end1 != nil || !u.suspended()
	})
	if len(suspended) == 0 {
		c.trouble(e, projections.NotSuspended)
	}
	for _, u := range suspended {
		u.suspensions[len(u.suspensions)-1].to = e.Time
	}
}

// suspended reports whether the unit is suspended now.
func (u *unit) suspended() bool { return u.suspensionAt(u.contract.now()) != nil }

// suspensionAt is the suspension of the unit at t, or nil.
func (u *unit) suspensionAt(t civil.Instant) *suspension {
	for i, s := range u.suspensions {
		if notBefore(t, s.from) && t.Before(s.to) {
			return &u.suspensions[i]
		}
	}
	return nil
}

// paused adds up the pauses of the unit's term up to t. A unit that has run out pauses no longer, unless a renewal
// revives it: then its pause was one.
func (u *unit) paused(t civil.Instant) civil.Duration {
	if u.isOut() {
		t = civil.Earlier(t, u.outs[len(u.outs)-1].from)
	}
	var pauses []span
	for _, s := range u.suspensions {
		if s.pause {
			pauses = append(pauses, s.upTo(t))
		}
	}
	return duration(length(pauses))
}

// position is t on the unit's calendar without pauses.
func (u *unit) position(t civil.Instant) civil.Instant { return minus(t, u.paused(t)) }

// day counts the days of service up to t without pauses: the opening day is not counted, a started day is (CC 201).
func (u *unit) day(t civil.Instant) int64 {
	firstDay := u.beganAt.Date() + 1
	return int64(max(0, u.position(t).Sub(firstDay.Start()).CeilDays()))
}

// nominalEnd is the end of the paid terms, pauses and time given, before SLA time.
func (u *unit) nominalEnd(t civil.Instant) civil.Instant {
	return u.terms[len(u.terms)-1].last().End().Add(u.paused(t)).Add(duration(u.given()))
}

// end is the end of the unit's service as far as it is granted at t (6.1, 4.7).
func (u *unit) end(t civil.Instant) civil.Instant {
	return u.nominalEnd(t).Add(duration(u.granted(t)))
}

// spent reports whether the unit's time is used up at t, the time that open outages would earn included.
func (u *unit) spent(t civil.Instant) bool {
	end := u.end(t)
	return notBefore(t, end) && notBefore(t, end.Add(duration(u.provisional(t))))
}

// isOut reports whether the unit has been seen to run out and was not revived.
func (u *unit) isOut() bool {
	n := len(u.outs)
	return n > 0 && u.outs[n-1].to == civil.End
}

// replace changes the id of a unit; its history goes on.
func (c *contract) replace(e *events.Event, d *events.UnitReplaced) {
	at := slices.IndexFunc(c.units, func(u *unit) bool { return u.id == d.Unit })
	switch {
	case at < 0:
		c.trouble(e, projections.UnitUnknown)
	case slices.ContainsFunc(c.units, func(u *unit) bool { return u.id == d.NewUnit }):
		c.trouble(e, projections.AlreadyProvisioned)
	default:
		c.units[at].id = d.NewUnit
	}
}

// inTerm reports whether the unit was provisioned and not run out at t.
func (u *unit) inTerm(t civil.Instant) bool {
	if t.Before(u.beganAt) || u.end1 != nil && notBefore(t, u.end1.at) {
		return false
	}
	for _, out := range u.outs {
		if notBefore(t, out.from) && t.Before(out.to) {
			return false
		}
	}
	return true
}

// serving reports whether the unit is within its service interval now, suspended or not.
func (u *unit) serving() bool {
	return u.contract.ending == nil && u.end1 == nil && !u.isOut() && !u.spent(u.contract.now())
}

func serving(units []*unit) []*unit {
	return slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return !u.serving() })
}

// revive brings units back that had run out.
func (c *contract) revive(units []*unit) {
	for _, u := range units {
		if u.isOut() && u.end1 == nil {
			u.outs[len(u.outs)-1].to = c.now()
		}
	}
}

// derive lets come what no one states, up to an instant and the rank of what is stated there: units run out, contracts
// expire with their last unit, and the wallet pays what is due at the end of a due day.
func (a *account) derive(limit civil.Instant, before int) {
	for {
		u, out := a.nextOut(upTo(limit, before > rank(expiry)))
		day, due := a.nextDue(upTo(limit, before >= rank(events.KindPaid)))
		switch {
		case u == nil && !due:
			return
		case due && (u == nil || notAfter(day, out)):
			a.now = day
			a.debited[day] = true
			a.debit(day.String())
		default:
			a.now = out
			u.runOut()
		}
	}
}

// upTo is a limit, or the instant before it.
func upTo(limit civil.Instant, inclusive bool) civil.Instant {
	if inclusive {
		return limit
	}
	return justBefore(limit)
}

// nextDue finds the next end of a due day.
func (a *account) nextDue(limit civil.Instant) (first civil.Instant, found bool) {
	for _, c := range a.contracts {
		for _, inv := range c.invoices {
			end := inv.due.End()
			if inv.due.IsZero() || end.Before(a.now) || end.After(limit) || a.debited[end] {
				continue
			}
			if !found || end.Before(first) {
				first, found = end, true
			}
		}
	}
	return first, found
}

func (u *unit) runOut() {
	c := u.contract
	u.outs = append(u.outs, span{c.now(), civil.End})
	c.lapseChanges(func(v *unit) bool { return v == u })
	if c.allOut() && len(c.units) == len(c.places) {
		c.expire()
	}
}

// nextOut finds the unit that runs out first, and when.
func (a *account) nextOut(limit civil.Instant) (first *unit, at civil.Instant) {
	for _, c := range a.contracts {
		for _, u := range c.units {
			if c.ending != nil || u.end1 != nil || u.isOut() {
				continue
			}
			if t, ok := u.firstSpent(a.now, limit); ok && (first == nil || t.Before(at)) {
				first, at = u, t
			}
		}
	}
	return first, at
}

// firstSpent finds the first instant from a to b at which the unit's time is used up. Between events only a due date
// can turn the answer back, so the search goes from due date to due date.
func (u *unit) firstSpent(a, b civil.Instant) (civil.Instant, bool) {
	if a.After(b) {
		return a, false
	}
	if u.spent(a) {
		return a, true
	}
	stops := []civil.Instant{b}
	for _, t := range u.terms {
		if due := t.invoice.due; !due.IsZero() {
			stops = append(stops, due.End(), justAfter(due.End()))
		}
	}
	slices.SortFunc(stops, civil.Instant.Compare)
	for _, stop := range stops {
		if !stop.After(a) || stop.After(b) {
			continue
		}
		if u.spent(stop) {
			return firstInstant(a, stop, u.spent), true
		}
		a = stop
	}
	return a, false
}
