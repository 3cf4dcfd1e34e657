package foldtest

import (
	"cmp"
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// contract is one contract in the middle of the fold.
type contract struct {
	account                                   *account
	id                                        string
	order                                     *events.Ordered
	orderAt                                   civil.Instant
	waiting                                   []*events.Event // payments from before the order
	invoices                                  []*invoice      // in the order in which they came
	effective                                 []*invoice      // with terms in effect, as they took effect
	begun                                     bool            // provisioned
	beganAt                                   civil.Instant
	places                                    []*unit // in the order in which they were ordered, delivered or not
	units                                     []*unit // delivered, in that order
	outages                                   []*outage
	early                                     []*events.Event // resolutions of outages that had not started
	claims                                    []claimed
	ending                                    *ending
	renewals                                  int
	grants                                    []string  // ids
	changes                                   []string  // ids of changes
	refund, forfeited, returned, compensation money.Fen // so far, before the end
	kept                                      money.Fen // prepaid: revenue of units that ended
	declined                                  []decline
	full                                      int // how many invoices were paid in full so far
	troubles                                  []trouble
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
	contract   *contract
	id         string
	kind       kindOfInvoice
	number     int // its place among the contract's invoices of its kind
	amount     money.Fen
	length     extent // of the term
	addedAt    civil.Instant
	agreed     civil.Date // the due date as agreed
	due        civil.Date // as it counts: not before service began
	slices     []slice    // principal paid or released, in order of time
	paid       money.Fen  // of the principal
	released   money.Fen  // of the principal
	refunded   money.Fen  // of what was paid of it, at an end
	paidFee    money.Fen  // of the late fee
	adjusted   money.Fen  // late fee waived or cut
	dues       []dueBefore
	daysBefore int           // overdue, before the due date was moved
	from       civil.Instant // when late fee so far was waived
	rateAtMost *big.Rat      // by a court
	feeAtMost  *money.Fen
	writtenOff money.Fen
	units      []*unit // that it is for
	fullAs     int     // the how-manieth invoice paid in full, 0 if it is not
	inEffect   bool
	change     *change         // that it is for
	adds       bool            // further units
	usage      bool            // billed
	period     events.Period   // of it
	givings    []*events.Event // that wait for it
	credited   money.Fen
	creditBack money.Fen // of what was paid
	lost       money.Fen // of what was paid: earned or forfeited of units that ended
	named      bool      // its units
	of         int       // how many units it was for
	kept       *big.Rat  // postpaid: earned by units that ended
	asleep     bool      // declined, and nothing paid of it
	closed     bool      // prepaid: can no longer be paid
}

// slice is a part of the principal that ceased to be owed.
type slice struct {
	at     civil.Instant
	amount money.Fen
}

// term is a paid or agreed term of service of one unit, in effect. Its days are those of the calendar without pauses
// and SLA time.
type term struct {
	unit        *unit
	invoice     *invoice
	length      extent
	before, end extent
	parts       []*part
}

// part is a layer of the price of a term, earned from a day on.
type part struct {
	invoice *invoice
	fee     money.Fen
	from    int64 // days of the term over when it took effect
	day     int64 // of service then
	begun   int64 // the day of service on which the term began, as it stood then
	at      civil.Instant
	seq     int // its place among what changes the schedule
}

// price is the part's fee, less what the invoice was credited with.
func (p *part) price() *big.Rat { return mul(fen(p.fee), p.invoice.uncredited()) }

// uncredited is the share of an invoice's amount that credits left.
func (inv *invoice) uncredited() *big.Rat {
	if inv.amount == 0 {
		return whole(1)
	}
	return ratio(int64(inv.amount-inv.credited), int64(inv.amount))
}

// extent is months, then days, from the opening day.
type extent struct{ months, days int }

func (x extent) plus(y extent) extent { return extent{x.months + y.months, x.days + y.days} }

func (x extent) from(d civil.Date) civil.Date { return d.AddMonths(x.months) + civil.Date(x.days) }

func lengthOf(t civil.Term) extent { return extent{t.Months(), t.Days()} }

// start and last bound a term: 24:00 of last ends it. The opening day is not counted, month ends are clamped (CC 201,
// CC 202).
func (t *term) start() civil.Date { return t.before.from(t.unit.beganAt.Date()) }

func (t *term) last() civil.Date { return t.end.from(t.unit.beganAt.Date()) }

// days is the nominal length of a term.
func (t *term) days() int64 { return int64(t.last() - t.start()) }

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
	inv := &invoice{contract: c, id: "order", kind: forOrder, amount: d.Fee.Fen, length: lengthOf(d.Term), addedAt: e.Time}
	c.invoices = append(c.invoices, inv)
	for range d.Quantity {
		c.places = append(c.places, &unit{contract: c, product: d.Product})
	}
	inv.units = c.places
	if !c.prepaid() {
		inv.agreed, inv.due = d.DueDate, c.dueFrom(d.DueDate)
		c.putInEffect(inv)
	} else if inv.amount == 0 {
		c.fill(inv)
		c.takeEffect()
	}
	for _, payment := range c.waiting {
		c.post(payment, payment.Data.(*events.Paid))
	}
	c.waiting = nil
}

// decline is a notice that no renewal of some units is wanted.
type decline struct {
	at    civil.Instant
	units []*unit
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
	inv := &invoice{contract: c, id: d.Charge, kind: forCharge, amount: d.Amount.Fen,
		addedAt: e.Time, agreed: d.DueDate, due: d.DueDate}
	inv.usage, inv.period = d.ChargeKind == events.ChargeUsage, d.Period
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

// putInEffect appends an order's or renewal's term to the terms of the units it is for.
func (c *contract) putInEffect(inv *invoice) {
	inv.inEffect = true
	c.effective = append(c.effective, inv)
	if inv.adds {
		c.places = append(c.places, inv.units...)
	}
	for i, u := range inv.units {
		t := &term{unit: u, invoice: inv, length: inv.length}
		t.parts = []*part{{invoice: inv, fee: inv.share(i)}}
		u.append(t)
	}
	for _, g := range inv.givings {
		c.giveNow(g, g.Data.(*events.TimeGranted), inv, true)
	}
	c.revive(inv.units)
}

func (u *unit) append(t *term) {
	if n := len(u.terms); n > 0 {
		t.before = u.terms[n-1].end
	}
	t.end = t.before.plus(t.length)
	u.terms = append(u.terms, t)
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
		switch {
		case !order.inEffect || inv.closed:
		case inv.change != nil:
			c.putChange(inv, inv.change)
		default:
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
		return max(0, round(c.earned(c.now(), inv))-inv.holds())
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

// share is one unit's part of an invoice: split evenly, the first units take the odd fen.
func (inv *invoice) share(i int) money.Fen {
	n, price := money.Fen(len(inv.units)), inv.amount-inv.released-inv.refunded
	share := price / n
	if money.Fen(i) < price%n {
		share++
	}
	return share
}

// fill notes that an invoice is paid in full.
func (c *contract) fill(inv *invoice) {
	c.full++
	inv.fullAs = c.full
}
