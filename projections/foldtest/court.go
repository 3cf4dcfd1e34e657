package foldtest

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// dueBefore is a due date that an invoice had until it was moved.
type dueBefore struct {
	due   civil.Date
	until civil.Instant
}

// extend moves a due date to a later one.
func (c *contract) extend(e *events.Event, d *events.DueDateExtended) {
	inv := c.invoice(d.Invoice)
	switch {
	case inv == nil:
		c.trouble(e, projections.InvoiceUnknown)
		return
	case !c.bearsLateFee(inv):
		return
	case inv.agreed.IsZero():
	case d.DueDate <= max(inv.agreed, inv.due):
		c.trouble(e, projections.DueDateContradicted)
		return
	}
	if until := civil.Earlier(c.now(), d.DueDate.End()); !inv.due.IsZero() {
		inv.dues = append(inv.dues, dueBefore{inv.due, until})
		if inv.unpaid() > 0 {
			inv.daysBefore += daysOverdue(inv.due, until)
		}
	}
	if d.WaiveAccrued == events.FlagTrue && !inv.agreed.IsZero() {
		inv.dues, inv.daysBefore = nil, 0
		inv.from = c.now()
	}
	inv.agreed, inv.due = d.DueDate, d.DueDate
	if inv.kind != forCharge {
		inv.due = c.dueFrom(d.DueDate)
	}
	c.lateFeesFell([]*invoice{inv})
}

// feeBefore is what an invoice bore under its former due dates.
func (c *contract) feeBefore(inv *invoice) *big.Rat {
	sum, from := whole(0), inv.from
	for _, d := range inv.dues {
		sum = add(sum, c.feeUnder(inv, d.due, from, d.until))
		from = d.until
	}
	return sum
}

// feeUnder is what an invoice bore under one due date, which held from an instant until another.
func (c *contract) feeUnder(inv *invoice, due civil.Date, from, until civil.Instant) *big.Rat {
	if c.policy(due.End()).lateFeeBase == events.OriginalAmount {
		return mul(fen(inv.amount), c.ratesOf(inv, due, civil.Earlier(until, c.owedUntil(inv))))
	}
	sum := whole(0)
	for _, s := range inv.slices {
		if !s.at.Before(from) {
			sum = add(sum, mul(fen(s.amount), c.ratesOf(inv, due, civil.Earlier(until, s.at))))
		}
	}
	return add(sum, mul(fen(inv.unpaid()), c.ratesOf(inv, due, civil.Earlier(until, c.now()))))
}

// cutFee has a court cut late fees to a rate, or to a sum.
func (c *contract) cutFee(e *events.Event, d *events.LateFeeCapped) {
	list := byDueDate(c.invoices)
	if d.Invoice != "" {
		inv := c.invoice(d.Invoice)
		if inv == nil {
			c.trouble(e, projections.InvoiceUnknown)
			return
		}
		list = []*invoice{inv}
	}
	for _, inv := range list {
		switch {
		case d.Total == nil && (inv.rateAtMost == nil || inv.rateAtMost.Cmp(d.Rate.Rate.Rat()) > 0):
			inv.rateAtMost = d.Rate.Rate.Rat()
		case d.Total != nil && (inv.feeAtMost == nil || *inv.feeAtMost > d.Total.Fen):
			inv.feeAtMost = &d.Total.Fen
		}
	}
	c.lateFeesFell(list)
}

// lateFeesFell pays principal, and then what money left over pays, with late fee paid above what is left.
func (c *contract) lateFeesFell(list []*invoice) {
	above := map[*invoice]money.Fen{}
	for _, inv := range byDueDate(list) {
		accrued := c.lateFeeAccrued(inv) + inv.adjusted
		inv.adjusted = min(inv.adjusted, accrued)
		above[inv] = max(0, inv.paidFee-(accrued-inv.adjusted))
		inv.paidFee -= above[inv]
	}
	for _, inv := range byDueDate(list) {
		if above[inv] == 0 {
			continue
		}
		part := min(above[inv], inv.unpaid())
		c.pay(debt{invoice: inv}, part)
		left := above[inv] - part
		if p := c.policy(c.now()); p.excessTo == events.ExcessToDueDebts {
			left = c.account.payDue(left, p.allocationOrder, c.account.contracts)
		}
		c.account.wallet += left
		c.takeEffect()
	}
}
