package projections

import (
	"sort"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// serviceTerm is one term of service in effect: the order's, then each renewal's. All terms are counted from the day of
// provisioning, so that N months end on the same day however they were bought, and a month's end is clamped (CC 202).
type serviceTerm struct {
	invoice  *invoice
	since    civil.Instant // when it came into effect
	months   int           // of all terms up to and with this one
	days     int           // the same, of terms counted in days; they follow the months
	own      civil.Term
	unitFees []money.Fen // the line's fee split over the units, where there are several
}

// addTerm puts a term behind those in effect, and brings units back that had run out.
func (c *contract) addTerm(i *invoice, t civil.Term) {
	i.inTerms = true
	p := serviceTerm{invoice: i, since: c.account.now, months: t.Months(), days: t.Days(), own: t}
	if n := len(c.serviceTerms); n > 0 {
		p.months += c.serviceTerms[n-1].months
		p.days += c.serviceTerms[n-1].days
	}
	if c.order.Quantity > 1 {
		p.unitFees = money.SplitEvenly(i.amount, c.order.Quantity)
	}
	c.serviceTerms = append(c.serviceTerms, p)
	c.serviceFees += i.amount
	c.moved = true
	for _, u := range c.units {
		u.revive(c.account.now)
	}
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
func (c *contract) boundary(months, days int) civil.Date {
	return c.provisionedAt.Date().AddMonths(months) + civil.Date(days)
}

// lastDay is the last date of term k; that of term -1 is the day of provisioning.
func (c *contract) lastDay(k int) civil.Date {
	if k < 0 {
		return c.provisionedAt.Date()
	}
	return c.boundary(c.serviceTerms[k].months, c.serviceTerms[k].days)
}

// span returns the days before term k and up to its end, counted from the day after provisioning.
func (c *contract) span(k int) (from, to int) {
	first := c.lastDay(-1)
	return int(c.lastDay(k-1) - first), int(c.lastDay(k) - first)
}

// paidEnd is when the terms in effect end by the calendar, without pauses and SLA time.
func (c *contract) paidEnd() civil.Instant { return c.lastDay(len(c.serviceTerms) - 1).End() }

// servedDays counts the days of service until t on a clock that stands still during pauses: the day of provisioning is
// not counted, a started day in full, and 00:00 is 24:00 of the day before.
func (c *contract) servedDays(clock civil.Instant) int {
	return max(0, clock.Sub(c.provisionedAt.Date().End()).CeilDays())
}

// termAt is the term in which an instant of such a clock lies; after the last, the last.
func (c *contract) termAt(clock civil.Instant) int {
	k := sort.Search(len(c.serviceTerms), func(k int) bool { return clock.Before(c.lastDay(k).End()) })
	return min(k, len(c.serviceTerms)-1)
}
