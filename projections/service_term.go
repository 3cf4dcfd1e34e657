package projections

import (
	"sort"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// serviceTerm is one term of a unit's service in effect: the order's, then each renewal's. All terms are counted from
// the day of provisioning, so that N months end on the same day however they were bought, and a month's end is clamped
// (CC 202).
type serviceTerm struct {
	fee     int           // which of the invoices served pays it
	since   civil.Instant // when it came into effect
	months  int           // of all terms up to and with this one
	days    int           // the same, of terms counted in days; they follow the months
	own     civil.Term
	bonuses []bonus   // time sold together with it
	share   money.Fen // of the fee, for one server
}

// addTerm puts a term behind those in effect of the servers named, and brings those back that had run out. Its fee is
// split over them by largest remainder (C-一).
func (c *contract) addTerm(i *invoice, t civil.Term, servers []*server) {
	p := serviceTerm{fee: c.serve(i), since: c.account.now, own: t, share: i.payable() / money.Fen(len(servers))}
	odd := int(i.payable() % money.Fen(len(servers)))
	c.extend(servers[odd:], p)
	p.share++
	c.extend(servers[:odd], p)
	c.addBonuses(i)
	c.reopen()
}

// extend puts a term behind those of servers.
func (c *contract) extend(servers []*server, p serviceTerm) {
	for _, u := range c.unitsOf(servers) {
		if u.beginsAnew() {
			u.beginAnew()
		}
		u.extend(p)
		u.revive(c.account.now)
	}
}

// extend puts a term behind the unit's.
func (u *unit) extend(p serviceTerm) {
	p.months, p.days = p.own.Months(), p.own.Days()
	if n := len(u.terms); n > 0 {
		p.months += u.terms[n-1].months
		p.days += u.terms[n-1].days
	}
	u.terms = append(u.terms, p)
}

// revive brings a unit back that had run out, if its term goes on now.
func (u *unit) revive(now civil.Instant) {
	out := u.outAt
	if out.IsZero() {
		return
	}
	u.outAt = civil.Instant{}
	if end := u.runsOutAt(now); !end.IsZero() && !end.After(now) {
		u.outAt = out
		return
	}
	u.lapses = u.lapses.add(interval{out, now})
}

// boundary is the last date of a number of months and days from provisioning: the term ends at its 24:00. The day of
// provisioning is not counted (CC 201).
func (u *unit) boundary(months, days int) civil.Date {
	return u.startedAt.Date().AddMonths(months) + civil.Date(days)
}

// lastDay is the last date of term k; that of term -1 is the day of provisioning.
func (u *unit) lastDay(k int) civil.Date {
	if k < 0 {
		return u.startedAt.Date()
	}
	return u.boundary(u.terms[k].months, u.terms[k].days)
}

// span returns the days before term k and up to its end, counted from the day after provisioning.
func (u *unit) span(k int) (from, to int) {
	first := u.lastDay(-1)
	return int(u.lastDay(k-1) - first), int(u.lastDay(k) - first)
}

// seconds is the length of term k in seconds.
func (u *unit) seconds(k int) int64 {
	from, to := u.span(k)
	return int64(to-from) * 86_400
}

// paidEnd is when the terms in effect end by the calendar, without pauses and SLA time.
func (u *unit) paidEnd() civil.Instant { return u.lastDay(len(u.terms) - 1).End() }

// startOf is the first instant of term k on the unit's clock.
func (u *unit) startOf(k int) civil.Instant {
	if k == 0 {
		return u.startedAt
	}
	return u.lastDay(k - 1).End()
}

// servedDays counts the days of service until t on a clock that stands still during pauses: the day of provisioning is
// not counted, a started day in full, and 00:00 is 24:00 of the day before.
func (u *unit) servedDays(clock civil.Instant) int {
	return max(0, clock.Sub(u.startedAt.Date().End()).CeilDays())
}

// termAt is the term in which an instant of such a clock lies; after the last, the last.
func (u *unit) termAt(clock civil.Instant) int {
	k := sort.Search(len(u.terms), func(k int) bool { return clock.Before(u.lastDay(k).End()) })
	return min(k, len(u.terms)-1)
}
