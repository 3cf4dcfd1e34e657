package projections

import (
	"cmp"
	"slices"

	"zhangben/events/civil"
)

// Debts are paid by date, those of one date pro rata (CC 560). They are kept in that order: an invoice is put in its
// place when it comes and taken out when nothing is left of it, so a payment looks at the debts that it pays, and not at
// all there are. Where many share one date, each payment is a part of each of them, and takes as many steps.

// dueDay are invoices of one date, as they are listed.
type dueDay struct {
	date     civil.Date
	invoices []*invoice
}

// dueDays are the days with any invoice, earliest first.
type dueDays []*dueDay

func (days dueDays) find(date civil.Date) (n int, found bool) {
	return slices.BinarySearchFunc(days, date, func(day *dueDay, date civil.Date) int { return cmp.Compare(day.date, date) })
}

// put puts an invoice in its place.
func (days *dueDays) put(i *invoice, date civil.Date) {
	n, found := days.find(date)
	if !found {
		*days = slices.Insert(*days, n, &dueDay{date: date})
	}
	day := (*days)[n]
	place, _ := slices.BinarySearchFunc(day.invoices, i, (*invoice).compare)
	day.invoices = slices.Insert(day.invoices, place, i)
}

// drop takes an invoice out, if it is there.
func (days *dueDays) drop(i *invoice, date civil.Date) {
	n, found := days.find(date)
	if !found {
		return
	}
	day := (*days)[n]
	if place, found := slices.BinarySearchFunc(day.invoices, i, (*invoice).compare); found {
		day.invoices = without(day.invoices, place)
	}
	if len(day.invoices) == 0 {
		*days = without(*days, n)
	}
}

// without is list less one element. The first, which most often goes, is left behind rather than overwritten.
func without[T any](list []T, n int) []T {
	if n == 0 {
		return list[1:]
	}
	return slices.Delete(list, n, n+1)
}

// bearing are the invoices that bear late fee, by due date. Late fees grow at midnight and only then, so on one day those
// of the first days, once seen to have none outstanding, need no second look.
type bearing struct {
	dueDays
	clear int // how many of the first days have no late fee outstanding
	on    civil.Date
}

func (b *bearing) put(i *invoice) {
	b.dueDays.put(i, i.due)
	n, _ := b.find(i.due)
	b.clear = min(b.clear, n)
}

func (b *bearing) drop(i *invoice) {
	days := len(b.dueDays)
	n, _ := b.find(i.due)
	b.dueDays.drop(i, i.due)
	if n < b.clear {
		b.clear -= days - len(b.dueDays)
	}
}

// next is the first day with late fee outstanding, nil for none; fees lists the late fees of a day.
func (b *bearing) next(t civil.Instant, fees func(*dueDay) []debt) []debt {
	if today := lastBegun(t); b.on != today {
		b.on, b.clear = today, 0
	}
	for ; b.clear < len(b.dueDays) && b.dueDays[b.clear].date < b.on; b.clear++ {
		if group := fees(b.dueDays[b.clear]); len(group) > 0 {
			return group
		}
	}
	return nil
}

// lastBegun is the date of which more than the 00:00 is over at t: days before it are overdue at t.
func lastBegun(t civil.Instant) civil.Date {
	if d := t.Date(); d.Start().Before(t) {
		return d
	}
	return t.Date() - 1
}

// file puts what is left of an invoice that is owed among the contract's debts.
func (c *contract) file(i *invoice) {
	if !i.owed || i.isSettled(c) {
		return
	}
	i.open = true
	c.owing++
	switch {
	case i.isPlainCharge():
		c.plain.put(i, i.addedOn)
	case i.unpaid() > 0:
		c.unpaid.put(i, i.date())
	}
	if i.due != 0 {
		c.bearing.put(i)
		if i.isFee() && i.unpaid() > 0 {
			c.fees.put(i, i.due)
		}
	}
}

// refile takes out of the debts what is no longer left of an invoice.
func (c *contract) refile(i *invoice) {
	if !i.open || i.unpaid() > 0 {
		return
	}
	c.dropPrincipal(i)
	if i.isSettled(c) {
		c.withdraw(i)
	}
}

func (c *contract) dropPrincipal(i *invoice) {
	switch {
	case i.isPlainCharge():
		c.plain.drop(i, i.addedOn)
	default:
		c.unpaid.drop(i, i.date())
	}
	if i.due != 0 && i.isFee() {
		c.fees.drop(i, i.due)
	}
}

// withdraw takes an invoice out of all debts.
func (c *contract) withdraw(i *invoice) {
	if !i.open {
		return
	}
	i.open = false
	c.owing--
	c.dropPrincipal(i)
	if i.due != 0 {
		c.bearing.drop(i)
	}
}

// onlyOpen is the invoice with a debt where there is exactly one, else nil.
func (c *contract) onlyOpen() *invoice {
	if c.owing != 1 {
		return nil
	}
	for _, days := range []dueDays{c.bearing.dueDays, c.unpaid, c.plain} {
		if len(days) > 0 {
			return days[0].invoices[0]
		}
	}
	return nil
}
