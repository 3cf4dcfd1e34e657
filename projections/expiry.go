package projections

import (
	"sort"

	"zhangben/events"
	"zhangben/events/civil"
)

// Expiry (6.1): nothing needs to happen for a contract to end when its paid term is over; not paying a renewal is
// asking for the end. It is derived: a unit runs out at the first instant t at or after its end, provisional SLA time
// of an open outage included, and the contract expires with its last unit.

// runsOutAt is when the unit runs out if nothing else happens after t; none while its term is paused, unless it has
// lost the provisional time it lived on.
func (u *unit) runsOutAt(t civil.Instant) civil.Instant {
	s, end := u.suspended(), u.endsAt(t)
	if u.isPaused() {
		if t.Before(end.Add(u.provisional(t))) {
			return civil.Instant{}
		}
		return t
	}
	o := u.openCovered()
	if o == nil || o.multiplier(u) == 0 {
		return end
	}
	if !o.counts.Before(end) {
		return end
	}
	room := u.roomFor(o, t)
	terms := o.terms(u.contract)
	reached := end.Add(civil.Shorter(room, u.rawOpen(o, t)))
	switch {
	case s != nil, terms.SLAExcludedOverlap == events.OverlapSubtracts && u.isExcludedNow():
		return reached // the open outage earns nothing further
	case !t.Before(reached):
		return reached // it goes on earning at this very instant, too late
	case terms.SLAClipAtNominalEnd:
		return end.Add(civil.Shorter(room, u.rawOpen(o, u.nominalEnd(t))))
	}
	// Each second of the outage earns at least one, so the end runs ahead until the fees have no more room.
	return end.Add(room)
}

func (u *unit) rawOpen(o *outage, t civil.Instant) civil.Duration {
	return u.fresh(o, t).length().Times(o.multiplier(u))
}

func (u *unit) isExcludedNow() bool {
	for _, o := range u.ongoing {
		u.contract.account.step()
		if t := u.contract.account.now; o.excludedUntil(u.contract, t).to == t {
			return true
		}
	}
	return false
}

// nextChange is the next instant at which the contract may change by itself; none for never.
func (c *contract) nextChange() civil.Instant {
	if !c.running() || len(c.units) == 0 {
		return c.lateUntil
	}
	var next civil.Instant
	sooner := func(t civil.Instant) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, u := range c.units {
		c.account.step()
		if u.outAt.IsZero() {
			sooner(u.runsOutAt(c.account.now))
		}
	}
	for _, o := range c.ongoing {
		c.account.step()
		sooner(o.pausesAt(c))
	}
	if c.capMayChange() {
		c.turningPoints(sooner)
	}
	return next
}

// turningPoints reports the instants to come at which the fees that count as paid change by themselves: an invoice
// turns overdue, a term starts.
func (c *contract) turningPoints(at func(civil.Instant)) {
	now := c.account.now
	n := sort.Search(len(c.unpaid), func(n int) bool { return !c.unpaid[n].date.End().Before(now) })
	if n < len(c.unpaid) && c.unpaid[n].date != undated {
		at(c.unpaid[n].date.End().Add(civil.Nanosecond))
	}
	for _, u := range c.units {
		c.account.step()
		if u.isPaused() {
			continue
		}
		for k := range u.terms {
			if start := u.startOf(k).Add(u.pausedUntil(now)); start.After(now) {
				at(start)
				break
			}
		}
	}
}

// capMayChange reports whether the fees that count as paid limit SLA time to come, or granted before.
func (c *contract) capMayChange() bool {
	if !c.postpaid() {
		return false
	}
	for _, u := range c.units {
		c.account.step()
		if u.openCovered() != nil || u.capFollows {
			return true
		}
	}
	return false
}

// runOut takes out the units whose end has come, and with the last of them the contract; or it ends the time for late
// renewals.
func (c *contract) runOut() {
	if !c.running() {
		c.closeWindow()
		return
	}
	c.regrant()
	c.moved = true
	c.pauseOnOutages()
	now, inUse := c.account.now, false
	for _, u := range c.units {
		c.account.step()
		if end := u.runsOutAt(now); u.outAt.IsZero() && !end.IsZero() && !end.After(now) {
			u.outAt = now
			u.lapseOffers()
			if c.account.ends != nil {
				for _, s := range u.servers {
					*c.account.ends = append(*c.account.ends, unitEnd{now, s})
				}
			}
		}
		inUse = inUse || u.outAt.IsZero()
	}
	if !inUse && len(c.pending) == 0 {
		c.finish(ending{status: Expired, at: now})
		c.oweUsed(0)
		c.openWindow()
	}
}

// lapse returns to the wallet what was paid on renewals, changes and added units that did not come into effect; they
// stay on record.
func (c *contract) lapse() {
	if c.postpaid() {
		return
	}
	for _, i := range c.invoices {
		if i.kind != orderInvoice && !i.inTerms {
			c.returnToWallet(i)
		}
	}
}
