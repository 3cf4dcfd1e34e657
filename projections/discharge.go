package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// An invoice is paid or let go of slice by slice: its principal, which bore late fee until then (2.2.2), and its late
// fee.

// discharge is a slice of a debt that was paid or let go of: of a principal, late fee ran on it until then (2.2.2).
type discharge struct {
	at     civil.Instant
	amount money.Fen
	event  *events.Event
	paid   bool // with money
}

// payPrincipal takes money for the principal.
func (c *contract) payPrincipal(i *invoice, amount money.Fen) {
	if amount == 0 {
		return
	}
	c.dividePools(c.account.now)
	i.paid += amount
	if i.unpaid() == 0 && i.followsOrder() && !i.owed {
		c.paidRenewals = append(c.paidRenewals, i)
	}
	c.dischargePrincipal(i, amount, true)
	c.noteNeed(i)
}

// release lets go of principal that is no longer owed.
func (c *contract) release(i *invoice, amount money.Fen) {
	if amount == 0 {
		return
	}
	c.dividePools(c.account.now)
	i.released += amount
	c.dischargePrincipal(i, amount, false)
}

// dischargePrincipal notes that principal is no longer unpaid, and the late fee it bore until now.
func (c *contract) dischargePrincipal(i *invoice, amount money.Fen, paid bool) {
	records := c.recordsDischarges(i)
	if i.due != 0 {
		c.bear(i, amount, records)
	}
	c.noteDischarge(i, amount, paid, records)
}

// noteDischarge notes that principal is no longer unpaid.
func (c *contract) noteDischarge(i *invoice, amount money.Fen, paid, records bool) {
	left := i.unpaid()
	if !records && left > 0 {
		return
	}
	d := discharge{c.account.now, amount, c.account.event, paid}
	if records {
		i.discharges = append(i.discharges, d)
	}
	if left == 0 {
		i.settled = d
		c.principalSettled(i)
	}
}

// bear notes the late fee that a part of the principal has borne until now, when it is settled.
func (c *contract) bear(i *invoice, principal money.Fen, records bool) {
	i.borne.add(principal, c.arrears(i, c.account.now))
	if records {
		c.addPart(i, principal, c.account.now, c.account.event)
	}
}

// addPart keeps for how long a part of the principal has borne late fee at t, when an event settled it.
func (c *contract) addPart(i *invoice, principal money.Fen, t civil.Instant, by *events.Event) {
	if days := c.feeDays(i.due, t); days > 0 && principal > 0 {
		i.parts = append(i.parts, feePart{principal: principal, due: i.due, days: days, event: by})
	}
}

// recordsDischarges reports whether the discharges of an invoice are kept one by one: where they are explained, or
// where something to come may have other late fee run on them.
func (c *contract) recordsDischarges(i *invoice) bool {
	if kept := c.account.kept; len(kept) > 0 && (kept[invoiceKey{c.id, i.id}] || kept[invoiceKey{c.id, ""}]) {
		return true
	}
	return c.account.explanation != nil && c.account.explanation.recordsDischarges(c)
}

// payLateFee takes money for the late fee.
func (c *contract) payLateFee(i *invoice, amount money.Fen) {
	i.feePaid += amount
	c.dischargeLateFee(i, amount, true)
}

// reduceLateFee lets go of late fee.
func (c *contract) reduceLateFee(i *invoice, amount money.Fen) {
	i.feeReduced += amount
	c.dischargeLateFee(i, amount, false)
}

func (c *contract) dischargeLateFee(i *invoice, amount money.Fen, paid bool) {
	if amount == 0 {
		return
	}
	if c.account.explanation.recordsDischarges(c) {
		i.feeTaken = append(i.feeTaken, discharge{c.account.now, amount, c.account.event, paid})
	}
	c.lateFeeLess(i)
}

// invoiceKey names an invoice; ids are unique in a contract. "" names all of a contract.
type invoiceKey struct{ contract, invoice string }

// keepDischarges notes, of an event to come, which invoices it may have late fee run on from before: one that is given
// its due date after it came, or of which the late fee is cut, or which was for too much from the beginning.
func (a *account) keepDischarges(e *events.Event) {
	var id string
	switch d := e.Data.(type) {
	case *events.Overdue:
		if d.DueDate == 0 {
			return
		}
		id = markedInvoice(d)
	case *events.DueDateExtended:
		id = d.Invoice
	case *events.LateFeeCapped:
		if d.Total != nil {
			return
		}
		id = d.Invoice
	case *events.InvoiceCredited:
		if d.Reason != events.CreditError {
			return
		}
		id = d.Invoice
	default:
		return
	}
	if a.kept == nil {
		a.kept = map[invoiceKey]bool{}
	}
	a.kept[invoiceKey{e.Contract, id}] = true
}

// returnToWallet moves what was paid on an invoice to the wallet.
func (c *contract) returnToWallet(i *invoice) {
	c.account.credit(i.held(), &ruleReturned, c)
	i.paid, i.discharges = i.returned, nil // a prepaid fee, which bears no late fee
}
