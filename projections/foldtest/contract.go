package foldtest

import (
	"cmp"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// contract is one contract in the middle of the fold.
type contract struct {
	account  *account
	id       string
	order    *events.Ordered
	orderAt  civil.Instant
	waiting  []*events.Event // payments from before the order
	invoices []*invoice      // in the order in which they came
	terms    []*term         // in effect, in the order in which they took effect
	begun    bool            // provisioned
	beganAt  civil.Instant
	units    []*unit
	outages  []*outage
	early    []*events.Event // resolutions of outages that had not started
	claims   []claimed
	ending   *ending
	declined civil.Instant // when the customer last said that no renewal is wanted
	full     int           // how many invoices were paid in full so far
	troubles []trouble
}

// kindOfInvoice is what an invoice is for.
type kindOfInvoice int

const (
	forOrder kindOfInvoice = iota
	forRenewal
	forCharge
)

// invoice is an amount asked for.
type invoice struct {
	contract *contract
	id       string
	kind     kindOfInvoice
	number   int // its place among the contract's invoices of its kind
	amount   money.Fen
	term     civil.Term // of an order or renewal
	addedAt  civil.Instant
	agreed   civil.Date // the due date as agreed
	due      civil.Date // as it counts: not before service began
	slices   []slice    // principal paid or released, in order of time
	paid     money.Fen  // of the principal
	released money.Fen  // of the principal
	refunded money.Fen  // of what was paid of it, at the end
	paidFee  money.Fen  // of the late fee
	adjusted money.Fen  // late fee waived or cut
	fullAs   int        // the how-manieth invoice paid in full, 0 if it is not
	inEffect bool
	asleep   bool // declined, and nothing paid of it
	closed   bool // prepaid: can no longer be paid
}

// slice is a part of the principal that ceased to be owed.
type slice struct {
	at     civil.Instant
	amount money.Fen
}

// term is a paid or agreed term of service in effect. Its days are those of the calendar without pauses and SLA time.
type term struct {
	invoice     *invoice
	before, end extent
}

// extent is months, then days, from the opening day.
type extent struct{ months, days int }

func (x extent) from(d civil.Date) civil.Date { return d.AddMonths(x.months) + civil.Date(x.days) }

// start and last bound a term of the unit: 24:00 of last ends it. The opening day is not counted, month ends are clamped
// (CC 201, CC 202).
func (u *unit) start(t *term) civil.Date { return t.before.from(u.beganAt.Date()) }

func (u *unit) last(t *term) civil.Date { return t.end.from(u.beganAt.Date()) }

// days is the nominal length of a term of the unit.
func (u *unit) days(t *term) int64 { return int64(u.last(t) - u.start(t)) }

func (c *contract) trouble(e *events.Event, code projections.ExceptionCode) {
	c.troubles = append(c.troubles, trouble{e, code})
}

func (c *contract) now() civil.Instant { return c.account.now }

func (c *contract) prepaid() bool { return c.order.Mode == events.Prepaid }

// policy is the version of the terms that governs the contract at t (3.1).
func (c *contract) policy(t civil.Instant) *policy {
	atOrder := c.account.terms.at(c.orderAt)
	if atOrder.termsPolicy == events.PinnedAtOrder {
		return atOrder
	}
	return c.account.terms.at(t)
}

// place takes the order; payments that waited for it are posted at its instant.
func (c *contract) place(e *events.Event, d *events.Ordered) {
	if c.order != nil {
		c.trouble(e, projections.OrderRepeated)
		return
	}
	c.order, c.orderAt = d, e.Time
	inv := &invoice{contract: c, id: "order", kind: forOrder, amount: d.Fee.Fen, term: d.Term, addedAt: e.Time}
	c.invoices = append(c.invoices, inv)
	if !c.prepaid() {
		inv.agreed, inv.due = d.DueDate, c.dueFrom(d.DueDate)
		c.putInEffect(inv)
	}
	for _, payment := range c.waiting {
		c.post(payment, payment.Data.(*events.Paid))
	}
	c.waiting = nil
}

// renew asks for a further term; postpaid it is in effect at once.
func (c *contract) renew(e *events.Event, d *events.Renewed) {
	if c.ending != nil {
		c.trouble(e, projections.RenewalAfterEnd)
		return
	}
	inv := &invoice{contract: c, kind: forRenewal, number: 1, amount: d.Fee.Fen, term: d.Term, addedAt: e.Time}
	for _, other := range c.invoices {
		if other.kind == forRenewal {
			inv.number++
		}
	}
	inv.id = "renewal-" + decimal(inv.number)
	c.invoices = append(c.invoices, inv)
	if !c.prepaid() {
		inv.agreed, inv.due = d.DueDate, c.dueFrom(d.DueDate)
		if !c.declined.IsZero() && !d.AcceptedAt.At.After(c.declined) {
			inv.asleep = true
			c.trouble(e, projections.RenewedAfterDecline)
			return
		}
		c.putInEffect(inv)
	}
}

// dueFrom is when a fee agreed to be due on a day is due: not before service began (2.2.2, CC 526).
func (c *contract) dueFrom(agreed civil.Date) civil.Date {
	if agreed.IsZero() || !c.begun {
		return 0
	}
	return max(agreed, c.beganAt.Date())
}

// charge asks for chargeable help (4.3).
func (c *contract) charge(e *events.Event, d *events.ChargeAdded) {
	inv := &invoice{contract: c, id: d.Charge, kind: forCharge, amount: d.Amount.Fen, addedAt: e.Time, agreed: d.DueDate, due: d.DueDate}
	for _, other := range c.invoices {
		if other.id == d.Charge {
			c.trouble(e, projections.ChargeRepeated)
			return
		}
		if other.kind == forCharge {
			inv.number++
		}
	}
	c.invoices = append(c.invoices, inv)
}

// markOverdue brings the due date where the invoice has none; else it is a marker only (2.2.2).
func (c *contract) markOverdue(e *events.Event, d *events.Overdue) {
	inv := c.invoice(cmp.Or(d.Invoice, "order"))
	switch {
	case inv == nil:
		c.trouble(e, projections.InvoiceUnknown)
	case d.DueDate.IsZero() || !c.bearsLateFee(inv):
	case inv.agreed.IsZero():
		inv.agreed, inv.due = d.DueDate, d.DueDate
		if inv.kind != forCharge {
			inv.due = c.dueFrom(d.DueDate)
		}
	case inv.agreed != d.DueDate:
		c.trouble(e, projections.DueDateContradicted)
	}
}

func (c *contract) invoice(id string) *invoice {
	for _, inv := range c.invoices {
		if inv.id == id {
			return inv
		}
	}
	return nil
}

// byDueDate lists invoices by due date, those without one last, then by number: the order, renewals, charges.
func byDueDate(invoices []*invoice) []*invoice {
	sorted := slices.Clone(invoices)
	slices.SortStableFunc(sorted, func(a, b *invoice) int {
		if a.due.IsZero() != b.due.IsZero() {
			return cmp.Compare(b.due, a.due)
		}
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.kind, b.kind), cmp.Compare(a.number, b.number))
	})
	return sorted
}

// putInEffect appends an order's or renewal's term to the terms of service.
func (c *contract) putInEffect(inv *invoice) {
	inv.inEffect = true
	t := &term{invoice: inv}
	if n := len(c.terms); n > 0 {
		t.before = c.terms[n-1].end
	}
	t.end = extent{t.before.months + inv.term.Months(), t.before.days + inv.term.Days()}
	c.terms = append(c.terms, t)
	c.revive()
}

// takeEffect puts in effect what prepaid is paid for: the order once it is paid in full or provisioned, then renewals
// paid in full, in order of payment.
func (c *contract) takeEffect() {
	order := c.invoices[0]
	if !c.prepaid() || c.ending != nil {
		return
	}
	if !order.inEffect && (order.fullAs > 0 || c.begun) {
		c.putInEffect(order)
	}
	paidUp := slices.DeleteFunc(slices.Clone(c.invoices), func(inv *invoice) bool {
		return inv.kind != forRenewal || inv.inEffect || inv.fullAs == 0
	})
	slices.SortFunc(paidUp, func(a, b *invoice) int { return a.fullAs - b.fullAs })
	for _, inv := range paidUp {
		if order.inEffect {
			c.putInEffect(inv)
		}
	}
}

// owed is the principal contractually payable: never the fee of a prepaid order or renewal (2.2.1), but for what of an
// order was used without being paid for (2.3).
func (c *contract) owed(inv *invoice) money.Fen {
	switch {
	case inv.asleep:
		return 0
	case !c.prepaid() || inv.kind == forCharge:
		return inv.unpaid()
	case inv.kind == forOrder && c.ending != nil && c.begun:
		return inv.unpaid()
	case inv.kind == forOrder && c.begun && inv.unpaid() > 0:
		return max(0, round(c.earned(c.now())[0])-inv.paid)
	}
	return 0
}

// payable is what a payment may still discharge of the principal.
func (c *contract) payable(inv *invoice) money.Fen {
	if inv.closed || inv.asleep {
		return 0
	}
	return inv.unpaid()
}

// unpaid is the part of the principal neither paid nor released.
func (inv *invoice) unpaid() money.Fen {
	left := inv.amount
	for _, s := range inv.slices {
		left -= s.amount
	}
	return left
}

// unitFee is one unit's share of an invoice: split evenly, the first units take the odd fen.
func (c *contract) unitFee(inv *invoice, unit int) money.Fen {
	n := money.Fen(c.order.Quantity)
	share := inv.amount / n
	if money.Fen(unit) < inv.amount%n {
		share++
	}
	return share
}
