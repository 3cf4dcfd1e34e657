package projections

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/shopspring/decimal"

	"zhangben/events/civil"
)

// Debts are paid by date, those of one date pro rata (CC 560). They are kept in that order: an invoice is put in its
// place when it comes and taken out when nothing is left of it, so a payment looks at the debts that it pays, and not
// at all there are. Where many share one date, each payment is a part of each of them, and takes as many steps.

// dueDay are invoices of one date, as they are listed.
type dueDay struct {
	date     civil.Date
	invoices []*invoice
}

// dueDays are the days with any invoice, earliest first.
type dueDays []*dueDay

func (days dueDays) search(date civil.Date) (n int, found bool) {
	compare := func(day *dueDay, date civil.Date) int { return cmp.Compare(day.date, date) }
	return slices.BinarySearchFunc(days, date, compare)
}

// put puts an invoice in its place.
func (days *dueDays) put(i *invoice, date civil.Date) {
	n, found := days.search(date)
	if !found {
		*days = slices.Insert(*days, n, &dueDay{date: date})
	}
	day := (*days)[n]
	place, _ := slices.BinarySearchFunc(day.invoices, i, (*invoice).compare)
	day.invoices = slices.Insert(day.invoices, place, i)
}

// drop takes an invoice out, if it is there.
func (days *dueDays) drop(i *invoice, date civil.Date) {
	n, found := days.search(date)
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

// bearing are the invoices that bear late fee. Those of which late fee is outstanding are kept by due date; the others
// sleep until the day on which it may have grown to a fen, so that a payment looks at none of them.
type bearing struct {
	outstanding dueDays
	asleep      sleepers
}

// sleeper is an invoice without late fee outstanding before a day. It counts as long as the invoice sleeps until then.
type sleeper struct {
	until   civil.Date
	invoice *invoice
}

// sleepers are a heap for container/heap, the earliest first.
type sleepers []sleeper

func (s sleepers) Len() int           { return len(s) }
func (s sleepers) Less(i, j int) bool { return s[i].until < s[j].until }
func (s sleepers) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *sleepers) Push(x any)        { *s = append(*s, x.(sleeper)) }

func (s *sleepers) Pop() any {
	last := len(*s) - 1
	popped := (*s)[last]
	*s = (*s)[:last]
	return popped
}

func (b *bearing) sleep(i *invoice, until civil.Date) {
	i.sleepsUntil = until
	heap.Push(&b.asleep, sleeper{until, i})
}

func (b *bearing) drop(i *invoice) {
	if i.sleepsUntil == 0 {
		b.outstanding.drop(i, i.due)
	}
	i.sleepsUntil = 0
}

// lateFeesOutstanding are the days with late fee outstanding, after those whose late fee has grown have woken.
func (c *contract) lateFeesOutstanding() dueDays {
	b, today := &c.bearing, lastBegun(c.account.now)
	c.dividePools(c.account.now)
	if len(b.asleep) > 0 && b.asleep[0].until <= today {
		defer c.queueDebts()
	}
	for len(b.asleep) > 0 && b.asleep[0].until <= today {
		c.account.step()
		woken := heap.Pop(&b.asleep).(sleeper)
		i := woken.invoice
		switch {
		case i.sleepsUntil != woken.until:
		case c.lateFee(i, c.account.now) > 0:
			i.sleepsUntil = 0
			b.outstanding.put(i, i.due)
		default:
			b.sleep(i, c.lateFeeGrows(i, today))
		}
	}
	return b.outstanding
}

// lateFeeGrows is the first day after today for which late fee of the invoice is outstanding if nothing happens, or a
// day past all instants. What may happen puts it off only: principal is paid or late fee reduced, the contract ends.
func (c *contract) lateFeeGrows(i *invoice, today civil.Date) civil.Date {
	taken := i.feePaid + i.feeReduced
	if i.unpaid() == 0 || i.most != nil && taken >= *i.most {
		return never
	}
	missing := decimal.New(10*int64(taken)+5, -1).Sub(i.former.decimal()) // half a fen more than was taken is rounded up
	principal := i.asked()
	if !c.bearsOnAmount(i) {
		principal, missing = i.unpaid(), missing.Sub(i.borne.decimal())
	}
	h := c.feeRates(i)
	day := h.reaches(h.ratesUntil(i.due).Add(quotientUp(missing, decimal.NewFromInt(int64(principal)), 9)))
	if int(day-i.due) > c.feeDays(i.due, civil.End) {
		return never
	}
	return max(day, today+1, i.due+1)
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
	if i.owed && i.due != 0 {
		c.account.expectDebit(i.due.End())
	}
	if !i.owed || i.isDischarged(c) {
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
		until := i.due + 1
		if i.extended {
			until = min(until, lastBegun(c.account.now))
		}
		c.bearing.sleep(i, until)
		if i.grantsEnd() && i.unpaid() > 0 {
			c.fees.put(i, i.due)
		}
	}
	c.queueDebts()
}

// principalSettled takes an invoice of which no principal is left out of the debts that it no longer has.
func (c *contract) principalSettled(i *invoice) {
	switch {
	case !i.open:
	case i.owesNoLateFee(c):
		c.withdraw(i)
	default:
		c.dropPrincipal(i)
	}
}

// lateFeeLess takes out of the debts what is no longer left of an invoice after late fee was paid or let go of.
func (c *contract) lateFeeLess(i *invoice) {
	switch {
	case !i.open || !i.owesNoLateFee(c):
	case i.unpaid() == 0:
		c.withdraw(i)
	default:
		c.bearing.drop(i)
		c.bearing.sleep(i, c.lateFeeGrows(i, lastBegun(c.account.now)))
		c.queueDebts()
	}
}

func (c *contract) dropPrincipal(i *invoice) {
	switch {
	case i.isPlainCharge():
		c.plain.drop(i, i.addedOn)
	default:
		c.unpaid.drop(i, i.date())
	}
	if i.due != 0 && i.grantsEnd() {
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
