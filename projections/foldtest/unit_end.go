package foldtest

import (
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// unitEnd is the end of one unit while the contract goes on with others.
type unitEnd struct {
	at     civil.Instant
	reason events.EndReason
	fees   *big.Rat // paid for the unit by then
}

func (e *unitEnd) figures() *projections.Termination {
	if e == nil {
		return nil
	}
	return &projections.Termination{Reason: e.reason.String(), At: e.at}
}

// endUnits ends the named units; with the last of them the contract (4.6).
func (c *contract) endUnits(e *events.Event, d *events.Terminated, units []*unit) {
	mutual := money.Fen(0)
	if d.AgreedRefund != nil {
		mutual = d.AgreedRefund.Fen
	}
	left := slices.ContainsFunc(c.places, func(u *unit) bool {
		return !slices.Contains(units, u) && u.end1 == nil && !u.isOut()
	})
	ends := map[*unit]*unitEnd{}
	for _, u := range units {
		u.cutOutages()
		ends[u] = &unitEnd{at: e.Time, reason: d.Reason, fees: u.feesBy(e.Time)}
	}
	if c.prepaid() {
		c.settleUnits(e, d, units, mutual)
	} else {
		c.settlePostpaidUnits(e, d, units, mutual)
	}
	for _, u := range units {
		u.end1 = ends[u]
	}
	c.lapseChanges(func(u *unit) bool { return u.end1 != nil })
	if !left {
		c.settle(e, d, 0)
		return
	}
	for _, inv := range slices.Clone(c.invoices) {
		c.renewFewer(inv)
	}
	c.takeEffect()
}

// settleUnits works out what is refunded or forfeited of the fees of prepaid units. What is unpaid of the order goes
// first.
func (c *contract) settleUnits(e *events.Event, d *events.Terminated, units []*unit, agreed money.Fen) {
	keepsEarned := c.rule(d.Reason) == events.RefundNone && !c.countsSLA(d.Reason) && d.Reason != events.EndMutual
	shares, rests := []money.Fen{}, []*big.Rat{}
	sum, left := money.Fen(0), whole(0)
	for _, inv := range c.effective {
		share := sharesOf(units, inv)
		stays := c.usedUpBy(units, inv, d.Reason)
		if keepsEarned {
			stays = earnedBy(units, e.Time, inv)
		}
		rest := larger(whole(0), sub(fen(share), stays))
		open := min(inv.unpaid(), round(rest))
		rest = larger(whole(0), sub(rest, fen(open)))
		c.release(inv, open)
		shares, rests = append(shares, share-open), append(rests, rest)
		sum, left = sum+share-open, add(left, rest)
	}
	refund, forfeited := money.Fen(0), money.Fen(0)
	switch {
	case d.Reason == events.EndMutual:
	case keepsEarned && d.Reason == events.EndBreach:
		forfeited = round(left)
	case keepsEarned:
	default:
		refund = round(left)
	}
	if d.Reason == events.EndBreach && !keepsEarned {
		earned := whole(0)
		for _, inv := range c.effective {
			earned = add(earned, earnedBy(units, e.Time, inv))
		}
		forfeited = max(0, sum-refund-round(earned))
	}
	parts := roundAll(refund, rests)
	for i, inv := range c.effective {
		inv.refunded += parts[i]
		inv.lost += shares[i] - parts[i]
	}
	kept := sum - refund - forfeited
	if d.Reason == events.EndMutual {
		refund = agreed
		c.compensate(e, &kept, agreed)
	}
	c.kept += kept
	c.refund += refund
	c.forfeited += forfeited
	c.account.wallet += refund
}

// compensate takes what is agreed out of revenue; above that it is compensation.
func (c *contract) compensate(e *events.Event, kept *money.Fen, agreed money.Fen) {
	if agreed > *kept {
		c.compensation += agreed - *kept
		c.trouble(e, projections.RefundAbovePaid)
	}
	*kept = max(0, *kept-agreed)
}

// sharesOf is what units cost of an invoice.
func sharesOf(units []*unit, inv *invoice) money.Fen {
	sum := whole(0)
	for _, u := range units {
		for _, t := range u.terms {
			for _, p := range t.parts {
				if p.invoice == inv {
					sum = add(sum, p.price())
				}
			}
		}
	}
	return round(sum)
}

// settlePostpaidUnits: what the units have not served is no longer payable; what is paid of it is refunded or kept as
// the reason says.
func (c *contract) settlePostpaidUnits(e *events.Event, d *events.Terminated, units []*unit, agreed money.Fen) {
	rule, earned, extra := c.rule(d.Reason), money.Fen(0), money.Fen(0)
	for _, inv := range c.effective {
		share, used := sharesOf(units, inv), c.usedUpBy(units, inv, d.Reason)
		if d.Reason == events.EndCustomerExit && rule == events.RefundNone {
			used = fen(share)
		}
		rest := round(sub(fen(share), used))
		open := min(rest, inv.unpaid())
		c.release(inv, open)
		surplus := rest - open
		inv.kept = add(inv.keptOf(), used)
		earned += share - rest
		switch {
		case d.Reason == events.EndMutual, rule == events.RefundNone && d.Reason != events.EndBreach:
			extra += surplus
			inv.lost += surplus
		case rule == events.RefundNone:
			c.forfeited += surplus
			inv.lost += surplus
		default:
			c.refund += surplus
			c.account.wallet += surplus
			inv.refunded += surplus
		}
	}
	if d.Reason == events.EndMutual {
		kept := earned + extra
		c.compensate(e, &kept, agreed)
		extra = kept - earned
		c.refund += agreed
		c.account.wallet += agreed
	}
	c.kept += extra
}

// keptOf is what units that ended have earned of a postpaid invoice.
func (inv *invoice) keptOf() *big.Rat {
	if inv.kept == nil {
		return whole(0)
	}
	return inv.kept
}

// renewFewer makes an open renewal one of the units left: it keeps its fee if it named its units.
func (c *contract) renewFewer(inv *invoice) {
	left := slices.DeleteFunc(slices.Clone(inv.units), func(u *unit) bool { return u.end1 != nil })
	if inv.kind != forRenewal || inv.inEffect || inv.closed || inv.change != nil || len(left) == len(inv.units) {
		return
	}
	if len(left) == 0 {
		inv.closed = true
		c.giveBack(inv)
		return
	}
	inv.units = left
	if inv.named {
		return
	}
	price := round(mul(fen(inv.amount), ratio(int64(len(left)), int64(inv.of))))
	above := inv.payable() - price
	open := min(above, inv.unpaid())
	c.release(inv, open)
	if over := above - open; over > 0 {
		inv.released += over
		inv.paid -= over
		c.account.wallet += over
		if inv.slices[0].amount += -over; inv.unpaid() != 0 {
			inv.slices[0].amount += inv.unpaid()
		}
	}
	if inv.unpaid() == 0 && inv.fullAs == 0 {
		c.fill(inv)
	}
}

// releaseData notes that the data of units is gone (11.2).
func (c *contract) releaseData(e *events.Event, d *events.UnitsReleased) {
	early := false
	for _, u := range c.named(e, d.Units) {
		if u.released {
			continue
		}
		u.released = true
		end := u.over(c.endOf(u))
		days, keeps := u.retention(end)
		early = early || keeps && e.Time.Before(keptUntil(end, days))
	}
	if early {
		c.trouble(e, projections.ReleasedEarly)
	}
}

// retention is for how many days the terms keep the data of a unit that ends at an instant, if they keep any.
func (u *unit) retention(end civil.Instant) (days int, keeps bool) {
	limit := u.contract.policy(end).retentionDays
	reason := events.EndReason(0)
	if u.end1 != nil {
		reason = u.end1.reason
	} else if u.contract.terminated() && end == u.contract.ending.at {
		reason = u.contract.ending.reason
	}
	if limit.Set && reason == events.EndBreach {
		return 0, true
	}
	return limit.N, limit.Set
}

// keptUntil: the day of an end at 00:00 is the day before.
func keptUntil(end civil.Instant, days int) civil.Instant {
	return (justBefore(end).Date() + civil.Date(days)).End()
}

// over is when the unit came to its end, by an open outage perhaps later than it is said to end, or will.
func (u *unit) over(end civil.Instant) civil.Instant {
	if u.isOut() {
		return u.outs[len(u.outs)-1].from
	}
	if u.serving() {
		return civil.Later(end, u.contract.now())
	}
	return end
}

// data says what became of a unit's data now.
func (u *unit) data(end civil.Instant) *projections.Data {
	end = u.over(end)
	days, keeps := u.retention(end)
	state := projections.DataKept
	switch {
	case !keeps:
		return nil
	case u.released:
		state = projections.DataReleased
	case !u.serving() && notBefore(u.contract.now(), keptUntil(end, days)):
		state = projections.DataExpired
	}
	return &state
}
