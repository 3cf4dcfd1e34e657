package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// settleEnd works out what a termination leaves: the refund, which goes to the wallet, what is forfeited, the revenue,
// and which postpaid fees are released (4.6, 6.2, 7.2(end), CC 566). SLA time counts neither way, or it would be cash.
func (c *contract) settleEnd(d *events.Terminated) {
	if c.postpaid() {
		c.settlePostpaid(d)
	} else {
		c.settlePrepaid(d)
	}
	c.account.wallet += c.end.refund
}

// settlePrepaid splits the fees paid into refund, forfeiture and revenue.
func (c *contract) settlePrepaid(d *events.Terminated) {
	revenue, _ := c.recognised(c.end.at)
	var paid money.Fen
	for k := range c.periods {
		paid += c.periods[k].invoice.paid
	}
	c.end.refund = c.prepaidRefund(d, paid)
	if d.Reason == events.EndBreach {
		c.end.forfeited = max(0, paid-revenue-c.end.refund)
	}
	c.end.revenue = paid - c.end.refund - c.end.forfeited
}

func (c *contract) prepaidRefund(d *events.Terminated, paid money.Fen) money.Fen {
	if d.Reason == events.EndMutual {
		return d.AgreedRefund.Fen
	}
	switch c.refundRule(d.Reason) {
	case events.RefundDayProRata:
		return c.unearned(c.earnedByDays(c.end.at)).Round()
	case events.RefundMonthCeil:
		var charge money.Exact
		for _, e := range c.earnedByMonths(c.end.at) {
			charge.AddExact(e)
		}
		return paid - min(paid, charge.Round())
	}
	return 0
}

func (c *contract) refundRule(r events.EndReason) events.RefundRule {
	return c.terms(c.end.at).RefundRule[r]
}

// unearned sums what was paid on each period beyond what is earned of it.
func (c *contract) unearned(earned []money.Exact) (sum money.Exact) {
	for k := range c.periods {
		if paid := c.periods[k].invoice.paid; earned[k].Cmp(paid) < 0 {
			sum.Add(paid)
			sum.AddNegative(earned[k])
		}
	}
	return sum
}

// earnedByMonths charges each period by the months served, a started one in full (6.2.3), counted from the day of
// provisioning. Of terms counted in days, the days of the months begun are charged.
func (c *contract) earnedByMonths(t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.periods))
	if c.provisionedAt.IsZero() {
		return sums
	}
	for _, u := range c.alike() {
		clock := u.clock(t)
		for k := range c.periods {
			p := &c.periods[k]
			sums[k].AddShare(u.fee(p), int64(c.begun(k, clock)), int64(c.wholeTerm(k)))
		}
	}
	return sums
}

// wholeTerm is the length of period k in months, or in days where it is counted so.
func (c *contract) wholeTerm(k int) int {
	if months := c.periods[k].own.Months(); months > 0 {
		return months
	}
	from, to := c.span(k)
	return to - from
}

// begun is how much of period k has begun by months, in months or days as wholeTerm counts.
func (c *contract) begun(k int, clock civil.Instant) int {
	p := c.periods[k]
	if k > 0 && !clock.After(c.lastDay(k-1).End()) {
		return 0
	}
	months := p.own.Months()
	if months == 0 {
		from, to := c.span(k)
		return min(c.daysOfMonthsBegun(clock), to) - from
	}
	n := 1
	for n < months && clock.After(c.boundary(p.months-months+n, p.days).End()) {
		n++
	}
	return n
}

// daysOfMonthsBegun counts the days of the months from provisioning that have begun.
func (c *contract) daysOfMonthsBegun(clock civil.Instant) int {
	n := 1
	for clock.After(c.boundary(n, 0).End()) {
		n++
	}
	return int(c.boundary(n, 0) - c.lastDay(-1))
}

// settlePostpaid settles each fee by what is earned of it.
func (c *contract) settlePostpaid(d *events.Terminated) {
	rule := c.refundRule(d.Reason)
	earned := c.earnedByDays(c.end.at)
	if rule == events.RefundMonthCeil {
		earned = c.earnedByMonths(c.end.at)
	}
	for k := range c.periods {
		c.settleFee(c.periods[k].invoice, earned[k].Round(), d.Reason, rule)
	}
	if d.Reason == events.EndMutual {
		c.end.refund = d.AgreedRefund.Fen
	}
}

// settleFee settles one postpaid fee of which a part is earned.
func (c *contract) settleFee(i *invoice, earned money.Fen, reason events.EndReason, rule events.RefundRule) {
	kept := max(earned, i.paid) // what is not released
	above := max(0, i.paid-earned)
	switch {
	case reason == events.EndArrears && c.terms(c.end.at).PostpaidEndFee == events.WholeFee:
		c.end.forfeited += i.amount - earned
		kept = i.amount
	case reason == events.EndArrears:
		c.end.refund += above
	case reason == events.EndMutual:
	case rule != events.RefundNone:
		c.end.refund += above
	case reason == events.EndBreach:
		c.end.forfeited += above
	case reason == events.EndCustomerExit:
		kept, earned = i.amount, i.amount // no clause lets go of the fee
	default:
		earned = kept
	}
	c.end.revenue += earned
	i.release(i.amount-kept, c.end.at)
}
