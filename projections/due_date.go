package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

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
