package projections

import (
	"fmt"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// addSLA is the unit's SLA time as it is shown: whole seconds, rounded down on the sum.
func (u *unit) addSLA(t civil.Instant) SLAFigures {
	return SLAFigures{
		OutageSeconds: u.addWhole(figureOutage, len(u.outageTimes),
			func(n int) civil.Duration { return u.outageTimes[n].time },
			func(n int) grounds { return u.outageGrounds(u.outageTimes[n]) }),
		RawSeconds: u.addWhole(figureRaw, len(u.outageTimes),
			func(n int) civil.Duration { return u.outageTimes[n].raw },
			func(n int) grounds { return u.rawGrounds(u.outageTimes[n]) }),
		GrantedSeconds: u.addWhole(figureGranted, len(u.grants),
			func(n int) civil.Duration { return u.grants[n].granted },
			func(n int) grounds { return u.grantGrounds(&u.grants[n]) }),
		Value:              u.addValue(),
		ProvisionalSeconds: u.addProvisional(t),
	}
}

// addWhole adds n lengths of time to a figure in whole seconds: each line is what it adds to the rounded sum.
func (u *unit) addWhole(figure string, n int, length func(int) civil.Duration, say func(int) grounds) int64 {
	var sum civil.Duration
	for k := range n {
		next := sum.Add(length(k))
		whole := civil.Seconds(next.Seconds() - sum.Seconds())
		u.contract.account.explanation.duration(figure, whole, u.contract, func() grounds { return say(k) })
		sum = next
	}
	return sum.Seconds()
}

// addValue is what the unit's SLA time is worth, half up to the fen on the sum.
func (u *unit) addValue() money.Fen {
	value, s := u.value.Round(), u.contract.account.explanation
	if !s.wants(figureValue, u.contract) {
		return value
	}
	parts := make([]money.Exact, len(u.grants))
	for n := range u.grants {
		parts[n] = u.worth(&u.grants[n])
	}
	for n, part := range money.Apportion(value, parts) {
		s.amount(figureValue, part, u.contract, func() grounds {
			g := &u.grants[n]
			return grounds{rule: &ruleSLA, unit: u, events: g.outage.events, formula: fmt.Sprintf("%v s × %v ÷ %d s = %s",
				g.granted, u.fee(&u.contract.serviceTerms[g.term]), u.contract.seconds(g.term), rounded(u.worth(g).Rat()))}
		})
	}
	return value
}

// addProvisional is what open outages would earn if they were resolved at t.
func (u *unit) addProvisional(t civil.Instant) int64 {
	whole := u.provisional(t).Seconds()
	u.contract.account.explanation.duration(figureProvisional, civil.Seconds(whole), u.contract, func() grounds {
		o := u.openCovered()
		return grounds{rule: &ruleProvisional, unit: u, events: o.events,
			formula: fmt.Sprintf("%d × %v s, at most the room the fees paid leave", o.multiplier(u.contract),
				u.fresh(o, t).length())}
	})
	return whole
}

func (u *unit) outageGrounds(c outageTime) grounds {
	return grounds{rule: &ruleOutage, unit: u, events: c.outage.events,
		formula: fmt.Sprintf("%v – %v: %v s not counted before and not suspended", c.outage.from, c.outage.to, c.time)}
}

func (u *unit) rawGrounds(c outageTime) grounds {
	return grounds{rule: &ruleSLA, unit: u, events: c.outage.events,
		formula: fmt.Sprintf("%d × %v s = %v s", c.outage.multiplier(u.contract), c.time, c.raw)}
}

// grantGrounds spells how a grant was measured: "min(3600000 s, (310.00 − 0.00) ÷ 310.00 × 2678400 s) = 2678400 s".
func (u *unit) grantGrounds(g *grant) grounds {
	formula := fmt.Sprintf("min(%v s, (%s − %s) ÷ %v × %d s) = %v s", g.raw, yuan(g.fees.Rat()), yuan(g.before.Rat()),
		u.fee(&u.contract.serviceTerms[g.term]), u.contract.seconds(g.term), g.granted)
	return grounds{rule: &ruleSLA, unit: u, formula: formula, events: g.outage.events}
}
