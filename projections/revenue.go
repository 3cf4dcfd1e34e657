package projections

import (
	"fmt"
	"math/big"
	"slices"
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
	sums := make([]money.Exact, len(c.served))
	respread := c.orderTerms().RevenuePattern == events.Respread
	for _, u := range c.units {
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
	sums := make([]money.Exact, len(c.served))
	for _, u := range c.units {
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
}

// fee is the servers' share of what term k costs.
func (u *unit) fee(k int) money.Fen { return u.terms[k].share * money.Fen(u.count()) }

// scheduledTerm is one term on a unit's axis of days, which begins the day after provisioning and has SLA time worked
// in.
type scheduledTerm struct {
	fee       money.Fen
	from, end civil.Duration // from the beginning of the axis
	num, den  *big.Int       // the share of the fee that was not yet earned at from; nil for all of it
}

// earned is what is earned of the fee when so much of the axis is over.
func (s *scheduledTerm) earned(over civil.Duration) (sum money.Exact) {
	if over.Compare(s.end) >= 0 {
		sum.Add(s.fee)
		return sum
	}
	num, den := s.left(over)
	if num.Cmp(den) < 0 {
		sum.Add(s.fee)
		sum.AddFraction(new(big.Int).Mul(num, big.NewInt(-int64(s.fee))), den)
	}
	return sum
}

// left is the share of the fee that is not yet earned when so much of the axis is over: from the last spread on, it
// falls evenly to nothing.
func (s *scheduledTerm) left(over civil.Duration) (num, den *big.Int) {
	num, den = big.NewInt(1), big.NewInt(1)
	if over.Compare(s.from) > 0 {
		num, den = quotient(s.end.Sub(civil.Shorter(over, s.end)), s.end.Sub(s.from))
	}
	if s.num != nil {
		num.Mul(num, s.num)
		den.Mul(den, s.den)
	}
	return num, den
}

// spread makes the term longer by SLA time from a day within it on. Shares are products over all spreads, which grow
// long; they are not reduced, for that would take the square of their length each time.
func (s *scheduledTerm) spread(over, granted civil.Duration) {
	if over.Compare(s.from) > 0 {
		s.num, s.den = s.left(over)
		s.from = civil.Shorter(over, s.end)
	}
	s.end = s.end.Add(granted)
}

// addRespread adds the servers' shares of each term along its respread axis.
func (u *unit) addRespread(sums []money.Exact, t civil.Instant) {
	served := civil.Days(u.servedDays(u.clock(t)))
	for k, s := range u.schedule() {
		sums[u.terms[k].fee].AddExact(s.earned(served))
	}
}

// schedule lays the terms on the unit's axis and works the grants in, one after the other.
func (u *unit) schedule() []scheduledTerm {
	var list []scheduledTerm
	for n := range u.grants {
		g := &u.grants[n]
		list = u.scheduleUntil(list, g.at)
		u.spreadGrant(list, g)
	}
	return u.scheduleUntil(list, civil.End)
}

// scheduleUntil appends the terms that came into effect until t, each behind the one before.
func (u *unit) scheduleUntil(list []scheduledTerm, t civil.Instant) []scheduledTerm {
	for k := len(list); k < len(u.terms) && !u.terms[k].since.After(t); k++ {
		from, to := u.span(k)
		s := scheduledTerm{fee: u.fee(k)}
		if k > 0 {
			s.from = list[k-1].end
		}
		s.end = s.from.Add(civil.Days(to - from))
		list = append(list, s)
	}
	return list
}

// spreadGrant spreads what is left of the fee of the term in which the outage started over its remaining days and the
// SLA days. Where SLA time has moved that term away from the day of the grant, the running term takes them, or the term
// takes them when it comes. Later terms move on.
func (u *unit) spreadGrant(list []scheduledTerm, g *grant) {
	if g.granted.IsZero() {
		return
	}
	at := u.clock(g.at).Sub(u.provisionedAt.Date().End())
	k := g.term
	for k < len(list)-1 && at.Compare(list[k].end) >= 0 {
		k++
	}
	list[k].spread(civil.Days(u.servedDays(u.clock(g.at))), g.granted)
	for n := k + 1; n < len(list); n++ {
		u.contract.account.step()
		list[n].from, list[n].end = list[n].from.Add(g.granted), list[n].end.Add(g.granted)
	}
}

// quotient is one duration over another, the other not zero, as short as it is in seconds or else in nanoseconds.
func quotient(a, b civil.Duration) (num, den *big.Int) {
	r := ratSeconds(a)
	r.Quo(r, ratSeconds(b))
	return r.Num(), r.Denom()
}

// ratDays is a duration in days.
func ratDays(d civil.Duration) *big.Rat {
	r := ratSeconds(d)
	return r.Quo(r, big.NewRat(86_400, 1))
}

// earnedBy is what of each term's fee is earned at t while the contract has not been terminated: of a prepaid fee at
// most what is paid. Once the contract has expired all is.
func (c *contract) earnedBy(t civil.Instant) []money.Exact {
	earned := c.earned(t)
	for k := range earned {
		i := c.served[k]
		limit := i.paid
		if i.owed {
			limit = i.amount
		}
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
			return grounds{rule: rule, invoice: i, formula: formula(k), events: []*events.Event{i.event, c.provisioned}}
		})
	}
}

// earnedFormula spells what is earned of a term: days served of its days, or, with SLA time, along the respread axis;
// of a prepaid fee at most what is paid.
func (c *contract) earnedFormula(k int, earned money.Exact, t civil.Instant) string {
	i := c.served[k]
	if c.provisionedAt.IsZero() || c.end.status == Expired || earned.Cmp(i.amount) == 0 {
		return rounded(earned.Rat())
	}
	formula := c.spreadFormula(k, t)
	if !i.owed && earned.Cmp(i.paid) == 0 {
		formula = fmt.Sprintf("min(%s, %v)", formula, i.paid)
	}
	return formula + " = " + rounded(earned.Rat())
}

// spreadFormula spells how a fee is spread, unit by unit; servers of which the same days count come together.
func (c *contract) spreadFormula(fee int, t civil.Instant) string {
	var terms []string
	straight, days := map[string]money.Fen{}, []string{}
	for _, u := range c.units {
		k := slices.IndexFunc(u.terms, func(p serviceTerm) bool { return p.fee == fee })
		switch {
		case k < 0:
		case len(u.grants) > 0 && c.orderTerms().RevenuePattern == events.Respread:
			terms = append(terms, u.respreadFormula(k, t))
		default:
			share := u.straightShare(k, t)
			if straight[share] == 0 {
				days = append(days, share)
			}
			straight[share] += u.fee(k)
		}
	}
	for _, share := range days {
		terms = append(terms, fmt.Sprintf("%v × %s d", straight[share], share))
	}
	return strings.Join(terms, " + ")
}

// straightShare spells how many of a term's days are served.
func (u *unit) straightShare(k int, t civil.Instant) string {
	from, to := u.span(k)
	served := min(max(u.servedDays(u.clock(t))-from, 0), to-from)
	return fmt.Sprintf("%d/%d", served, to-from)
}

func (u *unit) respreadFormula(k int, t civil.Instant) string {
	s := u.schedule()[k]
	served := civil.Days(u.servedDays(u.clock(t)))
	gone := civil.Duration{}
	if s.from.Compare(served) < 0 {
		gone = civil.Shorter(served, s.end).Sub(s.from)
	}
	before := s.earned(s.from)
	base := yuan(before.Rat())
	return fmt.Sprintf("%s + (%v − %s) × %s/%s d", base, s.fee, base, decimals(ratDays(gone)),
		decimals(ratDays(s.end.Sub(s.from))))
}

// addCharged is what was charged for help; it is earned when it is charged.
func (c *contract) addCharged() (sum money.Fen) {
	for _, i := range c.charges {
		sum += c.account.explanation.amount(figureRevenue, i.amount, c, func() grounds {
			return grounds{rule: &ruleCharged, invoice: i, formula: i.amount.String(), events: []*events.Event{i.event}}
		})
	}
	return sum
}
