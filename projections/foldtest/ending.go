package foldtest

import (
	"math/big"
	"slices"

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
	fees         map[*unit]*big.Rat // paid for each by the end
	refund       money.Fen
	forfeited    money.Fen
	revenue      money.Fen // of the terms, where settled
	compensation money.Fen // agreed above that
}

func (e *ending) terminated() bool { return e.status == projections.Terminated }

// close puts an end to the contract now.
func (c *contract) close(status projections.Status) *ending {
	end := &ending{status: status, at: c.now(), fees: map[*unit]*big.Rat{}}
	for _, u := range c.units {
		end.fees[u] = u.feesBy(c.now())
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
	case d.Reason == events.EndWithdrawal && !c.mayWithdraw():
		c.trouble(e, projections.WithdrawalTooLate)
	case d.Units != nil:
		units := c.named(e, d.Units)
		left := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.end1 != nil })
		if len(left) < len(units) {
			c.trouble(e, projections.EndedAlready)
		}
		if len(left) > 0 {
			c.endUnits(e, d, left)
		}
	default:
		agreed := money.Fen(0)
		if d.AgreedRefund != nil {
			agreed = d.AgreedRefund.Fen
		}
		c.settle(e, d, agreed)
	}
}

// mayWithdraw is the right of 11.2: some days after the start, for what was paid in advance and never renewed.
func (c *contract) mayWithdraw() bool {
	renewed := slices.ContainsFunc(c.effective, func(inv *invoice) bool {
		return inv.kind == forRenewal && inv.change == nil && !inv.adds
	})
	days := c.policy(c.now()).withdrawalDays
	if !c.prepaid() || renewed || days == 0 {
		return false
	}
	return !c.begun || notAfter(c.now(), (c.beganAt.Date()+civil.Date(days)).End())
}

// mayTerminate is the right of 2.2.2: a service fee unpaid for some full days after its due date.
func (c *contract) mayTerminate() bool {
	days := civil.Date(c.policy(c.now()).terminationAfterDays)
	for _, inv := range c.invoices {
		if (inv.kind != forCharge || inv.usage) && c.owed(inv) > 0 &&
			!inv.due.IsZero() && notBefore(c.now(), (inv.due+days).End()) {
			return true
		}
	}
	return false
}

// usedUnpaid reports whether a prepaid order is in use that is not paid in full (2.3).
func (c *contract) usedUnpaid() bool { return c.prepaid() && c.begun && c.invoices[0].unpaid() > 0 }

// settle ends the contract and works out what is refunded, forfeited, released and earned.
func (c *contract) settle(e *events.Event, d *events.Terminated, agreed money.Fen) {
	byDays := c.earned(c.now(), c.invoices[0])
	for _, u := range c.live() {
		u.cutOutages()
	}
	owedForUse, held := c.usedUnpaid(), c.invoices[0].holds()
	end := c.close(projections.Terminated)
	end.reason = d.Reason
	if c.prepaid() {
		c.settlePrepaid(end, d)
		if owedForUse {
			end.revenue += c.oweUse(d.Reason, byDays, held)
		}
	} else {
		c.settlePostpaid(end, d)
	}
	if d.Reason == events.EndMutual {
		end.refund = agreed
		if !c.prepaid() {
			end.revenue, c.kept = end.revenue+c.kept, 0
		}
		end.compensation = max(0, end.refund-end.revenue)
		end.revenue = max(0, end.revenue-end.refund)
		if end.compensation > 0 {
			c.trouble(e, projections.RefundAbovePaid)
		}
	}
	c.account.wallet += end.refund
}

// settlePrepaid: the refund by the rule of the reason, the rest is earned, or for a breach forfeited.
func (c *contract) settlePrepaid(end *ending, d *events.Terminated) {
	paid, exactlyEarned, used, left := money.Fen(0), whole(0), whole(0), whole(0)
	var rests []*big.Rat
	for _, inv := range c.effective {
		mine, mineUsed := fen(max(0, inv.holds())), c.usedUp(inv, d.Reason)
		paid += max(0, inv.holds())
		exactlyEarned = add(exactlyEarned, smaller(mine, c.earned(c.now(), inv)))
		used = add(used, mineUsed)
		rests = append(rests, sub(mine, smaller(mine, mineUsed)))
		left = add(left, rests[len(rests)-1])
	}
	switch {
	case d.Reason == events.EndMutual:
	case c.countsSLA(d.Reason):
		end.refund = round(left)
	case c.rule(d.Reason) == events.RefundMonthCeil:
		end.refund = paid - min(paid, round(used))
	case c.rule(d.Reason) != events.RefundNone, d.Reason == events.EndArrears:
		end.refund = round(left)
	}
	if end.refund != round(left) || c.rule(d.Reason) == events.RefundMonthCeil {
		for i := range rests {
			rests[i] = fen(round(rests[i]))
		}
	}
	for i, share := range roundAll(end.refund, rests) {
		c.effective[i].refunded += share
	}
	end.revenue = paid - end.refund
	if d.Reason == events.EndBreach {
		end.revenue = min(end.revenue, round(exactlyEarned))
		end.forfeited = paid - end.refund - end.revenue
	}
}

// oweUse lets go of what the provider may not keep of an order in use, and returns what the customer owes of the rest.
func (c *contract) oweUse(reason events.EndReason, earned *big.Rat, held money.Fen) money.Fen {
	inv := c.invoices[0]
	kept := round(c.usedUp(inv, reason))
	if c.rule(reason) == events.RefundNone && !c.countsSLA(reason) &&
		reason != events.EndMutual && reason != events.EndArrears {
		kept = round(earned)
	}
	c.release(inv, inv.unpaid()-max(0, kept-held))
	return max(0, kept-max(0, held))
}

// rule is the refund rule for a reason, by the terms in force at the end.
func (c *contract) rule(reason events.EndReason) events.RefundRule {
	return c.policy(c.now()).refundRule[reason]
}

// countsSLA reports whether a refund, where there is one, is measured by the revenue schedule, in which SLA time
// counts.
func (c *contract) countsSLA(reason events.EndReason) bool {
	refunds := reason == events.EndArrears || reason == events.EndMutual || c.rule(reason) != events.RefundNone
	return refunds && c.policy(c.now()).refundCountsSLA[reason]
}

// usedUp is how much of an invoice is used as the terms measure it for a reason.
func (c *contract) usedUp(inv *invoice, reason events.EndReason) *big.Rat {
	return c.usedUpBy(c.live(), inv, reason)
}

func (c *contract) usedUpBy(units []*unit, inv *invoice, reason events.EndReason) *big.Rat {
	switch {
	case c.rule(reason) == events.RefundFull:
		return whole(0)
	case c.countsSLA(reason):
		return earnedBy(units, c.now(), inv)
	}
	return larger(whole(0), c.used(units, inv, c.rule(reason)))
}

// used is how much of an invoice the customer has used by now, over some units, by started months or by days.
func (c *contract) used(units []*unit, inv *invoice, rule events.RefundRule) *big.Rat {
	sum := whole(0)
	for _, u := range units {
		for _, t := range u.terms {
			for _, p := range t.parts {
				if p.invoice != inv {
					continue
				}
				share := u.usedDays(t, p)
				if rule == events.RefundMonthCeil {
					share = u.usedMonths(t, p)
				}
				sum = add(sum, mul(p.price(), share))
			}
		}
	}
	return sum
}

// usedDays is the share of a term's days that have begun by now, without pauses. SLA time does not count (4.6).
func (u *unit) usedDays(t *term, p *part) *big.Rat {
	begun := u.day(u.contract.now()) - t.begins()
	if t.days() == p.from {
		return whole(1)
	}
	return clamp(ratio(begun-p.from, t.days()-p.from), whole(0), whole(1))
}

// usedMonths is the share of a term in started months, counted from the opening day; a term in days has the share that
// the days of the started months make (6.2.3).
func (u *unit) usedMonths(t *term, p *part) *big.Rat {
	if p.from > 0 {
		return u.usedMonthsOf(t, p)
	}
	now, opening := u.position(u.contract.now()), u.beganAt.Date()
	if n := t.length.months; n > 0 && t.length.days == 0 {
		begun := 0
		for begun < n && now.After(t.before.plus(extent{months: begun}).from(opening).End()) {
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
	return clamp(ratio(int64(opening.AddMonths(month)-t.start()), t.days()), whole(0), whole(1))
}

// usedMonthsOf counts the months of a part from its effect: of the whole months to the end of the term, at least one.
func (u *unit) usedMonthsOf(t *term, p *part) *big.Rat {
	now, opening := u.position(u.contract.now()), t.start()+civil.Date(p.from)
	all := 1
	for opening.AddMonths(all+1) <= t.last() {
		all++
	}
	begun := 1
	for begun < all && now.After(opening.AddMonths(begun).End()) {
		begun++
	}
	return ratio(int64(begun), int64(all))
}

// settlePostpaid: the earned part of each invoice stays due, what is unpaid above it is released, what is paid above it
// is refunded or kept as the reason says.
func (c *contract) settlePostpaid(end *ending, d *events.Terminated) {
	rule := c.rule(d.Reason)
	for _, inv := range c.effective {
		earned := round(add(c.usedUp(inv, d.Reason), inv.keptOf()))
		payable := inv.payable() - inv.lost
		if !slices.ContainsFunc(inv.units, func(u *unit) bool { return u.end1 == nil }) {
			earned = payable // all servers ended one by one
		}
		if inv.kept != nil {
			earned = min(earned, payable)
		}
		surplus := max(0, inv.holds()-earned)
		wholeStays := d.Reason == events.EndCustomerExit && rule == events.RefundNone
		switch {
		case d.Reason == events.EndArrears && c.policy(c.now()).postpaidEndFee == events.WholeFee:
			end.revenue += earned
			end.forfeited += payable - earned
			continue
		case wholeStays:
			end.revenue += payable
			continue
		case d.Reason == events.EndArrears || rule != events.RefundNone && d.Reason != events.EndMutual:
			end.revenue += earned
			end.refund += surplus
		case d.Reason == events.EndBreach:
			end.revenue += earned
			end.forfeited += surplus
		default:
			end.revenue += earned + surplus
		}
		c.release(inv, payable-max(earned, inv.holds()))
		if d.Reason == events.EndArrears || rule != events.RefundNone && d.Reason != events.EndMutual {
			inv.refunded += surplus
		}
	}
}

// release lets go of a part of the principal now.
func (c *contract) release(inv *invoice, amount money.Fen) {
	if amount > 0 {
		inv.slices = append(inv.slices, slice{c.now(), amount})
		inv.released += amount
	}
}
