package projections

import (
	"slices"

	"github.com/shopspring/decimal"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// The late fee (2.2.2): for each day overdue, a rate of the principal unpaid on that day, until all of it is settled.
// The due day does not count, the day of payment does (CC 201). It is exact until the one rounding of an invoice's total.

// overdueDays counts the days overdue at t, a started one in full.
func overdueDays(due civil.Date, t civil.Instant) int {
	if due == 0 {
		return 0
	}
	return max(0, t.Sub(due.End()).CeilDays())
}

// lateFeeAccrued is the late fee of an invoice at t, half up to the fen, before adjustments.
func (c *contract) lateFeeAccrued(i *invoice, t civil.Instant) money.Fen {
	if !i.owed || i.due == 0 || !t.After(i.due.End()) {
		return 0
	}
	if !c.running() && c.terms(c.end.at).LateFeeAfterEnd == events.LateFeeStops {
		t = civil.Earlier(t, c.end.at)
	}
	var fee decimal.Decimal
	if c.terms(i.due.End()).LateFeeBase == events.OriginalAmount {
		fee = c.feeOn(i.amount, i, i.settledBy(t))
	} else {
		fee = c.feeOn(i.unpaid(), i, t)
		for _, d := range i.discharges {
			fee = fee.Add(c.feeOn(d.amount, i, civil.Earlier(d.at, t)))
		}
	}
	return money.Fen(fee.Round(0).IntPart())
}

// settledBy is when the principal was settled, t while it is not.
func (i *invoice) settledBy(t civil.Instant) civil.Instant {
	if i.unpaid() > 0 || len(i.discharges) == 0 {
		return t
	}
	return civil.Earlier(t, i.discharges[len(i.discharges)-1].at)
}

// feeOn is the late fee on a part of the principal that stayed unpaid until t.
func (c *contract) feeOn(part money.Fen, i *invoice, t civil.Instant) decimal.Decimal {
	days := overdueDays(i.due, t)
	if part == 0 || days == 0 {
		return decimal.Zero
	}
	return decimal.NewFromInt(int64(part)).Mul(c.rates(i.due, days))
}

// rates sums the rates of the first days overdue; each day has the rate in force at its 00:00.
func (c *contract) rates(due civil.Date, days int) decimal.Decimal {
	if c.pinned != nil || len(c.account.terms) == 1 {
		return c.terms(due.End()).LateFeeRate.Mul(decimal.NewFromInt(int64(days)))
	}
	sum := decimal.Zero
	first, last := due+1, due+civil.Date(days)
	for n, v := range c.account.terms {
		from, to := first, last
		if n > 0 {
			from = max(from, firstMidnight(v.from))
		}
		if n+1 < len(c.account.terms) {
			to = min(to, firstMidnight(c.account.terms[n+1].from)-1)
		}
		if from <= to {
			sum = sum.Add(v.terms.LateFeeRate.Mul(decimal.NewFromInt(int64(to - from + 1))))
		}
	}
	return sum
}

// firstMidnight is the date whose 00:00 is the first at or after t.
func firstMidnight(t civil.Instant) civil.Date {
	d := t.Date()
	if d.Start().Before(t) {
		d++
	}
	return d
}

// lateFee is what of an invoice's late fee is outstanding at t.
func (c *contract) lateFee(i *invoice, t civil.Instant) money.Fen {
	return c.lateFeeAccrued(i, t) - i.feeReduced - i.feePaid
}

// adjustLateFee reduces a late fee by waiver or by a court's decision (11.4); without an invoice, from the earliest due.
func (c *contract) adjustLateFee(e *events.Event, d *events.LateFeeAdjusted) {
	bearing := c.byDueDate()
	if d.Invoice != "" {
		i := c.byID[d.Invoice]
		if i == nil {
			c.except(e, InvoiceUnknown, "the contract has no such invoice")
			return
		}
		bearing = []*invoice{i}
	}
	left := d.Amount.Fen
	for _, i := range bearing {
		part := min(left, c.lateFee(i, e.Time))
		i.feeReduced += part
		left -= part
	}
	if left > 0 {
		c.except(e, AdjustmentAboveLateFee, "more than the late fee outstanding; the surplus of "+left.String()+" has no effect")
	}
	c.forget()
}

// byDueDate lists the open invoices with a due date, earliest first, those of one date in their order.
func (c *contract) byDueDate() []*invoice {
	var list []*invoice
	for _, i := range c.open {
		if i.due != 0 && i.owed {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(x, y *invoice) int { return int(x.due) - int(y.due) })
	return list
}
