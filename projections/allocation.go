package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// debt is one part of an invoice that a payment may discharge. The principal and the late fee of one invoice are two
// debts.
type debt struct {
	invoice *invoice
	part    events.Part
	amount  money.Fen
}

// debts is called for the next debts to be paid, those of one call pro rata, until none are left.
type debts func() []debt

// debtsFor lists what a payment discharges, in order: as the payer designated, else as CC 560 says: what is due before
// what is not; of that the heavier, which is principal that bears late fee, before late fees and plain charges; then by
// due date.
func (c *contract) debtsFor(d *events.Paid) []debts {
	switch {
	case d.Invoice != "":
		return c.ofInvoice(c.byID[d.Invoice], d.AppliesTo)
	case d.AppliesTo == events.PartLateFee:
		return []debts{c.lateFees}
	case !c.postpaid():
		return c.prepaidDebts(d)
	case d.AppliesTo == events.PartPrincipal:
		return []debts{c.duePrincipals, c.plainCharges, c.principals}
	}
	return append(c.dueByLaw(), c.principals)
}

// prepaidDebts lists what a payment on a prepaid contract discharges: the item that needs exactly its sum; else what is
// due, then the order and renewals in order, then charges that are not due yet.
func (c *contract) prepaidDebts(d *events.Paid) []debts {
	if d.AppliesTo == events.PartPrincipal {
		return []debts{c.duePrincipals, c.plainCharges, c.prepaidFee, c.principals}
	}
	if i := c.needing(d.Amount.Fen); i != nil {
		return c.ofInvoice(i, 0)
	}
	return append(c.dueByLaw(), c.prepaidFee, c.principals)
}

// principalToPay is what may be paid of an invoice's principal. A prepaid fee is payable, though not owed, until the
// end.
func (c *contract) principalToPay(i *invoice) money.Fen {
	if i.lapsed || !i.owed && !c.isOpen() {
		return 0
	}
	return i.unpaid()
}

// principalOf and lateFeeOf are the two debts of an invoice, if anything is left of them.
func (c *contract) principalOf(i *invoice) []debt {
	if amount := c.principalToPay(i); amount != 0 {
		return []debt{{i, events.PartPrincipal, amount}}
	}
	return nil
}

func (c *contract) lateFeeOf(i *invoice) []debt {
	if fee := c.lateFee(i, c.account.now); fee > 0 {
		return []debt{{i, events.PartLateFee, fee}}
	}
	return nil
}

// ofInvoice lists one invoice's debts in the order of allocation, or the designated one of them.
func (c *contract) ofInvoice(i *invoice, part events.Part) []debts {
	principal, fee := func() []debt { return c.principalOf(i) }, func() []debt { return c.lateFeeOf(i) }
	switch {
	case part == events.PartPrincipal:
		return []debts{principal}
	case part == events.PartLateFee:
		return []debts{fee}
	case c.lateFeeFirst():
		return []debts{fee, principal}
	}
	return []debts{principal, fee}
}

func (c *contract) lateFeeFirst() bool {
	return c.terms(c.account.now).AllocationOrder == events.LateFeeFirst
}

// prepaidFee is the order's fee, then those of renewals, changes and added units in order.
func (c *contract) prepaidFee() []debt {
	for c.paidUp < len(c.invoices) && c.principalToPay(c.invoices[c.paidUp]) == 0 {
		c.paidUp++
	}
	if c.paidUp == len(c.invoices) {
		return nil
	}
	return c.principalOf(c.invoices[c.paidUp])
}

// dueByLaw lists the debts that are due in the order of CC 560, or, where the terms put late fees first (by analogy to
// CC 561), those before principals, and plain charges last.
func (c *contract) dueByLaw() []debts {
	if c.lateFeeFirst() {
		return []debts{c.lateFees, c.duePrincipals, c.plainCharges}
	}
	return []debts{c.duePrincipals, c.lateFeesAndCharges}
}

// principals are those of the earliest date, undated ones one by one.
func (c *contract) principals() []debt {
	switch {
	case len(c.unpaid) == 0:
		return nil
	case c.unpaid[0].date == undated:
		return c.principalOf(c.unpaid[0].invoices[0])
	}
	return c.together(c.principalsOf, c.unpaid[0])
}

// duePrincipals are the same as far as their day has begun.
func (c *contract) duePrincipals() []debt {
	if len(c.unpaid) == 0 || c.unpaid[0].date > c.account.now.Date() {
		return nil
	}
	return c.principals()
}

// plainCharges are those of the earliest date.
func (c *contract) plainCharges() []debt {
	if len(c.plain) == 0 {
		return nil
	}
	return c.together(c.principalsOf, c.plain[0])
}

// principalsOf appends the principals of a day to list.
func (c *contract) principalsOf(list []debt, day *dueDay) []debt {
	for _, i := range day.invoices {
		c.account.step()
		list = append(list, debt{i, events.PartPrincipal, i.unpaid()})
	}
	return list
}

// together lists debts of a day in memory that is used again for the next.
func (c *contract) together(of func([]debt, *dueDay) []debt, day *dueDay) []debt {
	c.account.group = of(c.account.group[:0], day)
	return c.account.group
}

// lateFees are those of the earliest date that has any outstanding.
func (c *contract) lateFees() []debt {
	days := c.lateFeesOutstanding()
	if len(days) == 0 {
		return nil
	}
	return c.together(c.lateFeesOf, days[0])
}

// lateFeesOf appends the late fees of a day to list.
func (c *contract) lateFeesOf(list []debt, day *dueDay) []debt {
	for _, i := range day.invoices {
		c.account.step()
		if fee := c.lateFee(i, c.account.now); fee > 0 {
			list = append(list, debt{i, events.PartLateFee, fee})
		}
	}
	return list
}

// lateFeesAndCharges are the late fees and plain charges of the earliest date, which weigh the same.
func (c *contract) lateFeesAndCharges() []debt {
	fees := c.lateFees()
	switch {
	case len(c.plain) == 0 || len(fees) > 0 && fees[0].invoice.due < c.plain[0].date:
		return fees
	case len(fees) == 0 || fees[0].invoice.due > c.plain[0].date:
		return c.plainCharges()
	}
	both := c.principalsOf(fees, c.plain[0])
	slices.SortFunc(both, func(x, y debt) int { return x.invoice.compare(y.invoice) })
	return both
}

// undated is the date of an invoice without one: it comes last.
var undated = civil.End.Date()

// date is the day an invoice is due.
func (i *invoice) date() civil.Date {
	if i.due != 0 {
		return i.due
	}
	return undated
}
