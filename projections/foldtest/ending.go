package foldtest

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// ending is how a contract came to its end.
type ending struct {
	status       projections.Status
	at           civil.Instant
	reason       events.EndReason
	fees         []*big.Rat // paid for each unit by the end
	refund       money.Fen
	forfeited    money.Fen
	revenue      money.Fen // of the terms, where settled
	compensation money.Fen // agreed above that
}

func (e *ending) terminated() bool { return e.status == projections.Terminated }

// close puts an end to the contract now.
func (c *contract) close(status projections.Status) *ending {
	end := &ending{status: status, at: c.now()}
	for _, u := range c.units {
		end.fees = append(end.fees, u.feesBy(c.now()))
	}
	c.ending = end
	for _, inv := range c.invoices {
		if c.prepaid() && inv.kind != forCharge {
			inv.closed = inv.kind != forOrder || !c.begun
			if !inv.inEffect {
				c.giveBack(inv)
			}
		}
	}
	return end
}

// giveBack returns an advance to the wallet.
func (c *contract) giveBack(inv *invoice) {
	c.account.wallet += inv.paid
	inv.paid = 0
}

// expire ends the contract with its last unit (6.1).
func (c *contract) expire() { c.close(projections.Expired) }

// cancel withdraws an order that never took effect.
func (c *contract) cancel(e *events.Event) {
	switch {
	case c.ending != nil:
		c.trouble(e, projections.EndedAlready)
	case c.inEffect():
		c.trouble(e, projections.CancelledAfterEffect)
	default:
		c.close(projections.Cancelled)
	}
}

// inEffect: postpaid from the order, prepaid once it is paid in full or provisioned.
func (c *contract) inEffect() bool { return c.invoices[0].inEffect }

// terminate ends the contract if the reason allows it.
func (c *contract) terminate(e *events.Event, d *events.Terminated) {
	notice := d.NoticeAt.At
	switch {
	case c.ending != nil:
		c.trouble(e, projections.EndedAlready)
	case !c.inEffect():
		c.trouble(e, projections.NotInEffect)
	case d.Reason == events.EndArrears && !c.mayTerminate() && !c.usedUnpaid(),
		d.Reason == events.EndImpediment && !c.impedimentInTime(notice):
		c.trouble(e, projections.TerminationPremature)
	case d.Reason == events.EndProviderCancelled && notBefore(notice, e.Time):
		c.trouble(e, projections.TerminationWithoutNotice)
	default:
		c.settle(e, d)
	}
}

// mayTerminate is the right of 2.2.2: a service fee unpaid for some full days after its due date.
func (c *contract) mayTerminate() bool {
	days := civil.Date(c.policy(c.now()).terminationAfterDays)
	for _, inv := range c.invoices {
		if inv.kind != forCharge && c.owed(inv) > 0 && !inv.due.IsZero() && notBefore(c.now(), (inv.due+days).End()) {
			return true
		}
	}
	return false
}

// usedUnpaid reports whether a prepaid order is in use that is not paid in full (2.3).
func (c *contract) usedUnpaid() bool { return c.prepaid() && c.begun && c.invoices[0].unpaid() > 0 }

// impedimentInTime: notice once the right is there, and effect when the notice has run (7.2(end)). Days of notice run
// from the day after it was sent (CC 201).
func (c *contract) impedimentInTime(notice civil.Instant) bool {
	if notice.After(c.now()) {
		return false
	}
	effect := (notice.Date() + civil.Date(c.policy(notice).impedimentNoticeDays)).End()
	return c.impeded(notice) && notBefore(c.now(), effect)
}

// impeded reports whether at t every unit still in term had been impeded for the days of 7.2(end).
func (c *contract) impeded(t civil.Instant) bool {
	found := false
	for _, u := range c.units {
		if !u.inTerm(t) {
			continue
		}
		s := u.suspensionAt(t)
		if s == nil || s.reason != events.SuspendForceMajeure && s.reason != events.SuspendImpediment {
			return false
		}
		if t.Before((s.from.Date() + civil.Date(c.policy(t).impedimentDays)).End()) {
			return false
		}
		found = true
	}
	return found
}

// settle ends the contract and works out what is refunded, forfeited, released and earned.
func (c *contract) settle(e *events.Event, d *events.Terminated) {
	byDays := c.earned(c.now())
	for _, u := range c.units {
		u.cutOutages()
	}
	owedForUse := c.usedUnpaid()
	end := c.close(projections.Terminated)
	end.reason = d.Reason
	if c.prepaid() {
		c.settlePrepaid(end, d, byDays)
		if owedForUse {
			end.revenue += c.oweUse(d.Reason, byDays[0])
		}
	} else {
		c.settlePostpaid(end, d)
	}
	if d.Reason == events.EndMutual {
		end.refund = d.AgreedRefund.Fen
		end.compensation = max(0, end.refund-end.revenue)
		end.revenue = max(0, end.revenue-end.refund)
		if end.compensation > 0 {
			c.trouble(e, projections.RefundAbovePaid)
		}
	}
	c.account.wallet += end.refund
}

// settlePrepaid: the refund by the rule of the reason, the rest is earned, or for a breach forfeited.
func (c *contract) settlePrepaid(end *ending, d *events.Terminated, earned []*big.Rat) {
	paid, exactlyEarned, used, left := money.Fen(0), whole(0), whole(0), whole(0)
	var rests []money.Exact
	for i, t := range c.terms {
		mine := fen(t.invoice.paid)
		paid += t.invoice.paid
		exactlyEarned = add(exactlyEarned, smaller(mine, earned[i]))
		used = add(used, c.used(t, c.rule(d.Reason)))
		rest := sub(mine, smaller(mine, c.used(t, c.rule(d.Reason))))
		left = add(left, rest)
		rests = append(rests, money.Exact{})
		rests[len(rests)-1].AddFraction(rest.Num(), rest.Denom())
	}
	switch {
	case d.Reason == events.EndMutual:
	case c.rule(d.Reason) == events.RefundMonthCeil:
		end.refund = paid - min(paid, round(used))
	case c.rule(d.Reason) == events.RefundDayProRata, d.Reason == events.EndArrears:
		end.refund = round(left)
	}
	weights := make([]int64, len(rests))
	for i := range rests {
		weights[i] = int64(rests[i].Round())
	}
	shares := money.Split(end.refund, weights)
	if end.refund > 0 && end.refund == round(left) && c.rule(d.Reason) != events.RefundMonthCeil {
		shares = money.Apportion(end.refund, rests)
	}
	for i, t := range c.terms {
		t.invoice.refunded = shares[i]
	}
	end.revenue = paid - end.refund
	if d.Reason == events.EndBreach {
		end.revenue = min(end.revenue, round(exactlyEarned))
		end.forfeited = paid - end.refund - end.revenue
	}
}

// oweUse lets go of what the provider may not keep of an order in use, and returns what the customer owes of the rest.
func (c *contract) oweUse(reason events.EndReason, earned *big.Rat) money.Fen {
	inv := c.invoices[0]
	kept := round(c.used(c.terms[0], c.rule(reason)))
	if c.rule(reason) == events.RefundNone && reason != events.EndMutual && reason != events.EndArrears {
		kept = round(earned)
	}
	c.release(inv, inv.amount-max(kept, inv.paid))
	return inv.unpaid()
}

// rule is the refund rule for a reason, by the terms in force at the end.
func (c *contract) rule(reason events.EndReason) events.RefundRule {
	return c.policy(c.now()).refundRule[reason]
}

// used is how much of a term's fee the customer has used by now, over all units, by started months or by days.
func (c *contract) used(t *term, rule events.RefundRule) *big.Rat {
	sum := whole(0)
	for _, u := range c.units {
		share := u.usedDays(t)
		if rule == events.RefundMonthCeil {
			share = u.usedMonths(t)
		}
		sum = add(sum, mul(fen(c.unitFee(t.invoice, u.index)), share))
	}
	return sum
}

// usedDays is the share of a term's days that have begun by now, without pauses. SLA time does not count (4.6).
func (u *unit) usedDays(t *term) *big.Rat {
	begun := u.day(u.contract.now()) - int64(u.start(t)-u.beganAt.Date())
	return clamp(ratio(begun, u.days(t)), whole(0), whole(1))
}

// usedMonths is the share of a term in started months, counted from the opening day; a term in days has the share that
// the days of the started months make (6.2.3).
func (u *unit) usedMonths(t *term) *big.Rat {
	now, opening := u.position(u.contract.now()), u.beganAt.Date()
	if n := t.invoice.term.Months(); n > 0 {
		begun := 0
		for begun < n && now.After(extent{t.before.months + begun, t.before.days}.from(opening).End()) {
			begun++
		}
		if t.before == (extent{}) {
			begun = max(begun, 1)
		}
		return ratio(int64(begun), int64(n))
	}
	month := 1
	for now.After(opening.AddMonths(month).End()) {
		month++
	}
	return clamp(ratio(int64(opening.AddMonths(month)-u.start(t)), u.days(t)), whole(0), whole(1))
}

// settlePostpaid: the earned part of each invoice stays due, what is unpaid above it is released, what is paid above it
// is refunded or kept as the reason says.
func (c *contract) settlePostpaid(end *ending, d *events.Terminated) {
	rule := c.rule(d.Reason)
	for _, t := range c.terms {
		inv := t.invoice
		earned := round(c.used(t, rule))
		surplus := max(0, inv.paid-earned)
		wholeStays := d.Reason == events.EndCustomerExit && rule == events.RefundNone
		switch {
		case d.Reason == events.EndArrears && c.policy(c.now()).postpaidEndFee == events.WholeFee:
			end.revenue += earned
			end.forfeited += inv.amount - earned
			continue
		case wholeStays:
			end.revenue += inv.amount
			continue
		case d.Reason == events.EndArrears || rule != events.RefundNone && d.Reason != events.EndMutual:
			end.revenue += earned
			end.refund += surplus
			inv.refunded = surplus
		case d.Reason == events.EndBreach:
			end.revenue += earned
			end.forfeited += surplus
		default:
			end.revenue += earned + surplus
		}
		c.release(inv, inv.amount-max(earned, inv.paid))
	}
}

// release lets go of a part of the principal now.
func (c *contract) release(inv *invoice, amount money.Fen) {
	if amount > 0 {
		inv.slices = append(inv.slices, slice{c.now(), amount})
		inv.released += amount
	}
}
