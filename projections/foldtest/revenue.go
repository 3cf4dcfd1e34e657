package foldtest

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// stretch is how a term's fee is earned: earned up to day from, the rest evenly from there to day to. Days count from
// the opening of the service, without pauses.
type stretch struct {
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

// stretches lays the unit's terms end to end, and lets each SLA grant so far lengthen one of them.
func (u *unit) stretches(t civil.Instant) []stretch {
	c := u.contract
	opening, list := u.beganAt.Date(), make([]stretch, len(c.terms))
	for i, term := range c.terms {
		list[i] = stretch{
			earned: whole(0),
			fee:    fen(c.unitFee(term.invoice, u.index)),
			from:   whole(int64(u.start(term) - opening)),
			to:     whole(int64(u.last(term) - opening)),
		}
	}
	if c.policy(c.orderAt).revenuePattern == events.Nominal {
		return list
	}
	for _, g := range u.settledGrants(t) {
		u.lengthen(list, g)
	}
	return list
}

// lengthen spreads what is not earned of a term over its remaining days and the days granted; later terms move on. A
// grant after its term lengthens the one running then, a grant before its term the whole of it.
func (u *unit) lengthen(list []stretch, g grant) {
	day, days := whole(u.day(g.share.at)), div(g.seconds, whole(86_400))
	if days.Sign() == 0 {
		return
	}
	k := 0
	for u.contract.terms[k] != g.share.term {
		k++
	}
	sinceOpening := seconds(u.position(g.share.at).Sub(u.beganAt.Date().End()))
	for k < g.share.known-1 && sinceOpening.Cmp(mul(list[k].to, whole(86_400))) >= 0 {
		k++
	}
	if day.Cmp(list[k].from) > 0 {
		list[k].earned, list[k].from = list[k].at(day), smaller(day, list[k].to)
	}
	list[k].to = add(list[k].to, days)
	for i := k + 1; i < len(list); i++ {
		list[i].from, list[i].to = add(list[i].from, days), add(list[i].to, days)
	}
}

// earned is what is earned of each term at t, over all units.
func (c *contract) earned(t civil.Instant) []*big.Rat {
	sums := make([]*big.Rat, len(c.terms))
	for i := range sums {
		sums[i] = whole(0)
	}
	for _, u := range c.units {
		for i, s := range u.stretches(t) {
			sums[i] = add(sums[i], s.at(whole(u.day(t))))
		}
	}
	return sums
}

// serviceRevenue is the revenue of the terms while the contract has not been terminated: prepaid rounded once and never
// above what was paid for a term, postpaid rounded by invoice.
func (c *contract) serviceRevenue(t civil.Instant) money.Fen {
	exact, rounded := whole(0), money.Fen(0)
	for i, e := range c.earned(t) {
		exact = add(exact, smaller(e, c.earnable(c.terms[i].invoice)))
		rounded += round(e)
	}
	if c.prepaid() {
		return round(exact)
	}
	return rounded
}

// earnable is the most that can be earned of an invoice: what was paid of a prepaid one; all of an order in use (2.3).
func (c *contract) earnable(inv *invoice) *big.Rat {
	if inv.kind == forOrder {
		return fen(inv.amount)
	}
	return fen(inv.paid)
}

// liability is the contract liability: prepaid what was paid and is not earned, postpaid what was paid or has fallen
// due and is not earned.
func (c *contract) liability(t civil.Instant) money.Fen {
	base, exact := money.Fen(0), whole(0)
	for i, e := range c.earned(t) {
		inv := c.terms[i].invoice
		mine := inv.paid
		if c.prepaid() {
			e = smaller(e, c.earnable(inv))
		} else if !inv.due.IsZero() && notBefore(t, inv.due.End()) {
			mine = inv.amount
		}
		if fen(mine).Cmp(e) >= 0 {
			base, exact = base+mine, add(exact, e)
		}
	}
	return base - round(exact)
}

// chargeRevenue is the revenue of help charges, earned when they are added (4.3).
func (c *contract) chargeRevenue() (sum money.Fen) {
	for _, inv := range c.invoices {
		if inv.kind == forCharge {
			sum += inv.amount
		}
	}
	return sum
}
