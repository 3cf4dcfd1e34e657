package projections

import (
	"cmp"
	"container/heap"
	"slices"
	"sort"

	"github.com/shopspring/decimal"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A court may find a late fee too high and cut it (11.4, CC 585(2)): to a rate a day, for all days past and to come, or
// to a sum that it never exceeds. What was reduced otherwise is taken off after that. Late fee that was paid above what
// is left pays the invoice's principal, and then what any money left over does.

var (
	ruleLateFeeCut = Rule{"11.4", "法院裁减滞纳金：按裁定的日利率自始重算，或以裁定总额为限。",
		"A court has cut the late fee: to a rate a day from the beginning, or to a sum that it never exceeds."}
	ruleLateFeeReturned = Rule{"CC 985", "多付的滞纳金转抵本金，余额另行抵充或退回余额。",
		"Late fee paid above what is left of it pays principal, else what any money left over does."}
)

// rateCut is a rate that a day's rate is at most.
type rateCut struct {
	rate    decimal.Decimal
	history history // of the terms, with that
}

// feePool is a sum that the late fees of several invoices together are at most. Once they have come to it, it is
// divided over them.
type feePool struct {
	total    money.Fen
	invoices []*invoice
	event    *events.Event
	day      civil.Date // on which it was last looked at
}

// cutLateFee cuts the late fee of an invoice, or of all there are.
func (c *contract) cutLateFee(e *events.Event, d *events.LateFeeCapped) {
	list := slices.Concat(c.invoices, c.charges)
	if d.Invoice != "" {
		i := c.byID[d.Invoice]
		if i == nil {
			c.except(e, InvoiceUnknown, "the contract has no such invoice")
			return
		}
		list = []*invoice{i}
	}
	if d.Total == nil {
		c.cutRate(e, list, d.Rate.Rate)
	} else {
		c.cutTotal(e, list, d.Total.Fen)
	}
	c.returnLateFees(list)
}

// cutRate has invoices bear at most a rate a day, from the beginning. Of several rates the least holds.
func (c *contract) cutRate(e *events.Event, list []*invoice, rate decimal.Decimal) {
	cut := &rateCut{rate, c.versions().atMost(rate)}
	for _, i := range list {
		c.account.step()
		if i.cut == nil || rate.LessThan(i.cut.rate) {
			i.cut, i.cutBy = cut, e
			c.bearAgain(i)
		}
	}
}

// atMost is the history with a rate of the late fee that is nowhere above one.
func (h history) atMost(rate decimal.Decimal) history {
	list := make(history, len(h))
	for n, v := range h {
		v.terms.LateFeeRate = decimal.Min(v.terms.LateFeeRate, rate)
		list[n] = version{from: v.from, terms: v.terms, event: v.event}
	}
	return list.summed()
}

// bearAgain works out what the parts of an invoice's principal have borne, at the rates that hold now.
func (c *contract) bearAgain(i *invoice) {
	i.borne, i.former = borneFee{}, borneFee{}
	for _, p := range i.parts {
		c.account.step()
		sum := &i.borne
		if p.former {
			sum = &i.former
		}
		sum.add(p.principal, &arrears{rates: c.feeRates(i).over(p.due, p.days)})
	}
}

// cutTotal has the late fees of invoices together come to at most a sum, those of the earliest due date first.
func (c *contract) cutTotal(e *events.Event, list []*invoice, total money.Fen) {
	p := feePool{total: total, invoices: list, event: e, day: lastBegun(c.account.now)}
	if len(list) == 1 {
		list[0].limitFee(total, e)
	} else if !c.isExhausted(&p, p.day) {
		c.pools = append(c.pools, p)
	} else {
		c.divide(&p, p.day, func(*invoice) money.Fen { return 0 })
	}
}

// dividePools divides the sums to which late fees have come by t, as they stood on the day on which they came to them.
// It is called before anything happens to the principal.
func (c *contract) dividePools(t civil.Instant) {
	if len(c.pools) == 0 {
		return
	}
	today := lastBegun(t)
	var divided []*invoice
	c.pools = slices.DeleteFunc(c.pools, func(p feePool) bool {
		if p.day >= today || !c.isExhausted(&p, today) {
			return false
		}
		days := sort.Search(int(today-p.day), func(n int) bool { return c.isExhausted(&p, p.day+1+civil.Date(n)) })
		c.divide(&p, p.day+1+civil.Date(days), (*invoice).taken)
		divided = append(divided, p.invoices...)
		return true
	})
	for n := range c.pools {
		if p := &c.pools[n]; p.day < today {
			p.day = today
			heap.Push(&c.bearing.asleep, sleeper{today + 1, p.invoices[0]}) // to look again tomorrow
		}
	}
	for _, i := range divided {
		if i.open {
			c.withdraw(i)
			c.file(i)
		}
	}
}

// isExhausted reports whether late fees have come to a sum on a day.
func (c *contract) isExhausted(p *feePool, day civil.Date) bool {
	var sum money.Fen
	for _, i := range p.invoices {
		c.account.step()
		sum += c.lateFeeCut(i, day.End())
	}
	return sum >= p.total
}

// divide divides a sum as late fees stood on a day: to each invoice what is reserved for it, and the rest to those of
// the earliest due date first.
func (c *contract) divide(p *feePool, day civil.Date, reserved func(*invoice) money.Fen) {
	rest := p.total
	for _, i := range p.invoices {
		rest -= reserved(i)
	}
	slices.SortStableFunc(p.invoices, compareDates)
	for _, i := range p.invoices {
		c.account.step()
		part := min(rest, c.lateFeeCut(i, day.End())-reserved(i))
		rest -= part
		i.limitFee(reserved(i)+part, p.event)
	}
}

// limitFee has the late fee come to at most a sum. Of several the least holds.
func (i *invoice) limitFee(sum money.Fen, by *events.Event) {
	if i.most == nil || sum < *i.most {
		i.most, i.cutBy = &sum, by
	}
}

// compareDates orders invoices by due date, those without one last.
func compareDates(i, j *invoice) int { return cmp.Or(cmp.Compare(i.date(), j.date()), i.compare(j)) }

// taken is what was paid or let go of an invoice's late fee.
func (i *invoice) taken() money.Fen { return i.feePaid + i.feeReduced }

// returnLateFees finds, after late fees have become less, what was paid above them, and pays other debts with it.
func (c *contract) returnLateFees(list []*invoice) {
	slices.SortStableFunc(list, compareDates)
	for n := range c.pools {
		c.pools[n].day = min(c.pools[n].day, lastBegun(c.account.now)-1) // today's late fees are others now
	}
	above := make([]money.Fen, len(list))
	for n, i := range list {
		c.account.step()
		i.accruedDays = -1
		c.withdraw(i)
		above[n] = c.lateFeePaidAbove(i)
		c.file(i)
	}
	for n, i := range list {
		if above[n] > 0 {
			c.payWithLateFee(i, above[n])
		}
	}
	c.queueDebts()
}

// lateFeePaidAbove takes what was let go of or paid above an invoice's late fee off that, and returns what was paid.
func (c *contract) lateFeePaidAbove(i *invoice) money.Fen {
	accrued := c.lateFeeAccrued(i, c.account.now)
	if surplus := i.feeReduced - accrued; surplus > 0 {
		c.reduceLateFee(i, -surplus)
	}
	above := i.feePaid - (accrued - i.feeReduced)
	if above > 0 {
		c.payLateFee(i, -above)
	}
	return max(0, above)
}

// payWithLateFee pays principal with late fee that need not have been paid, or due debts, or leaves it in the wallet.
func (c *contract) payWithLateFee(i *invoice, amount money.Fen) {
	part := min(amount, i.unpaid())
	c.payPrincipal(i, part)
	c.account.credit(c.payElsewhere(amount-part), &ruleLateFeeReturned, c)
	c.afterPayment()
}
