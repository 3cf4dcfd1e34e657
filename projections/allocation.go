package projections

import (
	"cmp"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// debt is one part of an invoice that a payment may discharge. The principal and the late fee of one invoice are two debts.
type debt struct {
	invoice *invoice
	part    events.Part
	amount  money.Fen
}

// claimsOn lists what a payment discharges, in order, by groups to be paid pro rata: as the payer designated, else as
// CC 560 says: what is due before what is not; of that the heavier, which is principal that bears late fee, before late
// fees and plain charges; then by due date.
func (c *contract) claimsOn(d *events.Paid) [][]debt {
	switch {
	case d.Invoice != "":
		return c.ofInvoice(c.byID[d.Invoice], d.AppliesTo)
	case !c.postpaid() && d.AppliesTo != events.PartLateFee:
		return c.prepaidFees()
	case !c.postpaid():
		return c.duePart(d.AppliesTo)
	}
	if open := c.openInvoices(); len(open) == 1 {
		return c.ofInvoice(open[0], d.AppliesTo)
	}
	if d.AppliesTo != 0 {
		return c.duePart(d.AppliesTo)
	}
	return c.byLaw()
}

// principalOf and lateFeeOf are the two debts of an invoice. A prepaid fee is payable, though not owed, until the end.
func (c *contract) principalOf(i *invoice) debt {
	amount := i.unpaid()
	if i.lapsed || !i.owed && !c.running() {
		amount = 0
	}
	return debt{i, events.PartPrincipal, amount}
}

func (c *contract) lateFeeOf(i *invoice) debt {
	return debt{i, events.PartLateFee, c.lateFee(i, c.account.now)}
}

// ofInvoice lists one invoice's debts in the order of allocation, or the designated one of them.
func (c *contract) ofInvoice(i *invoice, part events.Part) [][]debt {
	principal, fee := []debt{c.principalOf(i)}, []debt{c.lateFeeOf(i)}
	switch {
	case part == events.PartPrincipal:
		return [][]debt{principal}
	case part == events.PartLateFee:
		return [][]debt{fee}
	case c.lateFeeFirst():
		return [][]debt{fee, principal}
	}
	return [][]debt{principal, fee}
}

func (c *contract) lateFeeFirst() bool {
	return c.terms(c.account.now).AllocationOrder == events.LateFeeFirst
}

// prepaidFees lists the order's fee, then unpaid renewals in order. Charges on a prepaid contract are paid by designation.
func (c *contract) prepaidFees() [][]debt {
	var groups [][]debt
	for _, i := range c.open {
		c.account.step()
		if i.kind != chargeInvoice {
			groups = append(groups, []debt{c.principalOf(i)})
		}
	}
	return groups
}

// duePart lists the designated part of all due invoices by due date, plain charges after what bears late fee.
func (c *contract) duePart(part events.Part) [][]debt {
	var bearing, plain []debt
	for _, i := range c.open {
		c.account.step()
		switch {
		case i.isPlainCharge() && part == events.PartPrincipal:
			plain = append(plain, c.principalOf(i))
		case !i.isDue(c.account.now):
		case part == events.PartLateFee:
			bearing = append(bearing, c.lateFeeOf(i))
		default:
			bearing = append(bearing, c.principalOf(i))
		}
	}
	return slices.Concat(byDate(bearing), byDate(plain))
}

// openInvoices lists the invoices with a debt.
func (c *contract) openInvoices() []*invoice {
	var list []*invoice
	for _, i := range c.open {
		c.account.step()
		if i.principal() > 0 || c.lateFee(i, c.account.now) > 0 {
			list = append(list, i)
		}
	}
	return list
}

// byLaw lists all debts in the order of CC 560, or, where the terms put late fees first (by analogy to CC 561), those
// before principals, and plain charges last of what is due.
func (c *contract) byLaw() [][]debt {
	var principals, fees, plain, later []debt
	for _, i := range c.open {
		c.account.step()
		switch {
		case i.isPlainCharge():
			plain = append(plain, c.principalOf(i))
		case !i.isDue(c.account.now):
			later = append(later, c.principalOf(i))
		default:
			principals = append(principals, c.principalOf(i))
			fees = append(fees, c.lateFeeOf(i))
		}
	}
	if c.lateFeeFirst() {
		return slices.Concat(byDate(fees), byDate(principals), byDate(plain), byDate(later))
	}
	return slices.Concat(byDate(principals), byDate(append(fees, plain...)), byDate(later))
}

// undated is the date of a debt without one: it comes last.
var undated = civil.End.Date()

// date is the day a debt counts from: its due date, of a plain charge the day it was added.
func (d debt) date() civil.Date {
	switch {
	case d.invoice.due != 0:
		return d.invoice.due
	case d.invoice.kind == chargeInvoice:
		return d.invoice.addedOn
	}
	return undated
}

// byDate groups debts by date, earliest first, undated ones one by one. Debts of a group share pro rata, ties as invoices
// are listed.
func byDate(list []debt) [][]debt {
	slices.SortStableFunc(list, func(x, y debt) int {
		return cmp.Or(cmp.Compare(x.date(), y.date()), x.invoice.compare(y.invoice))
	})
	var groups [][]debt
	for n, d := range list {
		if n == 0 || d.date() == undated || list[n-1].date() != d.date() {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], d)
	}
	return groups
}
