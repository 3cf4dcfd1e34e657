package foldtest

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// bearsLateFee: fees paid in advance never do (2.2.2), charges do where they have a due date (4.3).
func (c *contract) bearsLateFee(inv *invoice) bool { return !c.prepaid() || inv.kind == forCharge }

// daysOverdue counts from 24:00 of the due date: that day is excluded, a started day counts in full.
func daysOverdue(due civil.Date, t civil.Instant) int {
	if due.IsZero() {
		return 0
	}
	return max(0, t.Sub(due.End()).CeilDays())
}

// lateFee is the late fee outstanding now.
func (c *contract) lateFee(inv *invoice) money.Fen { return c.lateFeeAccrued(inv) - inv.paidFee }

// lateFeeAccrued is the late fee run up by now less adjustments, rounded on the invoice's total.
func (c *contract) lateFeeAccrued(inv *invoice) money.Fen {
	fee := round(c.lateFeeExact(inv))
	if inv.feeAtMost != nil {
		fee = min(fee, *inv.feeAtMost)
	}
	return fee - inv.adjusted
}

// lateFeeExact adds up what each slice of the principal ran up while it was owed (2.2.2).
func (c *contract) lateFeeExact(inv *invoice) *big.Rat {
	if inv.due.IsZero() || inv.asleep || !c.bearsLateFee(inv) {
		return whole(0)
	}
	from := inv.from
	if n := len(inv.dues); n > 0 {
		from = inv.dues[n-1].until
	}
	return add(c.feeBefore(inv), c.feeUnder(inv, inv.due, from, c.now()))
}

// owedUntil is when the invoice's principal became nil, or now.
func (c *contract) owedUntil(inv *invoice) civil.Instant {
	switch {
	case inv.unpaid() == 0 && len(inv.slices) == 0:
		return inv.addedAt
	case inv.unpaid() == 0:
		return inv.slices[len(inv.slices)-1].at
	}
	return c.now()
}

// ratesOf adds up the daily rates of the days overdue at t, each by the version in force at its 00:00.
func (c *contract) ratesOf(inv *invoice, due civil.Date, t civil.Instant) *big.Rat {
	if c.ending != nil && c.policy(c.ending.at).lateFeeAfterEnd == events.LateFeeStops {
		t = civil.Earlier(t, c.ending.at)
	}
	sum, days := whole(0), map[*policy]int64{}
	for n := range daysOverdue(due, t) {
		days[c.policy((due+civil.Date(n+1)).Start())]++
	}
	for policy, n := range days {
		rate := policy.lateFeeRate
		if inv.rateAtMost != nil {
			rate = smaller(rate, inv.rateAtMost)
		}
		sum = add(sum, mul(whole(n), rate))
	}
	return sum
}

// adjustLateFee waives or cuts late fees, of one invoice or, where none is named, by due date.
func (c *contract) adjustLateFee(e *events.Event, d *events.LateFeeAdjusted) {
	invoices := byDueDate(c.invoices)
	if d.Invoice != "" {
		inv := c.invoice(d.Invoice)
		if inv == nil {
			c.trouble(e, projections.InvoiceUnknown)
			return
		}
		invoices = []*invoice{inv}
	}
	left := d.Amount.Fen
	for _, inv := range invoices {
		cut := min(left, c.lateFee(inv))
		inv.adjusted += cut
		left -= cut
	}
	if left > 0 {
		c.trouble(e, projections.AdjustmentAboveLateFee)
	}
}

// writeOff notes what the provider no longer counts on; the customer owes it as before.
func (c *contract) writeOff(e *events.Event, d *events.DebtWrittenOff) {
	inv := c.invoice(d.Invoice)
	if inv == nil {
		c.trouble(e, projections.InvoiceUnknown)
		return
	}
	inv.writtenOff += min(d.Amount.Fen, max(0, c.owed(inv)-inv.writtenOff))
}
