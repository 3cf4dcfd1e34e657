package projections

import (
	"fmt"
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/money"
)

// The difference that a change of configuration makes (2.1): the part of the price of the running term that its days
// left are, and all of later terms, times the change of the price. It is rounded once, and split over servers and terms
// by largest remainder.

// remainder is what is left of the prices of a unit's terms, for each of its servers, and what is added to it.
type remainder struct {
	unit  *unit
	term  int        // that runs
	whole *big.Rat   // the price of all of that
	left  []*big.Rat // of it, and of each later term
	added []*big.Rat // to these
}

// remainder works out what is left of the unit's terms.
func (u *unit) remainder() *remainder {
	now := u.contract.account.now
	k := u.termAt(u.clock(now))
	r := &remainder{unit: u, term: k, whole: u.price(k, now).rat()}
	total, left := u.daysOf(k)
	r.left = append(r.left, new(big.Rat).Mul(r.whole, big.NewRat(int64(left), int64(total))))
	for k++; k < len(u.terms); k++ {
		r.left = append(r.left, u.price(k, now).rat())
	}
	return r
}

// daysOf counts the days of term k, and how many of them have not begun.
func (u *unit) daysOf(k int) (total, left int) {
	from, to := u.span(k)
	served := u.servedDays(u.clock(u.contract.account.now))
	return to - from, to - min(max(served, from), to)
}

// priced works out the difference of a change, and its shares.
func (c *contract) priced(e *events.Event, d *events.Changed, servers []*server) *reconfiguration {
	var rest []*remainder
	for _, u := range c.unitsOf(servers) {
		c.account.step()
		rest = append(rest, u.remainder())
	}
	whole := sumOver(rest, func(r *remainder) []*big.Rat { return []*big.Rat{r.whole} })
	for _, r := range rest {
		r.reprice(d.Fee.Fen, whole, len(servers))
	}
	sum := sumOver(rest, func(r *remainder) []*big.Rat { return r.added })
	amount := c.agreedDifference(e, d, roundedMagnitude(sum))
	amount = c.atMostLeft(e, amount, rest)
	return &reconfiguration{product: d.Product, amount: amount, shares: c.shares(amount, rest, servers)}
}

// reprice works out what a new price of the running term, for all servers named, adds to the unit's. Where it cost
// nothing, they share the price equally, and later terms stay as they are.
func (r *remainder) reprice(fee money.Fen, whole *big.Rat, servers int) {
	if whole.Sign() == 0 {
		total, left := r.unit.daysOf(r.term)
		r.added = []*big.Rat{big.NewRat(int64(fee)*int64(left), int64(servers)*int64(total))}
		r.left = r.left[:1]
		return
	}
	growth := new(big.Rat).SetInt64(int64(fee))
	growth.Quo(growth, whole).Sub(growth, big.NewRat(1, 1))
	for _, left := range r.left {
		r.added = append(r.added, new(big.Rat).Mul(left, growth))
	}
}

// sumOver sums something over all servers. The sum is not to be changed.
func sumOver(rest []*remainder, of func(*remainder) []*big.Rat) *big.Rat {
	if len(rest) == 1 && len(of(rest[0])) == 1 && rest[0].unit.count() == 1 {
		return of(rest[0])[0] // a sum of long fractions takes its time
	}
	sum := new(big.Rat)
	for _, r := range rest {
		unit := new(big.Rat)
		for _, part := range of(r) {
			unit.Add(unit, part)
		}
		sum.Add(sum, unit.Mul(unit, new(big.Rat).SetInt64(r.unit.count())))
	}
	return sum
}

// roundedMagnitude rounds a sum that may be below zero by its magnitude.
func roundedMagnitude(sum *big.Rat) money.Fen {
	if sum.Sign() < 0 {
		return -money.RoundRat(new(big.Rat).Neg(sum))
	}
	return money.RoundRat(sum)
}

// agreedDifference is the difference that was agreed, or else that of the rule.
func (c *contract) agreedDifference(e *events.Event, d *events.Changed, byRule money.Fen) money.Fen {
	if d.Difference == nil || d.Difference.Fen == byRule {
		return byRule
	}
	c.except(e, DifferenceDiffers, fmt.Sprintf("by the rule the difference is %v; that agreed counts", byRule))
	return d.Difference.Fen
}

// atMostLeft cuts a difference below zero to what is not earned yet of the units' terms.
func (c *contract) atMostLeft(e *events.Event, amount money.Fen, rest []*remainder) money.Fen {
	left := sumOver(rest, func(r *remainder) []*big.Rat { return r.left })
	if amount >= 0 || left.Cmp(new(big.Rat).SetInt64(int64(-amount))) >= 0 {
		return amount
	}
	unearned := c.unearned(rest)
	if -amount <= unearned {
		return amount
	}
	c.except(e, DifferenceAboveLiability,
		fmt.Sprintf("only %v is not earned yet; the difference is cut to that", unearned))
	return -unearned
}

// unearned is what is not earned yet of the units' terms, of which SLA time may leave more than days do.
func (c *contract) unearned(rest []*remainder) money.Fen {
	var fees money.Fen
	earned := make([]money.Exact, len(c.served))
	for _, r := range rest {
		r.unit.addEarned(earned, c.account.now)
		fees += r.unit.allFees()
	}
	var sum money.Exact
	for k := range earned {
		sum.AddExact(earned[k])
	}
	return max(0, fees-sum.Round())
}

// allFees is what the servers' terms cost, with all changes.
func (u *unit) allFees() (sum money.Fen) {
	for k := range u.terms {
		sum += u.fee(k)
	}
	for n := range u.layers {
		sum += u.layers[n].amount * money.Fen(u.count())
	}
	return sum
}

// shares splits a difference over servers and terms.
func (c *contract) shares(amount money.Fen, rest []*remainder, servers []*server) []priceShare {
	if len(rest) == 1 && len(rest[0].left) == 1 {
		return evenShares(amount, rest[0].term, servers)
	}
	sum := weigh(rest)
	of := make(map[*unit][]money.Exact, len(rest))
	for _, r := range rest {
		for _, added := range r.added {
			of[r.unit] = append(of[r.unit], scaledTo(amount, added, sum))
		}
	}
	var parts []money.Exact
	for _, s := range servers {
		c.account.step()
		parts = append(parts, of[s.unit]...)
	}
	return alike(apportion(amount, parts), rest, servers)
}

// alike puts servers of one history together whose prices change by the same amounts; these are listed server by
// server.
func alike(amounts []money.Fen, rest []*remainder, servers []*server) (list []priceShare) {
	of := make(map[*unit]*remainder, len(rest))
	for _, r := range rest {
		of[r.unit] = r
	}
	found := map[*unit][]int{}
	for _, s := range servers {
		terms := len(of[s.unit].left)
		same := func(n int) bool { return slices.Equal(list[n].amounts, amounts[:terms]) }
		n := slices.IndexFunc(found[s.unit], same)
		if n < 0 {
			n = len(found[s.unit])
			found[s.unit] = append(found[s.unit], len(list))
			list = append(list, priceShare{term: of[s.unit].term, amounts: amounts[:terms]})
		}
		share := &list[found[s.unit][n]]
		share.servers, amounts = append(share.servers, s), amounts[terms:]
	}
	return list
}

// evenShares splits a difference over one term of servers of one history; the first take the odd fen.
func evenShares(amount money.Fen, term int, servers []*server) (list []priceShare) {
	each, odd := amount/money.Fen(len(servers)), int(amount%money.Fen(len(servers)))
	more := each + 1
	if odd < 0 {
		more, odd = each-1, -odd
	}
	if odd > 0 {
		list = append(list, priceShare{servers[:odd], term, []money.Fen{more}})
	}
	return append(list, priceShare{servers[odd:], term, []money.Fen{each}})
}

// weigh is what a difference is split by: what the rule adds, or equal parts where that is nothing.
func weigh(rest []*remainder) (sum *big.Rat) {
	added := func(r *remainder) []*big.Rat { return r.added }
	if sum = sumOver(rest, added); sum.Sign() != 0 {
		return sum
	}
	for _, r := range rest {
		for n := range r.added {
			r.added[n] = big.NewRat(1, 1)
		}
	}
	return sumOver(rest, added)
}

// scaledTo is the magnitude of an amount's part by a weight of a sum of weights.
func scaledTo(amount money.Fen, weight, sum *big.Rat) (part money.Exact) {
	r := new(big.Rat).SetInt64(int64(max(amount, -amount)))
	r.Mul(r, weight).Quo(r, sum)
	part.AddFraction(r.Num(), r.Denom())
	return part
}

// apportion divides an amount, which may be below zero, over parts of its magnitude.
func apportion(amount money.Fen, parts []money.Exact) []money.Fen {
	if amount >= 0 {
		return money.Apportion(amount, parts)
	}
	list := money.Apportion(-amount, parts)
	for n := range list {
		list[n] = -list[n]
	}
	return list
}

// splitByFee splits what is added to the price of term k over the invoices that have a part in it. More is the term's
// own invoice's.
func (u *unit) splitByFee(k int, amount money.Fen, add func(fee int, part money.Fen)) {
	p := u.termPrice(k)
	if amount >= 0 || p == nil {
		add(u.terms[k].fee, amount)
		return
	}
	_, left := u.daysOf(k)
	p.take(-amount, left, func(fee int, part money.Fen) { add(fee, -part) })
}
