package projections

import (
	"fmt"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// contract is one contract while its account is folded.
type contract struct {
	id      string
	account *account
	origin  string // the account under which it began
	exists  bool   // whether any fact counts for it
	wrong   []exceptionAt

	order     *events.Ordered // nil until the order
	orderedAt civil.Instant
	passages  []passage
	pinned    history // the one version that governs all of the contract, nil when each fact has its own

	held     []*events.Event // payments that wait for the order
	invoices []*invoice      // the order's, then renewals', in the order of folding
	charges  []*invoice
	byID     map[string]*invoice
	renewals int

	owing   int                      // how many invoices have a debt that is owed
	unpaid  dueDays                  // those with principal, but for plain charges
	fees    dueDays                  // of them, those of service fees that have a due date
	plain   dueDays                  // plain charges, by the day they were added
	bearing bearing                  // those with a due date and any debt
	needs   map[money.Fen][]*invoice // of a prepaid contract, by what was unpaid of them at some time
	queued  [debtClasses]civil.Date  // for which the contract is among the account's debtors

	lastArrears arrears   // that were asked for
	pools       []feePool // late fees that a court cut to one sum

	paidUp        int        // how many of the first prepaid invoices are paid in full
	renewalsOfAll []*invoice // that named no servers, and were not in effect when they were last looked at
	paidRenewals  []*invoice // and changes and units added: prepaid, paid in full, not in effect yet, as they were paid

	inEffect      bool          // paid in full, or postpaid: money is no longer an advance
	provisionedAt civil.Instant // of the first servers, none before
	deliveries    []*events.Event
	served        []*invoice         // of the terms in effect, in the order in which these took effect
	servers       []*server          // the line: first those provisioned, as events named them
	delivered     int                // how many of them are provisioned
	serversByID   map[string]*server // nil until an event names one
	units         []*unit            // the histories of those provisioned,
	pending       []*unit            // of those that are still to be,
	ended         []*unit            // and of those that were terminated before the contract
	outages       map[string]*outage
	ongoing       []*outage                // not yet resolved, as they started
	tooEarly      map[string]*events.Event // resolutions that came before the start of their outage
	capFollows    bool                     // whether that of any unit does

	next  civil.Instant // when it may change by itself, none when never
	place int           // among the contracts that may, while next is set
	moved bool          // whether next may be another by now
	end   ending

	lateUntil civil.Instant // until when a renewal may be paid after expiry, none when it may not

	settled settled // by the ends of servers and of the contract

	serviceFees money.Fen // of the terms in effect, paid or not (7.6)

	changeIDs map[string]bool // of changes of configuration and units added
	creditIDs map[string]bool // of credit notes
	returned  money.Fen       // to the wallet while the contract runs

	claims  []Claim
	claimed map[string]bool // their ids

	timeGranted map[string]bool // ids of grants
	breachPaid  money.Fen       // what earlier claims took of the cap of 7.6

	indemnityPaid money.Fen // by the customer
}

// except notes that an event does not fit.
func (c *contract) except(e *events.Event, code ExceptionCode, message string) {
	c.wrong = append(c.wrong, newException(e, code, message))
}

// versions are those of the terms that govern the contract.
func (c *contract) versions() history {
	if c.pinned != nil {
		return c.pinned
	}
	return c.account.terms
}

// terms is the version of the terms for a fact at t (3.1).
func (c *contract) terms(t civil.Instant) *Terms { return c.versions().at(t) }

// awaitsOrder keeps a payment until the order, and notes that the event has nothing to act on.
func (c *contract) awaitsOrder(e *events.Event) bool {
	switch d := e.Data.(type) {
	case *events.Ordered, *events.Voided, *events.OutageReclassified, *events.PaymentBounced:
		return false
	case *events.Paid:
		if !c.account.countsFirst(d) {
			c.except(e, PaymentReferenceRepeated, receivedBefore)
			return true
		}
		c.held = append(c.held, e)
		if d.Channel != events.ByWallet {
			c.account.addCash(d.Amount.Fen)
		}
	default:
		c.except(e, ContractUnknown, "the contract has no order in effect at this place; the event has no effect")
	}
	return true
}

// placeOrder begins the contract (C-一). A postpaid order is accepted by ordering; a prepaid one takes effect when paid
// (C-三, 2.2.1). Payments that came before it are posted now.
func (c *contract) placeOrder(e *events.Event, d *events.Ordered) {
	if c.order != nil {
		c.except(e, OrderRepeated, "the contract has an order already")
		return
	}
	c.order, c.orderedAt = d, e.Time
	if t := c.account.terms.at(e.Time); t.TermsPolicy == events.PinnedAtOrder {
		c.pinned = history{{terms: *t}}
	}
	c.byID = map[string]*invoice{}
	inv := c.addFee(&invoice{id: "order", kind: orderInvoice, amount: d.Fee.Fen}, d.DueDate)
	c.invoices = append(c.invoices, inv)
	c.addServers(d.Quantity)
	if c.postpaid() {
		c.inEffect = true
		c.addTerm(inv, d.Term, c.servers)
	}
	c.postHeld()
	c.afterPayment() // a trial costs nothing
}

// postHeld posts the payments that waited.
func (c *contract) postHeld() {
	for _, held := range c.held {
		c.account.event = held
		if d := held.Data.(*events.Paid); d.Channel != events.ByWallet || c.covered(held, d) {
			c.allocate(d)
		}
	}
	c.held = nil
}

func (c *contract) postpaid() bool { return c.order.Mode == events.Postpaid }

// running reports whether the contract has not come to an end.
func (c *contract) running() bool { return c.end.status == "" }

// provision starts the service: terms begin (6.1), of all servers ordered or, in stages, of some. The provider may
// start it before full payment (2.3).
func (c *contract) provision(e *events.Event, d *events.Provisioned) {
	inUse := func(id string) bool { return c.serverNamed(id) != nil }
	switch open := len(c.servers) - c.delivered; {
	case !c.running():
		c.except(e, NotInService, "the contract has ended")
	case open == 0, slices.ContainsFunc(d.Units, inUse):
		c.except(e, AlreadyProvisioned, "the units were provisioned before")
	case len(d.Units) > open:
		c.except(e, UnitCountMismatch, fmt.Sprintf("it names more units than the %d that are still to be provisioned", open))
	default:
		c.deliver(e, d.Units)
	}
}

// deliver begins the terms of the next servers of the line.
func (c *contract) deliver(e *events.Event, ids []string) {
	if c.provisionedAt.IsZero() {
		c.provisionedAt = e.Time
		c.takeEffect()
	}
	c.deliveries, c.moved = append(c.deliveries, e), true
	servers := c.servers[c.delivered : c.delivered+len(ids)]
	for i, s := range servers {
		s.id = ids[i]
		if c.serversByID != nil {
			c.serversByID[s.id] = s
		}
	}
	for _, u := range c.unitsOf(servers) {
		u.provisionedAt, u.provisioned = e.Time, e
		u.startedAt, u.startedBy = e.Time, e
		u.takePromised()
		c.units = append(c.units, u)
	}
	c.pending = slices.DeleteFunc(c.pending, func(u *unit) bool { return !u.provisionedAt.IsZero() })
	c.delivered += len(ids)
	c.beginDueDates()
}

// takeEffect makes the order's term the first, and brings in renewals that were paid in advance of it.
func (c *contract) takeEffect() {
	if len(c.served) > 0 {
		return
	}
	c.addTerm(c.invoices[0], c.order.Term, c.servers)
	c.admitRenewals()
}

// renew orders a further term (6.1). A postpaid one counts at once, a prepaid one when it is paid in full.
func (c *contract) renew(e *events.Event, d *events.Renewed) {
	if !c.isOpen() {
		c.except(e, RenewalAfterEnd, "the contract ended before; service again needs a new order")
		return
	}
	servers := c.serversRenewed(e, d.Units)
	if len(servers) == 0 {
		return
	}
	c.renewals++
	inv := c.addFee(&invoice{id: renewalID(c.renewals), kind: renewalInvoice, amount: d.Fee.Fen, term: d.Term,
		servers: servers, named: d.Units != nil, quantity: len(servers)}, d.DueDate)
	c.invoices = append(c.invoices, inv)
	switch {
	case !c.postpaid():
		c.keepOpen(inv)
	case isDeclined(servers, d):
		c.keepOpen(inv)
		c.withdraw(inv)
		inv.owed = false
		c.except(e, RenewedAfterDecline, "the renewal was declined; it counts once any of it is paid, or accepted later")
	default:
		c.addTerm(inv, d.Term, servers)
	}
}

// serversRenewed lists the servers that a renewal names, or all, but for those that do not come back.
func (c *contract) serversRenewed(e *events.Event, ids []string) []*server {
	named := c.serversNamed(e, ids)
	left := renewable(named)
	if (ids != nil || len(left) == 0) && len(left) < len(named) {
		c.except(e, RenewalAfterEnd, "units that it names ended before; service of them again needs a new order")
	}
	return left
}

// decline notes that no renewal is wanted of some servers.
func (c *contract) decline(e *events.Event, d *events.RenewalDeclined) {
	for _, s := range c.serversNamed(e, d.Units) {
		s.declinedAt = e.Time
	}
}

// isDeclined reports whether a renewal was declined of any of its servers, and not accepted later (6.1).
func isDeclined(servers []*server, d *events.Renewed) bool {
	return slices.ContainsFunc(servers, func(s *server) bool {
		return !s.declinedAt.IsZero() && !d.AcceptedAt.At.After(s.declinedAt)
	})
}

// wake has a declined renewal count from now on, when a payment names it.
func (c *contract) wake(i *invoice) {
	if i == nil || i.kind != renewalInvoice || i.owed || i.lapsed || !c.postpaid() || !c.running() {
		return
	}
	i.owed = true
	c.file(i)
	c.addTerm(i, i.term, i.servers)
}

// cancel withdraws an order that has not taken effect; money held goes to the wallet.
func (c *contract) cancel(e *events.Event) {
	switch {
	case !c.running():
		c.except(e, EndedAlready, "the contract ended before")
	case c.postpaid() || c.inEffect || !c.provisionedAt.IsZero():
		c.except(e, CancelledAfterEffect, "the order had taken effect; it can be terminated, not cancelled")
	default:
		c.finish(ending{status: Cancelled, at: e.Time, event: e})
		for _, inv := range c.invoices {
			c.returnToWallet(inv)
		}
	}
}
