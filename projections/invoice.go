package projections

import (
	"slices"
	"strconv"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

type invoiceKind uint8

const (
	orderInvoice invoiceKind = iota
	renewalInvoice
	chargeInvoice
)

// invoice is one sum to pay: the order's fee, a renewal's, or a charge.
type invoice struct {
	id      string
	kind    invoiceKind
	amount  money.Fen
	term    civil.Term // of a renewal
	due     civil.Date // none: no late fee runs (2.2.2)
	addedOn civil.Date // of a charge
	owed    bool       // a debt; a prepaid fee is none until it is paid (C-三)

	paid       money.Fen // of the principal
	paidAt     civil.Instant
	released   money.Fen // of the principal, by the settlement of an end
	discharges []discharge
	feePaid    money.Fen // of the late fee
	feeReduced money.Fen
	inTerms    bool // its term is in effect
	lapsed     bool // a prepaid renewal that was not paid in time
}

// discharge is a slice of the principal that was paid or released: late fee ran on it until then (2.2.2).
type discharge struct {
	at     civil.Instant
	amount money.Fen
}

func renewalID(n int) string { return "renewal-" + strconv.Itoa(n) }

// unpaid is what of the amount nobody paid or released, owed or not.
func (i *invoice) unpaid() money.Fen { return i.amount - i.paid - i.released }

// principal is what is owed and unpaid.
func (i *invoice) principal() money.Fen {
	if !i.owed {
		return 0
	}
	return i.unpaid()
}

// isDue tells whether the due day has begun, for allocation (CC 560).
func (i *invoice) isDue(t civil.Instant) bool { return i.due != 0 && !t.Before(i.due.Start()) }

// isUnconditional tells whether the due day is over: the provider's right to the money no longer waits for anything.
func (i *invoice) isUnconditional(t civil.Instant) bool { return i.due != 0 && !t.Before(i.due.End()) }

// discharge takes a part off the principal.
func (i *invoice) discharge(amount money.Fen, at civil.Instant) {
	if amount > 0 {
		i.discharges = append(i.discharges, discharge{at, amount})
	}
}

// pay takes money for the principal.
func (i *invoice) pay(amount money.Fen, at civil.Instant) {
	i.discharge(amount, at)
	i.paid += amount
	if i.unpaid() == 0 && amount > 0 {
		i.paidAt = at
	}
}

// release lets go of principal that is no longer owed.
func (i *invoice) release(amount money.Fen, at civil.Instant) {
	i.discharge(amount, at)
	i.released += amount
}

// addInvoice makes an invoice known under its id.
func (c *contract) addInvoice(i *invoice) *invoice {
	c.byID[i.id] = i
	c.open = append(c.open, i)
	return i
}

// forget drops invoices with nothing left to pay from the open ones.
func (c *contract) forget() {
	c.open = slices.DeleteFunc(c.open, func(i *invoice) bool {
		return i.lapsed || i.unpaid() == 0 && c.lateFee(i, c.account.now) == 0
	})
}

// addCharge adds chargeable help (4.3). With a due date it bears late fee like a postpaid fee.
func (c *contract) addCharge(e *events.Event, d *events.ChargeAdded) {
	if c.byID[d.Charge] != nil {
		c.except(e, ChargeRepeated, "the charge id was used before")
		return
	}
	i := c.addInvoice(&invoice{id: d.Charge, kind: chargeInvoice, amount: d.Amount.Fen, due: d.DueDate, addedOn: e.Time.Date(), owed: true})
	c.charges = append(c.charges, i)
}

// markOverdue marks arrears. The due date decides (2.2.2); the marker supplies it where the invoice has none.
func (c *contract) markOverdue(e *events.Event, d *events.Overdue) {
	id := d.Invoice
	if id == "" {
		id = "order"
	}
	i := c.byID[id]
	switch {
	case i == nil:
		c.except(e, InvoiceUnknown, "the contract has no such invoice")
	case d.DueDate == 0 || !i.owed:
	case i.due == 0:
		i.due = d.DueDate
	case i.due != d.DueDate:
		c.except(e, DueDateContradicted, "the invoice is due on "+i.due.String())
	}
}

// giveBack moves what was paid on an invoice to the wallet.
func (c *contract) giveBack(i *invoice) {
	c.account.wallet += i.paid
	i.paid, i.discharges = 0, nil
}
