package projections

import (
	"maps"
	"math/big"
	"slices"
	"sort"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// termPrice is what one server costs over a whole term that changes of configuration have laid layers on, as if each
// had been there from the beginning.
type termPrice struct {
	days  int             // of the term
	since []civil.Instant // when each price came to be
	whole []*big.Rat      // the prices
	parts []feePrice      // of the last, by invoice: the term's own, then those of changes
	open  int             // the first part of which anything may be left
}

// feePrice is the part of an invoice in a price.
type feePrice struct {
	fee   int // which of those served
	whole *big.Rat
}

// termPrice is the price of a term with layers, nil without.
func (u *unit) termPrice(k int) *termPrice {
	p := u.prices[k]
	if from, to := u.span(k); p != nil && p.days != to-from {
		u.reprice()
		p = u.prices[k]
	}
	return p
}

// reprice works prices out again, after terms have come to be longer.
func (u *unit) reprice() {
	u.prices = nil
	for n := range u.layers {
		u.contract.account.step()
		u.addPrice(&u.layers[n])
	}
}

// addPrice adds a layer to the price of its term.
func (u *unit) addPrice(l *layer) {
	from, to := u.span(l.term)
	if l.from >= to-from {
		return // no day of the term is left: it is in no price
	}
	p := u.prices[l.term]
	if p == nil {
		p = u.ownPrice(l.term)
	}
	p.add(l)
}

// priceOf is the price of a term, with layers or without.
func (u *unit) priceOf(k int) *termPrice {
	if p := u.termPrice(k); p != nil {
		return p
	}
	return u.ownPrice(k)
}

// ownPrice begins the price of a term with what it costs without layers.
func (u *unit) ownPrice(k int) *termPrice {
	if u.prices == nil {
		u.prices = map[int]*termPrice{}
	}
	from, to := u.span(k)
	own := new(big.Rat).SetInt64(int64(u.terms[k].share))
	u.prices[k] = &termPrice{days: to - from, since: []civil.Instant{{}}, whole: []*big.Rat{own},
		parts: []feePrice{{u.terms[k].fee, own}}}
	return u.prices[k]
}

func (p *termPrice) add(l *layer) {
	added := new(big.Rat).SetInt64(int64(l.amount))
	added.Mul(added, big.NewRat(int64(p.days), int64(p.days-l.from)))
	n, found := slices.BinarySearchFunc(p.parts, l.fee, func(part feePrice, fee int) int { return part.fee - fee })
	if !found {
		p.parts = slices.Insert(p.parts, n, feePrice{l.fee, new(big.Rat)})
	}
	p.parts[n].whole = new(big.Rat).Add(p.parts[n].whole, added)
	if l.amount > 0 {
		p.open = min(p.open, n)
	}
	p.since = append(p.since, l.since)
	p.whole = append(p.whole, added.Add(added, p.whole[len(p.whole)-1]))
}

// at is the price in force at t.
func (p *termPrice) at(t civil.Instant) *big.Rat {
	n := sort.Search(len(p.since), func(n int) bool { return p.since[n].After(t) })
	return p.whole[max(n, 1)-1]
}

// take takes an amount out of what is left of the price with some days to come: out of the term's own invoice first,
// then out of those of changes as they came.
func (p *termPrice) take(amount money.Fen, days int, from func(fee int, part money.Fen)) {
	for n := p.open; n < len(p.parts) && amount > 0; n++ {
		left := new(big.Rat).Mul(p.parts[n].whole, big.NewRat(int64(days), int64(p.days)))
		part := min(amount, max(0, money.RoundRat(left)))
		if part == 0 && n == p.open {
			p.open++
			continue
		}
		from(p.parts[n].fee, part)
		amount -= part
	}
	if amount > 0 {
		from(p.parts[0].fee, amount)
	}
}

// copyPrices makes the prices the unit's own.
func (u *unit) copyPrices() {
	u.prices = maps.Clone(u.prices)
	for k, p := range u.prices {
		own := *p
		own.since, own.whole, own.parts = slices.Clone(p.since), slices.Clone(p.whole), slices.Clone(p.parts)
		u.prices[k] = &own
	}
}
