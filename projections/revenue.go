package projections

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Revenue is recognised straight-line by day over each term (a stand-ready service), not during pauses. SLA time makes
// the days longer, not the fee: what is not yet earned of the term is spread over its remaining days and the SLA days.

// earned is what of each period's fee is earned at t, exactly.
func (c *contract) earned(t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.periods))
	if c.provisionedAt.IsZero() {
		return sums
	}
	respread := c.orderTerms().RevenuePattern == events.Respread
	for _, u := range c.alike() {
		if respread && len(u.grants) > 0 {
			u.addRespread(sums, t)
		} else {
			u.addStraight(sums, t)
		}
	}
	return sums
}

// earnedByDays is the same by the days of the nominal terms: SLA time counts neither way (settlements).
func (c *contract) earnedByDays(t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.periods))
	if c.provisionedAt.IsZero() {
		return sums
	}
	for _, u := range c.alike() {
		u.addStraight(sums, t)
	}
	return sums
}

// alike gives the units, or, where none has a history of its own, one that stands for the whole line.
func (c *contract) alike() []*unit {
	for _, u := range c.units {
		if len(u.grants) > 0 || len(u.suspensions) > 0 {
			return c.units
		}
	}
	return []*unit{{contract: c, index: wholeLine}}
}

// orderTerms is the version in force at the order.
func (c *contract) orderTerms() *Terms { return c.terms(c.orderedAt) }

// addStraight adds the unit's share of each period by days served.
func (u *unit) addStraight(sums []money.Exact, t civil.Instant) {
	c := u.contract
	served := c.servedDays(u.clock(t))
	for k := range c.periods {
		from, to := c.span(k)
		if served <= from {
			break
		}
		sums[k].AddShare(u.fee(&c.periods[k]), int64(min(served, to)-from), int64(to-from))
	}
}

// stretch is one period on a unit's axis of days, counted from the day after provisioning, SLA time included.
type stretch struct {
	fee  *big.Rat // in fen
	base *big.Rat // earned before from
	from *big.Rat
	days *big.Rat // over which the rest is spread
}

func (s *stretch) end() *big.Rat { return new(big.Rat).Add(s.from, s.days) }

// earned is what is earned of the fee when a number of days is over.
func (s *stretch) earned(day *big.Rat) *big.Rat {
	if day.Cmp(s.end()) >= 0 {
		return s.fee
	}
	gone := new(big.Rat).Sub(day, s.from)
	if gone.Sign() <= 0 {
		return s.base
	}
	rest := new(big.Rat).Sub(s.fee, s.base)
	rest.Mul(rest, gone.Quo(gone, s.days))
	return rest.Add(rest, s.base)
}

// spread makes the stretch longer by credit days from a day within it on.
func (s *stretch) spread(day, credit *big.Rat) {
	end := s.end()
	if day.Cmp(end) > 0 {
		day = end
	}
	if day.Cmp(s.from) > 0 {
		s.base, s.from = s.earned(day), day
	}
	s.days = new(big.Rat).Add(new(big.Rat).Sub(end, s.from), credit)
}

// addRespread adds the unit's share of each period along its respread axis.
func (u *unit) addRespread(sums []money.Exact, t civil.Instant) {
	day := new(big.Rat).SetInt64(int64(u.contract.servedDays(u.clock(t))))
	for k, s := range u.axis() {
		sums[k].AddRat(s.earned(day))
	}
}

// axis lays the periods on the unit's axis and works the grants in, one after the other.
func (u *unit) axis() []stretch {
	var list []stretch
	for n := range u.grants {
		g := &u.grants[n]
		list = u.lay(list, g.at)
		u.spreadGrant(list, g)
	}
	return u.lay(list, civil.End)
}

// lay appends the periods that came into effect until t, each behind the one before.
func (u *unit) lay(list []stretch, t civil.Instant) []stretch {
	c := u.contract
	for k := len(list); k < len(c.periods) && !c.periods[k].since.After(t); k++ {
		from, to := c.span(k)
		s := stretch{
			fee:  new(big.Rat).SetInt64(int64(u.fee(&c.periods[k]))),
			base: new(big.Rat), from: new(big.Rat), days: new(big.Rat).SetInt64(int64(to - from)),
		}
		if k > 0 {
			s.from = list[k-1].end()
		}
		list = append(list, s)
	}
	return list
}

// spreadGrant spreads what is left of the fee of the term in which the outage started over its remaining days and the
// SLA days. Where SLA time has moved that term away from the day of the grant, the running term takes them, or the term
// takes them when it comes. Later terms move on.
func (u *unit) spreadGrant(list []stretch, g *grant) {
	credit := ratDays(g.granted)
	if credit.Sign() == 0 {
		return
	}
	c := u.contract
	at := ratDays(u.clock(g.at).Sub(c.provisionedAt.Date().End()))
	k := g.period
	for k < len(list)-1 && at.Cmp(list[k].end()) >= 0 {
		k++
	}
	list[k].spread(new(big.Rat).SetInt64(int64(c.servedDays(u.clock(g.at)))), credit)
	for n := k + 1; n < len(list); n++ {
		list[n].from = new(big.Rat).Add(list[n].from, credit)
	}
}

// ratDays is a duration in days.
func ratDays(d civil.Duration) *big.Rat {
	r := ratSeconds(d)
	return r.Quo(r, big.NewRat(86_400, 1))
}

// charged is what was charged for help up to now; it is earned when it is charged (4.3).
func (c *contract) charged() (sum money.Fen) {
	for _, i := range c.charges {
		sum += i.amount
	}
	return sum
}

// recognised is the revenue from terms at t while the contract has not been terminated, and the exact sum it was
// rounded from. A prepaid fee is earned at most as far as it is paid. Postpaid fees are rounded invoice by invoice.
func (c *contract) recognised(t civil.Instant) (revenue money.Fen, exact []money.Exact) {
	exact = c.earned(t)
	if c.postpaid() {
		for _, e := range exact {
			revenue += e.Round()
		}
		return revenue, exact
	}
	var sum money.Exact
	for k := range exact {
		if paid := c.periods[k].invoice.paid; exact[k].Cmp(paid) > 0 {
			exact[k] = money.Exact{}
			exact[k].Add(paid)
		}
		sum.AddExact(exact[k])
	}
	return sum.Round(), exact
}
