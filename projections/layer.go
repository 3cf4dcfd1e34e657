package projections

import (
	"math/big"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// layer is what a change of configuration adds to the price of a term, or takes from it, for the days of it that were
// left.
type layer struct {
	term   int           // of the unit
	fee    int           // which of the invoices served it belongs to
	amount money.Fen     // for one server; below zero for less
	from   int           // the days of the term that were over
	since  civil.Instant // when it took effect
}

// addLayer lays a layer on a term from now on: on the days left of it, or, where it is over, of the one that runs.
func (u *unit) addLayer(l layer) {
	if l.amount == 0 {
		return
	}
	now := u.contract.account.now
	l.since = now
	if k := u.termAt(u.clock(now)); l.term <= k {
		total, left := u.daysOf(k)
		l.term, l.from = k, total-left
	}
	u.layers = append(u.layers, l)
	u.addPrice(&l)
}

// monthsOf counts the months of a layer's term from its effect on that have begun, and all of them (6.2.3). A layer on
// a term that was still to come has the term's own.
func (u *unit) monthsOf(l *layer, clock civil.Instant) (begun, whole int) {
	if l.from == 0 {
		return u.begun(l.term, clock), u.wholeTerm(l.term)
	}
	from, end := u.lastDay(l.term-1)+civil.Date(l.from), u.lastDay(l.term)
	for whole = 1; from.AddMonths(whole+1) <= end; {
		whole++
	}
	for begun = 1; begun < whole && clock.After(from.AddMonths(begun).End()); {
		begun++
	}
	return begun, whole
}

// addLayers adds to sums what is earned of a unit's layers by days served.
func (u *unit) addLayers(sums []money.Exact, served int) {
	for _, l := range u.layers {
		u.contract.account.step()
		from, to := u.span(l.term)
		amount := l.amount * money.Fen(u.count())
		switch over := served - from - l.from; {
		case served >= to:
			sums[l.fee].Add(amount)
		case over > 0:
			sums[l.fee].AddShare(amount, int64(over), int64(to-from-l.from))
		}
	}
}

// price is what one server costs over a whole term, in the configuration of an instant.
type price struct {
	fee     money.Fen
	layered *big.Rat // instead of the fee, where there are layers
	seconds int64    // of the term
}

// price is what term k costs at t: each layer as if it had been there from the beginning.
func (u *unit) price(k int, t civil.Instant) price {
	p := price{fee: u.terms[k].share, seconds: u.seconds(k)}
	switch changed := u.termPrice(k); {
	case changed == nil:
	case changed.since[1].After(t):
		p.fee = money.RoundRat(changed.whole[0])
	default:
		p.layered = changed.at(t)
	}
	return p
}

// rat is the price in fen; it is not to be changed.
func (p price) rat() *big.Rat {
	if p.layered != nil {
		return p.layered
	}
	return new(big.Rat).SetInt64(int64(p.fee))
}

// of is the price of some time, in fen.
func (p price) of(d civil.Duration) (worth money.Exact) {
	if p.layered != nil {
		r := ratSeconds(d)
		r.Mul(r, p.layered).Quo(r, new(big.Rat).SetInt64(p.seconds))
		worth.AddFraction(r.Num(), r.Denom())
		return worth
	}
	worth.AddShare(p.fee, d.Seconds(), p.seconds)
	worth.AddShare(p.fee, int64(d.Nanoseconds()), p.seconds*1e9)
	return worth
}

// boundless is more SLA time than any cap leaves, in seconds: some 300,000 years.
const boundless = 10_000_000_000_000

// buys is the time, in whole seconds, that a sum is the price of.
func (p price) buys(sum money.Exact) civil.Duration {
	switch {
	case p.layered != nil && p.layered.Sign() > 0:
		rate := new(big.Rat).Quo(p.layered, new(big.Rat).SetInt64(p.seconds))
		return civil.Seconds(min(sum.OverRat(rate), boundless))
	case p.layered != nil || p.fee == 0:
		return civil.Duration{}
	}
	return civil.Seconds(min(sum.Over(p.fee, 1, p.seconds), boundless))
}

func (p price) String() string {
	if p.layered != nil {
		return fine(p.layered)
	}
	return p.fee.String()
}
