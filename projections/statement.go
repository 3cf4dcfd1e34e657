package projections

import (
	"slices"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// figures writes down every figure of the contract.
func (c *contract) figures() Figures {
	t := c.account.now
	f := Figures{
		ContractID: c.id, AccountID: c.account.id, AsOf: t, Currency: "CNY",
		Status: c.status(t), Flags: c.flags(t),
		Units: []UnitFigures{}, Invoices: []Invoice{}, Claims: append([]Claim{}, c.claims...),
		Exceptions: listed(append(c.wrong, c.waiting()...)),
	}
	if c.order == nil {
		return f
	}
	product, mode := c.order.Product.String(), c.order.Mode.String()
	f.Product, f.Mode, f.Quantity = &product, &mode, c.order.Quantity
	c.regrant()
	f.addInvoices(c, t)
	f.addService(c, t)
	f.addUnits(c, t)
	return f
}

// waiting are the exceptions of payments that wait for an order.
func (c *contract) waiting() []exceptionAt {
	var list []exceptionAt
	for _, e := range c.held {
		list = append(list, newException(e, ContractUnknown, "the contract has no order yet; the money is held for it"))
	}
	return list
}

// addInvoices writes down what is to pay and what was paid.
func (f *Figures) addInvoices(c *contract, t civil.Instant) {
	for _, i := range slices.Concat(c.invoices, c.charges) {
		row := Invoice{InvoiceID: i.id, Amount: i.amount, Principal: i.principal(), LateFee: c.lateFee(i, t)}
		if i.due != 0 {
			row.DueDate = &i.due
		}
		if row.Principal > 0 {
			row.OverdueDays = overdueDays(i.due, t)
		}
		f.Invoices = append(f.Invoices, row)
		f.Principal += row.Principal
		f.LateFee += row.LateFee
		f.LateFeeAccrued += row.LateFee + i.feePaid
		f.Paid += i.paid + i.feePaid
	}
	f.DueTotal = f.Principal + f.LateFee
}

// addService writes down what was earned, and how the contract ended if it did.
func (f *Figures) addService(c *contract, t civil.Instant) {
	revenue, earned := c.recognised(t)
	f.ContractLiability = c.liability(t, revenue, earned)
	switch c.end.status {
	case Expired:
		revenue = c.allEarned()
	case Terminated:
		revenue = c.end.revenue
		f.Refund, f.Forfeited = c.end.refund, c.end.forfeited
		f.Termination = &Termination{Reason: c.end.reason.String(), At: c.end.at}
	}
	f.Revenue = revenue + c.charged()
}

// allEarned is the revenue from terms once all are served: prepaid what was paid for them, postpaid their fees.
func (c *contract) allEarned() (sum money.Fen) {
	for k := range c.periods {
		if c.postpaid() {
			sum += c.periods[k].invoice.amount
		} else {
			sum += c.periods[k].invoice.paid
		}
	}
	return sum
}

// addUnits writes down each unit's end and SLA time; the contract ends with the last unit.
func (f *Figures) addUnits(c *contract, t civil.Instant) {
	var last civil.Instant
	for _, u := range c.units {
		end := c.endOf(u, t)
		last = civil.Later(last, end)
		f.Units = append(f.Units, UnitFigures{UnitID: u.id, EndsAt: &end, SLA: u.sla(t)})
	}
	if len(c.units) > 0 {
		f.StartsAt = &c.provisionedAt
	}
	if c.end.status == Terminated {
		last = c.end.at
	}
	if !last.IsZero() {
		f.EndsAt = &last
	}
}

// endOf is the unit's end: of its term, or of the contract where that was terminated before.
func (c *contract) endOf(u *unit, t civil.Instant) civil.Instant {
	if c.end.status != Terminated {
		return u.endsAt(t)
	}
	if end := u.endsAt(c.end.at); !u.outAt.IsZero() {
		return end
	}
	return c.end.at
}

// worth is what the unit's SLA time is worth, half up to the fen.
func (u *unit) worth() money.Fen {
	if u.value == nil {
		return 0
	}
	return money.RoundRat(u.value)
}

// sla is the unit's SLA time as it is shown: whole seconds, rounded down.
func (u *unit) sla(t civil.Instant) SLAFigures {
	return SLAFigures{
		OutageSeconds:      u.outageTime.Seconds(),
		RawSeconds:         u.raw.Seconds(),
		GrantedSeconds:     u.granted.Seconds(),
		Value:              u.worth(),
		ProvisionalSeconds: u.provisional(t).Seconds(),
	}
}
