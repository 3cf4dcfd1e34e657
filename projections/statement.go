package projections

import (
	"zhangben/events/civil"
	"zhangben/events/money"
)

// figures writes down every figure of the contract, and the lines of each where the account has a sheet.
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
	f.Product, f.Mode, f.Quantity = &product, &mode, len(c.servers)
	c.regrant()
	earned := c.earnedBy(t)
	f.addInvoices(c, earned, t)
	f.addService(c, earned, t)
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
func (f *Figures) addInvoices(c *contract, earned []money.Exact, t civil.Instant) {
	f.Invoices = make([]Invoice, 0, len(c.invoices)+len(c.charges))
	for _, list := range [][]*invoice{c.invoices, c.charges} {
		for _, i := range list {
			c.account.step()
			f.addInvoice(c, i, t)
		}
	}
	if used := c.addUsed(earned, t); used > 0 {
		f.Invoices[0].Principal += used
		f.Principal += used
	}
	f.Paid += c.indemnityPaid
	f.Returned = c.returned
	f.DueTotal = f.Principal + f.LateFee
}

func (f *Figures) addInvoice(c *contract, i *invoice, t civil.Instant) {
	row := Invoice{InvoiceID: i.id, Amount: i.amount, Credited: i.credited, Payable: i.payable(), WrittenOff: i.writtenOff,
		Principal: c.addPrincipal(i), LateFee: c.addLateFee(figureLateFee, i, t)}
	if i.due != 0 {
		row.DueFrom = &i.due
	}
	if i.agreed != 0 {
		row.DueDate = &i.agreed
	}
	if row.Principal > 0 {
		row.OverdueDays = i.formerDays + overdueDays(i.due, t)
	}
	f.Invoices = append(f.Invoices, row)
	f.Principal += row.Principal
	f.LateFee += row.LateFee
	f.LateFeeAccrued += c.addLateFee(figureLateFeeAccrued, i, t)
	f.Paid += c.addPaid(i)
}

// addService writes down what was earned, and how the contract ended if it did.
func (f *Figures) addService(c *contract, earned []money.Exact, t civil.Instant) {
	f.Refund, f.Forfeited, f.Compensation = c.settled.refund, c.settled.forfeited, c.settled.compensation
	if c.end.status == Terminated {
		f.Termination = &Termination{Reason: c.end.reason.String(), At: c.end.at}
		f.Revenue = c.settled.revenue + c.addCharged(t)
		return
	}
	f.Revenue = c.addRevenue(earned, t) + c.addCharged(t)
	f.ContractLiability = c.addLiability(earned, t) + c.addBilledAhead(t)
}

// addUnits writes down each server's end and SLA time; the contract ends with the last of them.
func (f *Figures) addUnits(c *contract, t civil.Instant) {
	var last *unit
	for _, s := range c.servers[:c.delivered] {
		row := c.unitFigures(s, t)
		f.Units = append(f.Units, row)
		if last == nil || row.EndsAt.After(*f.EndsAt) {
			last, f.EndsAt = s.unit, row.EndsAt
		}
	}
	if last != nil {
		f.StartsAt = &c.provisionedAt
	}
	if c.end.status == Terminated {
		f.EndsAt = &c.end.at
	}
	if f.EndsAt != nil {
		c.addContractEnd(last)
	}
}

// unitFigures writes down a server's figures: those of its unit, made once unless each server's lines are wanted.
func (c *contract) unitFigures(s *server, t civil.Instant) UnitFigures {
	u := s.unit
	if u.figures == nil || c.account.explanation != nil {
		end := u.addEnd(s, t)
		u.figures = &UnitFigures{EndsAt: &end, Termination: u.end.figure(), Data: u.data(t), SLA: s.addSLA(t)}
	}
	row := *u.figures
	if row.Data != nil && !s.releasedAt.IsZero() {
		released := DataReleased
		row.Data = &released
	}
	row.UnitID = s.id
	return row
}
