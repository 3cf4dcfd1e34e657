package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A prepaid renewal may be paid for some days after a server's end, where the terms say so (11.2). It brings back the
// servers whose data was not released. Their term begins again with the day of the payment, and nothing is charged for
// the time between; or, where the terms say so, it goes on from the old end, as if the renewal had been paid in time.

var ruleLateStart = Rule{"11.2", "逾期续费的，服务期自付款之日起算，其间不计费。",
	"A renewal paid late begins a term with the day of the payment; nothing is charged for the time between."}

// lateUntil is until when a unit that has run out may be renewed late, none where it may not.
func (u *unit) lateUntil() civil.Instant {
	if u.outAt.IsZero() || u.contract.postpaid() {
		return civil.Instant{}
	}
	days := u.contract.terms(u.outAt).LateRenewalDays
	if days == 0 {
		return civil.Instant{}
	}
	return (lastBegun(u.outAt) + civil.Date(days)).End()
}

// mayComeBack reports whether the server may be renewed: it was not terminated, and where its time is up the contract
// runs, or it is not too late. Under terms with late renewals its data must not have been released.
func (s *server) mayComeBack() bool {
	u := s.unit
	switch {
	case u.end.event != nil:
		return false
	case u.outAt.IsZero():
		return true
	case u.lateUntil().IsZero():
		return u.contract.running()
	case !s.releasedAt.IsZero():
		return false
	}
	return u.contract.running() || !u.contract.account.now.After(u.lateUntil())
}

// renewable lists those of servers that may be renewed.
func renewable(servers []*server) []*server {
	gone := func(s *server) bool { return !s.mayComeBack() }
	if !slices.ContainsFunc(servers, gone) {
		return servers
	}
	return slices.DeleteFunc(slices.Clone(servers), gone)
}

// admitRenewal adds the term of a renewal to the servers that may be renewed. Without any its money goes to the wallet.
func (c *contract) admitRenewal(i *invoice) {
	servers := renewable(i.servers)
	if len(servers) > 0 {
		c.addTerm(i, i.term, servers)
		return
	}
	i.lapsed = true
	c.returnToWallet(i)
	if e := c.account.event; e != nil && e.Kind() == events.KindPaid {
		c.except(e, PaymentAfterEnd, "none of the units renewed comes back; the money is in the wallet")
	}
}

// isOpen reports whether the contract runs, or may still be renewed.
func (c *contract) isOpen() bool { return c.running() || !c.lateUntil.IsZero() }

// openWindow lets renewals be paid late after the contract has expired, where any server may come back.
func (c *contract) openWindow() {
	c.lateUntil = c.windowUntil()
	if !c.lateUntil.After(c.account.now) {
		c.lateUntil = civil.Instant{}
		c.lapse()
		return
	}
	c.lapseAdded()
}

// windowUntil is until when any server may be renewed late; one of which the data was released before may not.
func (c *contract) windowUntil() (last civil.Instant) {
	for _, u := range c.units {
		until := u.lateUntil()
		left := func(s *server) bool { return s.releasedAt.IsZero() || s.releasedAt.After(until) }
		if slices.ContainsFunc(u.servers, left) {
			last = civil.Later(last, until)
		}
	}
	return last
}

// closeWindow ends the time for late renewals.
func (c *contract) closeWindow() {
	c.lateUntil, c.moved = civil.Instant{}, true
	c.lapse()
}

// lapseAdded returns what was paid on units added that are not in effect; only renewals may be paid late.
func (c *contract) lapseAdded() {
	for _, i := range c.invoices {
		if i.kind == addedInvoice && !i.inTerms {
			i.lapsed = true
			c.returnToWallet(i)
		}
	}
}

// reopen has a contract that had expired go on, if any server was brought back.
func (c *contract) reopen() {
	if c.running() || !slices.ContainsFunc(c.units, func(u *unit) bool { return u.outAt.IsZero() }) {
		return
	}
	c.end, c.lateUntil, c.moved = ending{}, civil.Instant{}, true
	c.lastArrears = arrears{}
}

// beginsAnew reports whether a renewal paid now begins a term of its own.
func (u *unit) beginsAnew() bool {
	until := u.lateUntil()
	return !until.IsZero() && !u.contract.account.now.After(until) &&
		u.contract.terms(u.outAt).LateRenewalFrom == events.FromPaymentDay
}

// beginAnew ends the unit's terms so far, of which all is earned, and begins its service now.
func (u *unit) beginAnew() {
	c, now := u.contract, u.contract.account.now
	u.earlierFees = u.feesPaid(now)
	for k := range u.terms {
		c.served[u.terms[k].fee].kept.Add(u.fee(k))
	}
	for n := range u.layers {
		c.served[u.layers[n].fee].kept.Add(u.layers[n].amount * money.Fen(u.count()))
	}
	u.terms, u.layers, u.prices = nil, nil, nil
	u.paidTerms, u.paidLayers, u.paidFees = 0, 0, 0
	u.earlierGrants, u.earlierValue, u.granted = len(u.grants), u.value, civil.Duration{}
	u.gifts, u.given = nil, civil.Duration{}
	u.lapses = u.lapses.add(interval{u.outAt, now})
	u.outAt, u.startedAt, u.startedBy = civil.Instant{}, now, c.account.event
	u.earlierPauses = u.pausesUntil(now)
}
