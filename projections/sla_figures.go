package projections

import (
	"fmt"
	"math/big"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// addSLA is the server's SLA time as it is shown: whole seconds, rounded down on the sum.
func (s *server) addSLA(t civil.Instant) SLAFigures {
	u := s.unit
	return SLAFigures{
		OutageSeconds: s.addWhole(figureOutage, len(u.outageTimes),
			func(n int) civil.Duration { return u.outageTimes[n].time },
			func(n int) grounds { return s.outageGrounds(u.outageTimes[n]) }),
		RawSeconds: s.addWhole(figureRaw, len(u.outageTimes),
			func(n int) civil.Duration { return u.outageTimes[n].raw },
			func(n int) grounds { return s.rawGrounds(u.outageTimes[n]) }),
		GrantedSeconds: s.addWhole(figureGranted, len(u.grants),
			func(n int) civil.Duration { return u.grants[n].granted },
			func(n int) grounds { return s.grantGrounds(&u.grants[n]) }),
		Value:              s.addValue(),
		ProvisionalSeconds: s.addProvisional(t),
	}
}

// addWhole adds n lengths of time to a figure in whole seconds: each line is what it adds to the rounded sum.
func (s *server) addWhole(figure string, n int, length func(int) civil.Duration, say func(int) grounds) int64 {
	c, sum := s.unit.contract, civil.Duration{}
	for k := range n {
		next := sum.Add(length(k))
		whole := civil.Seconds(next.Seconds() - sum.Seconds())
		c.account.explanation.duration(figure, whole, c, func() grounds { return say(k) })
		sum = next
	}
	return sum.Seconds()
}

// addValue is what the server's SLA time is worth, half up to the fen on the sum.
func (s *server) addValue() money.Fen {
	u, x := s.unit, s.unit.contract.account.explanation
	value := u.value.Round()
	if !x.wants(figureValue, u.contract) {
		return value
	}
	parts := make([]money.Exact, len(u.grants))
	for n := range u.grants {
		parts[n] = u.grants[n].worth()
	}
	for n, part := range money.Apportion(value, parts) {
		x.amount(figureValue, part, u.contract, func() grounds {
			g := &u.grants[n]
			return grounds{rule: &ruleSLA, server: s, events: g.outage.events, formula: fmt.Sprintf("%v s × %v ÷ %d s = %s",
				g.granted, g.price, g.price.seconds, rounded(g.worth().Rat()))}
		})
	}
	return value
}

// addProvisional is what open outages would earn if they were resolved at t.
func (s *server) addProvisional(t civil.Instant) int64 {
	u := s.unit
	whole := u.provisional(t).Seconds()
	u.contract.account.explanation.duration(figureProvisional, civil.Seconds(whole), u.contract, func() grounds {
		o := u.openCovered()
		return grounds{rule: &ruleProvisional, server: s, events: o.events,
			formula: fmt.Sprintf("%d × %v s, at most the room the fees paid leave", o.multiplier(u),
				u.fresh(o, t).length())}
	})
	return whole
}

func (s *server) outageGrounds(c outageTime) grounds {
	return grounds{rule: &ruleOutage, server: s, events: c.outage.events,
		formula: fmt.Sprintf("%v – %v: %v s not counted before and not suspended", c.outage.from, c.to, c.time)}
}

func (s *server) rawGrounds(c outageTime) grounds {
	return grounds{rule: &ruleSLA, server: s, events: c.outage.events,
		formula: fmt.Sprintf("%d × %v s = %v s", c.outage.multiplier(s.unit), c.time, c.raw)}
}

// fine spells an exact number of fen in yuan so finely that seconds follow from it.
func fine(fen *big.Rat) string {
	r := new(big.Rat).Quo(fen, big.NewRat(100, 1))
	if digits, exact := r.FloatPrec(); !exact || digits > 6 {
		return "≈" + r.FloatString(12)
	}
	return yuan(fen)
}

// grantGrounds spells how a grant was measured: "min(3600000 s, (310.00 − 0.00) ÷ 310.00 × 2678400 s) = 2678400 s".
func (s *server) grantGrounds(g *grant) grounds {
	formula := fmt.Sprintf("min(%v s, (%s − %s) ÷ %v × %d s) = %v s", g.raw, fine(g.fees.Rat()), fine(g.before.Rat()),
		g.price, g.price.seconds, g.granted)
	return grounds{rule: &ruleSLA, server: s, formula: formula, events: g.outage.events}
}
