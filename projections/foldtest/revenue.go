package foldtest

import (
	"maps"
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// stretch is how a part of a term's fee is earned: earned up to day from, the rest evenly from there to day to. Days
// count from the opening of the service, without pauses.
type stretch struct {
	part        *part
	term        int // which of the unit's
	earned, fee *big.Rat
	from, to    *big.Rat
}

func (s stretch) at(day *big.Rat) *big.Rat {
	if day.Cmp(s.to) >= 0 {
		return s.fee
	}
	done := div(larger(whole(0), sub(day, s.from)), sub(s.to, s.from))
	return add(s.earned, mul(done, sub(s.fee, s.earned)))
}

// stretches lays the unit's terms end to end, and lets each SLA grant so far lengthen one of them, and each change of
// configuration add to one of them.
func (u *unit) stretches(t civil.Instant) (list []stretch) {
	opening := u.beganAt.Date()
	happened := map[int]func(){}
	for i, term := range u.terms {
		from, to := whole(int64(term.start()-opening)), whole(int64(term.last()-opening))
		list = append(list, stretch{part: term.parts[0], term: i, earned: whole(0),
			fee: term.parts[0].price(), from: from, to: to})
		for _, p := range term.parts[1:] {
			happened[p.seq] = func() {
				base := list[slices.IndexFunc(list, func(s stretch) bool { return s.term == i })]
				from := smaller(larger(whole(p.day+term.begins()-p.begun), base.from), base.to)
				list = append(list, stretch{part: p, term: i, earned: whole(0), fee: p.price(), from: from, to: base.to})
			}
		}
	}
	if u.contract.policy(u.contract.orderAt).revenuePattern != events.Nominal {
		for _, g := range u.settledGrants(t) {
			happened[g.share.seq] = func() { u.lengthen(list, g.share.at, g.share.term, g.share.known, g.seconds) }
		}
		for _, g := range u.gifts {
			happened[g.seq] = func() { u.lengthen(list, g.at, g.term, g.known, g.seconds) }
		}
	}
	for _, seq := range slices.Sorted(maps.Keys(happened)) {
		happened[seq]()
	}
	return list
}

// lengthen spreads what is not earned of a term over its remaining days and the time granted; later terms move on. A
// grant after its term lengthens the one running then, a grant before its term the whole of it.
func (u *unit) lengthen(list []stretch, at civil.Instant, term *term, known int, granted *big.Rat) {
	day, days := whole(u.day(at)), div(granted, whole(86_400))
	if days.Sign() == 0 {
		return
	}
	k := slices.Index(u.terms, term)
	sinceOpening := seconds(u.position(at).Sub(u.beganAt.Date().End()))
	for k < known-1 && sinceOpening.Cmp(mul(endOf(list, k), whole(86_400))) >= 0 {
		k++
	}
	for i, s := range list {
		if s.term == k && day.Cmp(s.from) > 0 {
			list[i].earned, list[i].from = s.at(day), smaller(day, s.to)
		}
		if s.term > k {
			list[i].from = add(s.from, days)
		}
		if s.term >= k {
			list[i].to = add(s.to, days)
		}
	}
}

// endOf is the day on which the k-th term ends.
func endOf(list []stretch, k int) *big.Rat {
	return list[slices.IndexFunc(list, func(s stretch) bool { return s.term == k })].to
}

// earned is what is earned of an invoice at t, over all units that did not end alone.
func (c *contract) earned(t civil.Instant, inv *invoice) *big.Rat { return earnedBy(c.live(), t, inv) }

func earnedBy(units []*unit, t civil.Instant, inv *invoice) *big.Rat {
	sum := whole(0)
	for _, u := range units {
		for _, s := range u.stretches(t) {
			if s.part.invoice == inv {
				sum = add(sum, s.at(whole(u.day(t))))
			}
		}
	}
	return sum
}

// serviceRevenue is the revenue of the terms while the contract has not been terminated: prepaid rounded once, postpaid
// rounded by invoice.
func (c *contract) serviceRevenue(t civil.Instant) money.Fen {
	exact, rounded := whole(0), money.Fen(0)
	for _, inv := range c.effective {
		e := add(c.earned(t, inv), inv.keptOf())
		exact = add(exact, e)
		mine := round(e)
		if inv.kept != nil {
			mine = min(mine, inv.payable()-inv.lost) // what was released is rounded end by end
		}
		if inv.kept != nil && c.ending != nil {
			mine = inv.payable() - inv.lost
		}
		rounded += mine
	}
	if c.prepaid() {
		return round(exact)
	}
	return rounded
}

// holds is what the customer paid of an invoice and did not get back or lose with units that ended.
func (inv *invoice) holds() money.Fen { return inv.paid - inv.refunded - inv.creditBack - inv.lost }

// liability is the contract liability: prepaid what was paid, or is owed of an order in use, and is not earned;
// postpaid what was paid or has fallen due and is not earned, with units that ended rounded by invoice.
func (c *contract) liability(t civil.Instant) money.Fen {
	if c.prepaid() {
		sum := c.owed(c.invoices[0])
		for _, inv := range c.effective {
			sum += inv.holds()
		}
		return sum - c.serviceRevenue(t)
	}
	base, exact := money.Fen(0), whole(0)
	for _, inv := range c.effective {
		mine, e := inv.holds(), add(c.earned(t, inv), inv.keptOf())
		if inv.isOverdue(t) {
			mine = inv.payable() - inv.lost
		}
		if len(c.live()) < len(c.units) {
			e = fen(round(e))
		}
		if inv.kept != nil && c.ending != nil {
			continue
		}
		if fen(mine).Cmp(e) >= 0 {
			base, exact = base+mine, add(exact, e)
		}
	}
	return base - round(exact)
}

// chargeRevenue is the revenue of charges: earned when they are added (4.3), usage by the days of its period.
func (c *contract) chargeRevenue() (sum money.Fen) {
	for _, inv := range c.invoices {
		if inv.kind == forCharge {
			sum += round(c.usageEarned(inv))
		}
	}
	return sum
}

// usageEarned is what is earned of a charge by now.
func (c *contract) usageEarned(inv *invoice) *big.Rat {
	if !inv.usage || inv.period.To.IsZero() {
		return fen(inv.amount)
	}
	all := int64(inv.period.To-inv.period.From) + 1
	begun := clampDays(int64(c.now().Sub(inv.period.From.Start()).CeilDays()), all)
	return mul(fen(inv.amount), ratio(begun, all))
}

// usageAhead is what was paid for usage, or has fallen due, and is not earned yet.
func (c *contract) usageAhead() (sum money.Fen) {
	for _, inv := range c.invoices {
		if inv.kind != forCharge || !inv.usage {
			continue
		}
		mine := inv.paid
		if inv.isOverdue(c.now()) {
			mine = inv.amount
		}
		sum += max(0, mine-round(c.usageEarned(inv)))
	}
	return sum
}
