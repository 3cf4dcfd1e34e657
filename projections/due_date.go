package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// An invoice is due on the day agreed, or that a marker of arrears supplies, but never before service began (2.2.2).

// dueFrom is the due date of a fee: service is used first and paid for later, so while nothing was provisioned nothing
// is due, and then nothing before the day it was (2.2.2, CC 526).
func (c *contract) dueFrom(i *invoice) civil.Date {
	if i.agreed == 0 || i.isFee() && c.provisionedAt.IsZero() {
		return 0
	}
	if !i.isFee() {
		return i.agreed
	}
	since := c.provisionedAt
	if i.kind == addedInvoice {
		since = i.firstDelivery()
	}
	if since.IsZero() {
		return 0
	}
	return max(i.agreed, since.Date())
}

// firstDelivery is when the first of the servers added was provisioned, none before.
func (i *invoice) firstDelivery() (first civil.Instant) {
	for _, s := range i.servers {
		if at := s.unit.provisionedAt; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// beginDueDates has the fees due for which service has begun now.
func (c *contract) beginDueDates() {
	for _, i := range c.invoices {
		if i.agreed != 0 && i.due == 0 {
			c.moveDue(i)
		}
	}
}

// markOverdue marks arrears. The due date decides (2.2.2); the marker supplies it where the invoice has none.
func (c *contract) markOverdue(e *events.Event, d *events.Overdue) {
	i := c.byID[markedInvoice(d)]
	switch {
	case i == nil:
		c.except(e, InvoiceUnknown, "the contract has no such invoice")
	case d.DueDate == 0 || i.isFee() && !c.postpaid(): // a prepaid fee has none, nor what of it was used (2.3)
	case i.agreed == 0:
		c.date(i, d.DueDate, e)
	case i.agreed != d.DueDate:
		c.except(e, DueDateContradicted, "the invoice is due on "+i.agreed.String())
	}
}

// markedInvoice is the id of the invoice that is marked: the order's where none is named.
func markedInvoice(d *events.Overdue) string {
	if d.Invoice == "" {
		return "order"
	}
	return d.Invoice
}

// date sets the due date of an invoice that had none.
func (c *contract) date(i *invoice, due civil.Date, e *events.Event) {
	i.agreed, i.dueEvent = due, e
	c.moveDue(i)
}

// moveDue has an invoice due from now on that was not. Late fee runs on what was paid since, too.
func (c *contract) moveDue(i *invoice) {
	c.withdraw(i)
	i.due = c.dueFrom(i)
	if i.due == 0 {
		c.file(i)
		return
	}
	for _, d := range i.discharges {
		c.account.step()
		if isMistake(d.event) {
			continue
		}
		i.borne.add(d.amount, c.arrears(i, d.at))
		c.addPart(i, d.amount, d.at, d.event)
	}
	if i.mistaken > 0 {
		c.bearLess(i, i.mistakenPaid())
	}
	c.file(i)
}

// A creditor may give more time (CC 543). What was unpaid has borne late fee until then, unless that is waived; from
// then on only days after the new due date count, for the late fee and for every right.

// formerDue is a due date that an invoice had until an instant.
type formerDue struct {
	due   civil.Date
	until civil.Instant
	event *events.Event // that brought it, nil for the invoice's own
}

// extendDue moves an invoice's due date, or supplies it where there is none. A date that is not later has no effect.
func (c *contract) extendDue(e *events.Event, d *events.DueDateExtended) {
	i := c.byID[d.Invoice]
	switch {
	case i == nil:
		c.except(e, InvoiceUnknown, "the contract has no such invoice")
	case i.isFee() && !c.postpaid(): // a prepaid fee has none
	case i.agreed == 0:
		c.date(i, d.DueDate, e)
	case d.DueDate <= max(i.agreed, i.due):
		c.except(e, DueDateContradicted, "the invoice is due on "+max(i.agreed, i.due).String()+", no earlier")
	default:
		c.postpone(i, d, e)
	}
}

// postpone moves the due date of an invoice to a later one.
func (c *contract) postpone(i *invoice, d *events.DueDateExtended, e *events.Event) {
	c.withdraw(i)
	if i.due != 0 {
		i.formerDues = append(i.formerDues, formerDue{i.due, c.account.now, i.dueEvent})
		c.closeDue(i, civil.Earlier(c.account.now, d.DueDate.End()))
	}
	if d.WaiveAccrued == events.FlagTrue {
		i.former, i.formerDays, i.parts = borneFee{}, 0, nil
	}
	i.agreed, i.dueEvent, i.extended = d.DueDate, e, true
	i.due = c.dueFrom(i)
	c.file(i)
	c.returnLateFees([]*invoice{i})
}

// closeDue keeps the late fee borne until then apart from that of the due date to come.
func (c *contract) closeDue(i *invoice, until civil.Instant) {
	principal := i.unpaid()
	if principal > 0 {
		i.formerDays += overdueDays(i.due, until)
	}
	if c.bearsOnAmount(i) {
		principal, until = i.asked(), i.unpaidUntil(until)
		i.parts = keptParts(i.parts)
	} else {
		i.former = i.former.plus(i.borne)
	}
	i.borne = borneFee{}
	i.former.add(principal, c.arrears(i, until))
	c.addPart(i, principal, until, c.account.event)
	for n := range i.parts {
		i.parts[n].former = true
	}
}

// keptParts are those from before the due date was moved last.
func keptParts(parts []feePart) (former []feePart) {
	for _, p := range parts {
		if p.former {
			former = append(former, p)
		}
	}
	return former
}
