package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Servers may be terminated one by one (4.6, 6.2.1, 4.8.3): the contract goes on with the others, and ends with the
// last. A server that was terminated is never brought back.

// unitEnding is how servers were terminated before their contract; the zero one means they were not.
type unitEnding struct {
	event  *events.Event
	reason events.EndReason
}

// figure is the termination as it is shown, nil for none.
func (e *unitEnding) figure() *Termination {
	if e.event == nil {
		return nil
	}
	return &Termination{Reason: e.reason.String(), At: e.event.Time}
}

// notEnded lists those of servers that were not terminated.
func notEnded(servers []*server) []*server {
	ended := func(s *server) bool { return s.unit.end.event != nil }
	if !slices.ContainsFunc(servers, ended) {
		return servers
	}
	return slices.DeleteFunc(slices.Clone(servers), ended)
}

// endServers ends the servers that a termination names, but for those that were terminated before.
func (c *contract) endServers(e *events.Event, d *events.Terminated) {
	named := c.serversNamed(e, d.Units)
	left := notEnded(named)
	if len(left) < len(named) {
		c.except(e, EndedAlready, "units that it names ended before")
	}
	if len(left) == 0 {
		return
	}
	units := c.unitsOf(left)
	c.cutOutages(units, e.Time)
	for _, u := range units {
		if u.capFollows {
			u.regrant(e.Time)
		}
		u.feesAtEnd = u.feesPaid(e.Time)
		u.end = unitEnding{e, d.Reason}
		u.lapseOffers()
	}
	c.units = slices.DeleteFunc(c.units, func(u *unit) bool { return u.end.event != nil })
	c.ended, c.moved = append(c.ended, units...), true
	c.settle(e, d, units, false)
	c.narrowRenewals(left)
	c.afterPayment() // less to pay may be all that was to be paid
}

// endEvents lists the events that ended servers.
func (c *contract) endEvents() (list []*events.Event) {
	for _, u := range c.ended {
		list = append(list, u.end.event)
	}
	return list
}

// servesOn reports whether servers are left whose time is not up.
func (c *contract) servesOn() bool {
	return len(c.pending) > 0 || slices.ContainsFunc(c.units, func(u *unit) bool { return u.outAt.IsZero() })
}

// keepOpen notes a renewal that is not in effect yet.
func (c *contract) keepOpen(i *invoice) {
	if !i.named {
		c.renewalsOfAll = append(c.renewalsOfAll, i)
		return
	}
	for _, s := range i.servers {
		s.renewals = append(s.renewals, i)
	}
}

// narrowRenewals has renewals that are not in effect yet renew the servers that are left after some have ended.
func (c *contract) narrowRenewals(ended []*server) {
	for _, s := range ended {
		for _, i := range s.renewals {
			c.narrowRenewal(i)
		}
		s.renewals = nil
	}
	for _, i := range c.renewalsOfAll {
		c.narrowRenewal(i)
	}
	c.renewalsOfAll = slices.DeleteFunc(c.renewalsOfAll, func(i *invoice) bool { return i.inTerms || i.lapsed })
}

// narrowRenewal has a renewal renew the servers that are left. One that named its servers keeps its fee; of one for
// all, the fee is that of those left.
func (c *contract) narrowRenewal(i *invoice) {
	c.account.step()
	if i.inTerms || i.lapsed {
		return
	}
	left := notEnded(i.servers)
	if len(left) == len(i.servers) {
		return
	}
	i.servers = left
	switch {
	case len(left) == 0:
		i.lapsed = true
		c.returnToWallet(i)
	case !i.named:
		var fee money.Exact
		fee.AddShare(i.amount, int64(len(left)), int64(i.quantity))
		c.lowerRenewal(i, fee.Round())
	}
}

// lowerRenewal lowers the fee of a renewal that is not in effect yet. What was paid above it goes to the wallet.
func (c *contract) lowerRenewal(i *invoice, fee money.Fen) {
	lower := i.payable() - fee
	above := max(0, i.held()-fee)
	i.released += lower
	if above > 0 {
		i.paid -= above
		i.discharges = append(i.discharges, discharge{c.account.now, -above, c.account.event, true})
		c.account.credit(above, &ruleReturned, c)
	}
	if i.unpaid() == 0 && !c.postpaid() {
		c.paidRenewals = append(c.paidRenewals, i)
	}
	c.noteNeed(i)
}

// terminatedAt is when the unit was terminated, alone or with the contract, and the event; none where it was not.
func (u *unit) terminatedAt() (civil.Instant, *events.Event) {
	end := u.contract.end
	switch {
	case u.end.event != nil:
		return u.end.event.Time, u.end.event
	case end.status == Terminated:
		return end.at, end.event
	}
	return civil.Instant{}, nil
}
