package projections

import (
	"zhangben/events/civil"
	"zhangben/events/money"
)

// earnedByMonths charges each term by the months served, a started one in full (6.2.3), counted from the day of
// provisioning. Of terms counted in days, the days of the months begun are charged.
func (c *contract) earnedByMonths(units []*unit, t civil.Instant) []money.Exact {
	sums := make([]money.Exact, len(c.served))
	for _, u := range units {
		clock := u.clock(t)
		for k := range u.terms {
			sums[u.terms[k].fee].AddShare(u.fee(k), int64(u.begun(k, clock)), int64(u.wholeTerm(k)))
		}
		for n := range u.layers {
			begun, whole := u.monthsOf(&u.layers[n], clock)
			sums[u.layers[n].fee].AddShare(u.layers[n].amount*money.Fen(u.count()), int64(begun), int64(whole))
		}
	}
	return sums
}

// wholeTerm is the length of term k in months, or in days where it is counted so.
func (u *unit) wholeTerm(k int) int {
	if months := u.terms[k].wholeMonths(); months > 0 {
		return months
	}
	from, to := u.span(k)
	return to - from
}

// begun is how much of term k has begun by months, in months or days as wholeTerm counts.
func (u *unit) begun(k int, clock civil.Instant) int {
	p := &u.terms[k]
	months := p.wholeMonths()
	if months == 0 {
		from, to := u.span(k)
		return max(min(u.daysOfMonthsBegun(clock), to)-from, 0)
	}
	if k > 0 && !clock.After(u.lastDay(k-1).End()) {
		return 0
	}
	n := 1
	for n < months && clock.After(u.boundary(p.months-months+n, p.days).End()) {
		n++
	}
	return n
}

// daysOfMonthsBegun counts the days of the months from provisioning that have begun.
func (u *unit) daysOfMonthsBegun(clock civil.Instant) int {
	n := 1
	for clock.After(u.boundary(n, 0).End()) {
		n++
	}
	return int(u.boundary(n, 0) - u.lastDay(-1))
}
