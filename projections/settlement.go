package projections

import (
	"fmt"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

var (
	ruleKept   = Rule{"6.3", "终止前已收的服务费。", "Service fees received before the end."}
	ruleBreach = Rule{"6.2.2", "客户严重违反约定而终止的，已收未履行部分不退，作为违约金。",
		"Ended for the customer's serious breach: what was received and not yet served is kept as liquidated damages."}
	ruleMutual  = Rule{"6.2.1", "双方协商终止，按约定金额退还。", "Ended by agreement: the sum agreed is refunded."}
	ruleArrears = Rule{"2.2.2", "因欠费终止，未提供服务的费用不再应付，已付超出部分退还。",
		"Ended for arrears: fees of service not delivered are released, and what was paid beyond is refunded."}
	ruleWholeFee = Rule{"2.2.2", "因欠费终止而全额费用仍应付的，未提供服务的部分作为违约金。",
		"Ended for arrears under terms that keep the whole fee due: the part not served is kept as liquidated damages."}
	ruleDays = Rule{"4.6", "按日退还剩余部分：费用乘以未服务天数的比例，已起算之日计为已服务；补偿时长不计。",
		"The rest is refunded by days: a started day counts as served, SLA time counts neither way."}
	ruleMonths = Rule{"6.2.3", "因不可抗力终止，按实际服务月数计费，不足一月按一月，余款退入余额。",
		"Ended for force majeure: the months served are charged, a started one in full, and the rest is refunded."}
)

// settleEnd works out what a termination leaves: the refund, which goes to the wallet, what is forfeited, the revenue,
// and which postpaid fees are released (4.6, 6.2, 7.2(end), CC 566). SLA time counts neither way, or it would be cash.
func (c *contract) settleEnd(e *events.Event, d *events.Terminated) {
	if c.postpaid() {
		c.settlePostpaid(d)
	} else {
		c.settlePrepaid(d)
	}
	if d.Reason == events.EndMutual {
		c.settleAgreed(e, d.AgreedRefund.Fen)
	}
	c.account.credit(c.end.refund, &ruleRefunded, c)
}

// settleAgreed refunds what was agreed (6.2.1), out of what the provider would have kept; what is agreed above that is
// compensation.
func (c *contract) settleAgreed(e *events.Event, agreed money.Fen) {
	c.refund(agreed, nil, &ruleMutual, agreed.String)
	kept := min(agreed, c.end.revenue)
	c.retain(-kept, nil, &ruleMutual, (-kept).String)
	if above := agreed - kept; above > 0 {
		c.end.compensation = c.account.explanation.amount(figureCompensation, above, c, func() grounds {
			return c.endGrounds(&ruleMutual, nil, fmt.Sprintf("%v − %v", agreed, kept))
		})
		c.except(e, RefundAbovePaid, "more was agreed than was paid; the difference is compensation")
	}
}

// endGrounds says that the termination brought a line about.
func (c *contract) endGrounds(rule *Rule, i *invoice, formula string) grounds {
	n := grounds{rule: rule, invoice: i, formula: formula, events: []*events.Event{c.end.event}}
	if i != nil {
		n.events = append(n.events, i.event)
	}
	return n
}

func (c *contract) refund(amount money.Fen, i *invoice, rule *Rule, formula func() string) {
	c.end.refund += c.account.explanation.amount(figureRefund, amount, c,
		func() grounds { return c.endGrounds(rule, i, formula()) })
}

func (c *contract) forfeit(amount money.Fen, i *invoice, rule *Rule, formula func() string) {
	c.end.forfeited += c.account.explanation.amount(figureForfeited, amount, c,
		func() grounds { return c.endGrounds(rule, i, formula()) })
}

func (c *contract) retain(amount money.Fen, i *invoice, rule *Rule, formula func() string) {
	c.end.revenue += c.account.explanation.amount(figureRevenue, amount, c,
		func() grounds { return c.endGrounds(rule, i, formula()) })
}

// settlePrepaid splits the fees paid into refund, forfeiture and revenue.
func (c *contract) settlePrepaid(d *events.Terminated) {
	served := c.earnedOfPaid(c.end.at)
	c.settleUsed(d.Reason)
	var paid money.Fen
	for k := range c.served {
		i := c.served[k]
		paid += i.held()
		c.retain(i.held(), i, &ruleKept, i.held().String)
	}
	switch rule := c.refundRule(d.Reason); {
	case d.Reason == events.EndMutual:
		return
	case rule == events.RefundDayProRata, d.Reason == events.EndArrears:
		c.refundRest(c.earnedForRefund(d.Reason), &ruleDays)
	case rule == events.RefundMonthCeil:
		c.refundAboveMonths(paid)
	}
	c.retain(-c.end.refund, nil, &ruleRefunded, (-c.end.refund).String)
	if d.Reason == events.EndBreach {
		left := max(0, paid-served-c.end.refund)
		c.forfeit(left, nil, &ruleBreach, func() string { return fmt.Sprintf("%v − %v − %v", paid, served, c.end.refund) })
		c.retain(-left, nil, &ruleBreach, (-left).String)
	}
}

// earnedOfPaid is what is earned at t of what was paid.
func (c *contract) earnedOfPaid(t civil.Instant) money.Fen {
	var sum money.Exact
	for k, earned := range c.earned(t) {
		if paid := c.served[k].held(); earned.Cmp(paid) > 0 {
			sum.Add(paid)
		} else {
			sum.AddExact(earned)
		}
	}
	return sum.Round()
}

// settleUsed leaves owed what the provider may keep of an order that was used and not paid in full.
func (c *contract) settleUsed(reason events.EndReason) {
	earned := c.earnedForRefund(reason)
	switch rule := c.refundRule(reason); {
	case rule == events.RefundMonthCeil:
		earned = c.earnedByMonths(c.end.at)
	case rule == events.RefundNone && reason != events.EndMutual && reason != events.EndArrears:
		earned = c.earned(c.end.at)
	}
	if len(earned) == 0 {
		return
	}
	i := c.invoices[0]
	owed := c.oweUsed(earned[0].Round())
	c.retain(owed, i, &ruleUsed, func() string { return fmt.Sprintf("%v − %v", i.held()+owed, i.held()) })
}

// earnedForRefund is what is earned of each fee where the rest is refunded: by days, without SLA time, which is never
// cash (4.7); with it only where the terms say so for the reason (4.6).
func (c *contract) earnedForRefund(r events.EndReason) []money.Exact {
	if slices.Contains(c.terms(c.end.at).RefundCountsSLA, r) {
		return c.earned(c.end.at)
	}
	return c.earnedByDays(c.end.at)
}

func (c *contract) refundRule(r events.EndReason) events.RefundRule {
	return c.terms(c.end.at).RefundRule[r]
}

// refundRest refunds what was paid on each term beyond what is earned of it, rounded once.
func (c *contract) refundRest(earned []money.Exact, rule *Rule) {
	rest := make([]money.Exact, len(c.served))
	var sum money.Exact
	for k := range c.served {
		if paid := c.served[k].held(); earned[k].Cmp(paid) < 0 {
			rest[k].Add(paid)
			rest[k].AddNegative(earned[k])
			sum.AddExact(rest[k])
		}
	}
	for k, part := range money.Apportion(sum.Round(), rest) {
		i := c.served[k]
		c.refund(part, i, rule, func() string {
			return fmt.Sprintf("%v − %s = %s", i.held(), yuan(earned[k].Rat()), rounded(rest[k].Rat()))
		})
	}
}

// refundAboveMonths refunds what was paid above the charge for the months served, which is rounded once.
func (c *contract) refundAboveMonths(paid money.Fen) {
	var charge money.Exact
	for _, e := range c.earnedByMonths(c.end.at) {
		charge.AddExact(e)
	}
	charged := min(paid, charge.Round())
	c.refund(paid-charged, nil, &ruleMonths, func() string {
		return fmt.Sprintf("%v − min(%v, %s)", paid, paid, rounded(charge.Rat()))
	})
}

// earnedByMonths charges each term by the months served, a started one in full (6.2.3), counted from the day of
// provisioning. Of terms counted in days, the days of the months begun are charged.
func (c *contract) earnedByMonths(t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.served))
	for _, u := range c.units {
		clock := u.clock(t)
		for k := range u.terms {
			sums[u.terms[k].fee].AddShare(u.fee(k), int64(u.begun(k, clock)), int64(u.wholeTerm(k)))
		}
		for n := range u.layers {
			begun, whole := u.monthsOf(&u.layers[n], clock)
			sums[u.layers[n].fee].AddShare(u.layers[n].amount*money.Fen(u.count()), int64(begun), int64(whole))
		}
	}
	return sums
}

// wholeTerm is the length of term k in months, or in days where it is counted so.
func (u *unit) wholeTerm(k int) int {
	if months := u.terms[k].own.Months(); months > 0 {
		return months
	}
	from, to := u.span(k)
	return to - from
}

// begun is how much of term k has begun by months, in months or days as wholeTerm counts.
func (u *unit) begun(k int, clock civil.Instant) int {
	p := &u.terms[k]
	months := p.own.Months()
	if months == 0 {
		from, to := u.span(k)
		return max(min(u.daysOfMonthsBegun(clock), to)-from, 0)
	}
	if k > 0 && !clock.After(u.lastDay(k-1).End()) {
		return 0
	}
	n := 1
	for n < months && clock.After(u.boundary(p.months-months+n, p.days).End()) {
		n++
	}
	return n
}

// daysOfMonthsBegun counts the days of the months from provisioning that have begun.
func (u *unit) daysOfMonthsBegun(clock civil.Instant) int {
	n := 1
	for clock.After(u.boundary(n, 0).End()) {
		n++
	}
	return int(u.boundary(n, 0) - u.lastDay(-1))
}

// settlePostpaid settles each fee by what is earned of it.
func (c *contract) settlePostpaid(d *events.Terminated) {
	rule := c.refundRule(d.Reason)
	earned := c.earnedForRefund(d.Reason)
	if rule == events.RefundMonthCeil {
		earned = c.earnedByMonths(c.end.at)
	}
	for k := range c.served {
		c.settleFee(c.served[k], earned[k].Round(), d.Reason, rule)
	}
}

// settleFee settles one postpaid fee of which a part is earned.
func (c *contract) settleFee(i *invoice, earned money.Fen, reason events.EndReason, rule events.RefundRule) {
	held, payable := i.held(), i.payable()
	kept := max(earned, held) // what is not released
	above := max(0, held-earned)
	beyond := func() string { return fmt.Sprintf("%v − %v", held, earned) }
	switch {
	case reason == events.EndArrears && c.terms(c.end.at).PostpaidEndFee == events.WholeFee:
		c.forfeit(payable-earned, i, &ruleWholeFee, func() string { return fmt.Sprintf("%v − %v", payable, earned) })
		kept = payable
	case reason == events.EndArrears:
		c.refund(above, i, &ruleArrears, beyond)
	case reason == events.EndMutual:
		c.retain(above, i, &ruleKept, above.String)
	case rule == events.RefundMonthCeil:
		c.refund(above, i, &ruleMonths, beyond)
	case rule == events.RefundDayProRata:
		c.refund(above, i, &ruleDays, beyond)
	case reason == events.EndBreach:
		c.forfeit(above, i, &ruleBreach, beyond)
	case reason == events.EndCustomerExit:
		kept, earned = payable, payable // no clause lets go of the fee
	default:
		earned = kept
	}
	c.retain(earned, i, &ruleRevenue, earned.String)
	c.release(i, payable-kept)
}
