package projections

import (
	"fmt"
	"iter"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Revenue is recognised straight-line by day over each term (a stand-ready service), not during pauses. SLA time makes
// the days longer, not the fee: what is not yet earned of the term is spread over its remaining days and the SLA days.

var ruleRevenue = Rule{"6.1", "服务收入在服务期内按日平均确认；补偿的服务时长只延长天数，不增加费用；暂停期间不确认。",
	"Revenue is recognised evenly by day over the term; SLA time adds days, not fee; " +
		"none is recognised while the term is paused."}

// earned is what of each term's fee is earned at t, exactly.
func (c *contract) earned(t civil.Instant) []money.Exact {
	return c.earnedOf(c.units, t)
}

// earnedOf is the same of some servers.
func (c *contract) earnedOf(units []*unit, t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.served))
	for _, u := range units {
		u.addEarned(sums, t)
	}
	return sums
}

// addEarned adds what is earned of the servers' shares of each term.
func (u *unit) addEarned(sums []money.Exact, t civil.Instant) {
	if u.isRespread() {
		u.addRespread(sums, t)
	} else {
		u.addStraight(sums, t)
	}
}

// isRespread reports whether SLA time, or time given, spreads the fees of the unit's terms over more days.
func (u *unit) isRespread() bool {
	longer := len(u.grants) > u.earlierGrants || len(u.gifts) > 0
	return longer && u.contract.orderTerms().RevenuePattern == events.Respread
}

// earnedByDays is the same by the days of the nominal terms: SLA time counts neither way (settlements).
func (c *contract) earnedByDays(units []*unit, t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.served))
	for _, u := range units {
		u.addStraight(sums, t)
	}
	return sums
}

// orderTerms is the version in force at the order.
func (c *contract) orderTerms() *Terms { return c.terms(c.orderedAt) }

// addStraight adds the servers' shares of each term by days served.
func (u *unit) addStraight(sums []money.Exact, t civil.Instant) {
	served := u.servedDays(u.clock(t))
	for k := range u.terms {
		u.contract.account.step()
		from, to := u.span(k)
		if served <= from {
			break
		}
		sums[u.terms[k].fee].AddShare(u.fee(k), int64(min(served, to)-from), int64(to-from))
	}
	u.addLayers(sums, served)
}

// fee is the servers' share of what term k costs.
func (u *unit) fee(k int) money.Fen { return u.terms[k].share * money.Fen(u.count()) }

// earnedBy is what of each term's fee is earned at t while the contract has not been terminated: of a prepaid fee at
// most what is paid. Once the contract has expired all is.
func (c *contract) earnedBy(t civil.Instant) []money.Exact {
	earned := c.earned(t)
	for k := range earned {
		i := c.served[k]
		limit := i.servicePaid()
		if i.owed || k == 0 {
			limit = i.serviceFee()
		}
		earned[k].AddExact(i.kept)
		if c.end.status == Expired || earned[k].Cmp(limit) > 0 {
			earned[k] = money.Exact{}
			earned[k].Add(limit)
		}
	}
	return earned
}

// inAll rounds what is earned: prepaid fees once over units and terms, postpaid ones invoice by invoice. It returns
// the parts, which add up, by largest remainder.
func (c *contract) inAll(earned []money.Exact) (sum money.Fen, parts func() []money.Fen) {
	if c.postpaid() {
		for k := range earned {
			sum += earned[k].Round()
		}
		return sum, func() []money.Fen {
			list := make([]money.Fen, len(earned))
			for k := range earned {
				list[k] = earned[k].Round()
			}
			return list
		}
	}
	var exact money.Exact
	for k := range earned {
		exact.AddExact(earned[k])
	}
	sum = exact.Round()
	return sum, func() []money.Fen { return money.Apportion(sum, earned) }
}

// addRevenue is the revenue from terms, term by term.
func (c *contract) addRevenue(earned []money.Exact, t civil.Instant) money.Fen {
	sum, parts := c.inAll(earned)
	c.addParts(figureRevenue, &ruleRevenue, parts, 1, func(k int) string { return c.earnedFormula(k, earned[k], t) })
	return sum
}

// addParts adds a line for each term.
func (c *contract) addParts(figure string, rule *Rule, parts func() []money.Fen, sign money.Fen,
	formula func(k int) string) {
	s := c.account.explanation
	if !s.wants(figure, c) {
		return
	}
	for k, part := range parts() {
		s.amount(figure, sign*part, c, func() grounds {
			i := c.served[k]
			n := grounds{rule: rule, invoice: i, formula: formula(k), events: append([]*events.Event{i.event}, c.deliveries...)}
			n.events = append(n.events, i.creditedBy...)
			if i.kept.Cmp(0) != 0 {
				n.events = append(n.events, c.endEvents()...)
			}
			return n
		})
	}
}

// earnedFormula spells what is earned of a term: days served of its days, or, with SLA time, along the respread axis;
// of a prepaid fee at most what is paid.
func (c *contract) earnedFormula(k int, earned money.Exact, t civil.Instant) string {
	i := c.served[k]
	if c.provisionedAt.IsZero() || c.end.status == Expired || earned.Cmp(i.serviceFee()) == 0 {
		return rounded(earned.Rat())
	}
	formula := c.spreadFormula(k, t)
	if !i.owed && earned.Cmp(i.servicePaid()) == 0 {
		formula = fmt.Sprintf("min(%s, %v)", formula, i.servicePaid())
	}
	return formula + " = " + rounded(earned.Rat())
}

// spreadFormula spells how a fee is spread, unit by unit; servers of which the same days count come together.
func (c *contract) spreadFormula(fee int, t civil.Instant) string {
	var parts []string
	straight, days := map[string]money.Fen{}, []string{}
	for _, u := range c.units {
		if u.isRespread() {
			parts = append(parts, u.respreadFormulas(fee, t)...)
			continue
		}
		for share, amount := range u.straightShares(fee, t) {
			if _, seen := straight[share]; !seen {
				days = append(days, share)
			}
			straight[share] += amount
		}
	}
	for _, share := range days {
		parts = append(parts, fmt.Sprintf("%v × %s d", straight[share], share))
	}
	if kept := c.served[fee].kept; kept.Cmp(0) != 0 {
		parts = append(parts, yuan(kept.Rat())) // of servers that ended
	}
	return strings.ReplaceAll(strings.Join(parts, " + "), "+ -", "− ")
}

// straightShares spells, for each amount of a fee that the unit's terms and layers spread, how many of its days are
// served.
func (u *unit) straightShares(fee int, t civil.Instant) iter.Seq2[string, money.Fen] {
	return func(yield func(string, money.Fen) bool) {
		served := u.servedDays(u.clock(t))
		spell := func(k, after int) string {
			from, to := u.span(k)
			from += after
			if from == to {
				return "1/1" // laid on a term of which all days were over
			}
			return fmt.Sprintf("%d/%d", min(max(served-from, 0), to-from), to-from)
		}
		for k := range u.terms {
			if u.terms[k].fee == fee && !yield(spell(k, 0), u.fee(k)) {
				return
			}
		}
		for _, l := range u.layers {
			if l.fee == fee && !yield(spell(l.term, l.from), l.amount*money.Fen(u.count())) {
				return
			}
		}
	}
}

// respreadFormulas spells what is earned of a fee along the unit's schedule, and how much of the rest is over.
func (u *unit) respreadFormulas(fee int, t civil.Instant) (list []string) {
	if u.shown == nil {
		u.shown = u.schedule()
	}
	s := u.shown
	over := s.served(t)
	for n := range s.fees {
		f := &s.fees[n]
		if f.fee != fee {
			continue
		}
		end, gone := s.terms[f.term].end, civil.Duration{}
		if f.from.Compare(end) >= 0 { // laid on a term of which all days were over
			list = append(list, f.amount.String())
			continue
		}
		if f.from.Compare(over) < 0 {
			gone = civil.Shorter(over, end).Sub(f.from)
		}
		before := s.earned(f, f.from)
		base := yuan(before.Rat())
		list = append(list, fmt.Sprintf("%s + (%v − %s) × %s/%s d", base, f.amount, base, decimals(ratDays(gone)),
			decimals(ratDays(end.Sub(f.from)))))
	}
	return list
}

// addCharged is what is earned of charges.
func (c *contract) addCharged(t civil.Instant) (sum money.Fen) {
	for _, i := range c.charges {
		sum += c.account.explanation.amount(figureRevenue, i.chargeEarned(t), c, func() grounds { return i.chargeGrounds(t) })
	}
	return sum
}
