package foldtest

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// Fold works out an account at asOf, as projections.Fold does.
func Fold(account string, own, everybody []projections.Fact, asOf civil.Instant) (projections.Book, bool) {
	had := spendings{}
	for _, e := range inOrder(own) {
		if e.Kind() == events.KindPaymentBounced && notAfter(e.Time, asOf) {
			foldWith(had, account, own, everybody, justBefore(e.Time))
		}
	}
	return foldWith(had, account, own, everybody, asOf)
}

// foldWith folds with the payments out of the wallet that had effect before a bounce: they stand. It adds those that
// have effect now.
func foldWith(had spendings, account string, own, everybody []projections.Fact,
	asOf civil.Instant) (projections.Book, bool) {
	history := correct(own, everybody, asOf)
	if !history.counts {
		return projections.Book{}, false
	}
	a := openAccount(account, history)
	a.had = had
	for _, e := range history.facts {
		a.derive(e.Time, rank(e.Kind()))
		a.now = e.Time
		if history.bounced[e.ID] {
			a.standBy(e)
		} else {
			a.take(e)
		}
	}
	a.derive(asOf, len(order))
	a.now = asOf
	return a.book(history), true
}

// order is the order of kinds at one instant; kinds of one group go by their ids. The rest comes between the ends and
// what is released.
var order = [][]events.Kind{
	{events.KindVoided, events.KindOutageReclassified}, {events.KindTermsPublished}, {events.KindOrdered},
	{events.KindRenewed}, {events.KindChargeAdded}, {events.KindAssigned}, {events.KindChanged},
	{events.KindUnitsAdded}, {events.KindUnitReplaced}, {events.KindTimeGranted}, {events.KindInvoiceCredited},
	{events.KindLateFeeCapped}, {events.KindDueDateExtended}, {events.KindToppedUp}, {events.KindPaid},
	{events.KindProvisioned}, {events.KindResumed}, {events.KindOutageResolved}, {events.KindOutageStarted},
	{events.KindSuspended}, {expiry}, {events.KindOverdue, events.KindRenewalDeclined, events.KindNoticeSent},
	{events.KindLateFeeAdjusted, events.KindClaimAccepted}, {events.KindClaimSettled}, {events.KindDebtWrittenOff},
	{events.KindTerminated, events.KindCancelled}, {0}, {events.KindUnitsReleased},
}

// expiry stands for the derived expiry of units.
const expiry events.Kind = 255

// rank orders facts of one instant.
func rank(k events.Kind) int {
	for i, group := range order {
		if slices.Contains(group, k) {
			return i
		}
	}
	return rank(0)
}

// account is one customer's account in the middle of the fold.
type account struct {
	id         string
	terms      versions
	causes     map[outageName]*events.OutageReclassified
	now        civil.Instant
	wallet     money.Fen // below zero: the shortfall
	references map[reference]bool
	cash       []movement // in and out of the provider's bank account
	contracts  []*contract
	troubles   []trouble
	lossesPaid money.Fen // payable under 3.8 so far
	had        spendings
	count      int                    // of what changes a schedule
	debited    map[civil.Instant]bool // the ends of due days at which the wallet has been looked into
}

// next numbers what changes the schedule of a unit.
func (a *account) next() int {
	a.count++
	return a.count
}

// spendings are the payments out of the wallet that had effect, before a bounce or now: by the event, or by the instant
// at which the wallet paid by itself.
type spendings map[string]money.Fen

// reference tells movements of money apart.
type reference struct{ direction, channel, text, part string }

// referenceOf is that of a report of money that came in or went out, if it has any.
func referenceOf(e *events.Event) (ref reference) {
	switch d := e.Data.(type) {
	case *events.Paid:
		ref = reference{"in", d.Channel.String(), d.Reference, d.Part}
	case *events.ToppedUp:
		ref = reference{"in", d.Channel.String(), d.Reference, d.Part}
	case *events.PaidOut:
		ref = reference{"out", "", d.Reference, d.Part}
	}
	ref.text = strings.ToUpper(strings.TrimSpace(norm.NFKC.String(ref.text)))
	if ref.text == "" || ref.channel == "wallet" {
		return reference{}
	}
	return ref
}

func (a *account) note(ref reference) {
	if ref != (reference{}) {
		a.references[ref] = true
	}
}

// movement is cash received, or below zero paid out.
type movement struct {
	at     civil.Instant
	amount money.Fen
}

func openAccount(id string, history *corrected) *account {
	a := &account{id: id, terms: versionsOf(history.terms), causes: history.causes, references: map[reference]bool{},
		debited: map[civil.Instant]bool{}}
	for contractID := range history.present {
		a.contracts = append(a.contracts, &contract{account: a, id: contractID})
	}
	slices.SortFunc(a.contracts, func(c, d *contract) int { return strings.Compare(c.id, d.id) })
	if len(history.facts) > 0 {
		a.now = history.facts[0].Time
	}
	return a
}

// contract finds a contract that some fact names.
func (a *account) contract(id string) *contract {
	for _, c := range a.contracts {
		if c.id == id {
			return c
		}
	}
	return nil
}

// take folds one fact: the one switch over kinds.
func (a *account) take(e *events.Event) {
	switch d := e.Data.(type) {
	case *events.ToppedUp, *events.PaidOut:
		a.move(e)
	case *events.Ordered:
		a.contract(e.Contract).place(e, d)
	case *events.Paid:
		a.contract(e.Contract).receive(e, d)
	// of the reserved account, which has no figures
	case *events.TermsPublished, *events.PeriodClosed, *events.RejectionDismissed:
	default:
		c := a.contract(e.Contract)
		if c.order == nil {
			c.trouble(e, projections.ContractUnknown)
			return
		}
		c.take(e)
	}
}

// take folds one fact of a contract that is ordered.
func (c *contract) take(e *events.Event) {
	switch d := e.Data.(type) {
	case *events.Provisioned:
		c.provision(e, d)
	case *events.Renewed:
		c.renew(e, d)
	case *events.Overdue:
		c.markOverdue(e, d)
	case *events.RenewalDeclined:
		c.declined = append(c.declined, decline{e.Time, c.places})
		if d.Units != nil {
			c.declined[len(c.declined)-1].units = c.named(e, d.Units)
		}
	case *events.Suspended:
		c.suspend(e, d)
	case *events.Resumed:
		c.resume(e, d)
	case *events.Cancelled:
		c.cancel(e)
	case *events.Terminated:
		c.terminate(e, d)
	case *events.OutageStarted:
		c.startOutage(e, d)
	case *events.OutageResolved:
		c.resolveOutage(e, d)
	case *events.ChargeAdded:
		c.charge(e, d)
	case *events.DueDateExtended:
		c.extend(e, d)
	case *events.LateFeeCapped:
		c.cutFee(e, d)
	case *events.LateFeeAdjusted:
		c.adjustLateFee(e, d)
	case *events.ClaimAccepted:
		c.claim(e, d)
	case *events.Changed:
		c.change(e, d)
	case *events.UnitsAdded:
		c.add(e, d)
	case *events.UnitsReleased:
		c.releaseData(e, d)
	case *events.TimeGranted:
		c.grant(e, d)
	case *events.ClaimSettled:
		c.settleClaim(e, d)
	case *events.DebtWrittenOff:
		c.writeOff(e, d)
	case *events.UnitReplaced:
		c.replace(e, d)
	}
}

// move takes money into the wallet or out of it, once.
func (a *account) move(e *events.Event) {
	ref := referenceOf(e)
	if a.references[ref] {
		a.troubles = append(a.troubles, trouble{e, projections.PaymentReferenceRepeated})
		return
	}
	a.note(ref)
	switch d := e.Data.(type) {
	case *events.ToppedUp:
		a.topUp(d.Amount.Fen)
		a.debit(e.ID.String())
	case *events.PaidOut:
		a.payOut(e, d.Amount.Fen)
	}
}

func (a *account) topUp(amount money.Fen) {
	a.wallet += amount
	a.cash = append(a.cash, movement{a.now, amount})
}

// payOut always takes effect, for the money has left; above the wallet it makes a shortfall.
func (a *account) payOut(e *events.Event, amount money.Fen) {
	if amount > a.wallet {
		a.troubles = append(a.troubles, trouble{e, projections.PaidOutAboveWallet})
	}
	a.wallet -= amount
	a.cash = append(a.cash, movement{a.now, -amount})
}
