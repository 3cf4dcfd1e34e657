package projections

import (
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
)

// Fact is an event as the log knows it.
type Fact struct {
	Seq   uint64
	Event *events.Event
}

// Book is what an account comes to at one instant.
type Book struct {
	Account   AccountFigures
	Contracts []Figures // by contract id
}

// Fold works out an account at asOf from the facts known, in any order: the account's own, and others, which are
// everybody's (terms) and those events of other accounts that an own void names. Facts later than asOf do not count,
// but for corrections, which count as soon as they are known. ok is false when no own fact counts.
func Fold(id string, own, others []Fact, asOf civil.Instant) (book Book, ok bool) {
	a := newAccount(id, others, asOf)
	a.fold(own, others, asOf)
	if !a.counted {
		return Book{}, false
	}
	return a.book(), true
}

func newAccount(id string, others []Fact, asOf civil.Instant) *account {
	return &account{id: id, terms: historyOf(others, asOf), contracts: map[string]*contract{}}
}

// fold brings the account to asOf.
func (a *account) fold(own, others []Fact, asOf civil.Instant) {
	a.judgeVoids(own, others, asOf)
	valid := standing(a.id, own, others)
	a.recast = reclassified(valid)
	list := a.withoutBounced(inOrder(valid, asOf))
	a.judgeRecasts(valid, asOf)
	for _, e := range list {
		a.advance(e.Time, ranks[e.Kind()])
		a.event = e
		a.apply(e)
	}
	a.advance(asOf, rankExpiry)
}

// judgeVoids notes the voids up to asOf that have no effect for a reason of their own.
func (a *account) judgeVoids(own, others []Fact, asOf civil.Instant) {
	if !hasVoids(own) {
		return
	}
	c := newCorrections(a.id, own, others)
	for _, f := range own {
		e := f.Event
		if e.Kind() != events.KindVoided || e.Time.After(asOf) || c.voided(e.ID) {
			continue
		}
		if code, message := c.complaint(e); code != "" {
			a.complain(e, code, message)
		}
	}
}

// judgeRecasts notes reclassifications up to asOf of outages that are not known to have started, ever.
func (a *account) judgeRecasts(valid []Fact, asOf civil.Instant) {
	if a.recast == nil {
		return
	}
	started := map[outageKey]bool{}
	for _, f := range valid {
		if d, ok := f.Event.Data.(*events.OutageStarted); ok {
			started[outageKey{f.Event.Contract, d.Outage}] = true
		}
	}
	for _, f := range valid {
		d, ok := f.Event.Data.(*events.OutageReclassified)
		if ok && !started[outageKey{f.Event.Contract, d.Outage}] && !f.Event.Time.After(asOf) {
			a.complain(f.Event, OutageStartUnknown, "no outage with its id is known")
		}
	}
}

// complain notes an exception where the event belongs: with its contract, or with the account.
func (a *account) complain(e *events.Event, code ExceptionCode, message string) {
	a.counted = true
	if e.Contract == "" {
		a.except(e, code, message)
		return
	}
	c := a.contract(e.Contract)
	c.counted = true
	c.except(e, code, message)
}

// withoutBounced leaves out payments that have bounced.
func (a *account) withoutBounced(list []*events.Event) []*events.Event {
	ids := bounced(list)
	if ids == nil {
		return list
	}
	left := list[:0]
	for _, e := range list {
		switch e.Data.(type) {
		case *events.Paid, *events.ToppedUp:
			if _, ok := ids[e.ID]; ok {
				ids[e.ID] = true // found
				continue
			}
		}
		left = append(left, e)
	}
	for _, e := range left {
		if b, ok := e.Data.(*events.PaymentBounced); ok && !ids[b.Payment] {
			a.complain(e, PaymentUnknown, "no payment or top-up of the account with the id it names is known")
		}
	}
	return left
}

// apply is the one switch over kinds.
func (a *account) apply(e *events.Event) {
	if e.Kind() == events.KindVoided || e.Kind() == events.KindOutageReclassified && a.contracts[e.Contract] == nil {
		return // corrections have had their effect, and make no contract of their own
	}
	a.counted = true
	var c *contract
	if e.Contract != "" {
		c = a.contract(e.Contract)
		c.counted = true
		if c.order == nil && c.awaitsOrder(e) {
			return
		}
	}
	switch d := e.Data.(type) {
	case *events.Ordered:
		c.placeOrder(e, d)
	case *events.Paid:
		c.pay(e, d)
	case *events.Provisioned:
		c.provision(e, d)
	case *events.Renewed:
		c.renew(e, d)
	case *events.Overdue:
		c.markOverdue(e, d)
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
		c.addCharge(e, d)
	case *events.LateFeeAdjusted:
		c.adjustLateFee(e, d)
	case *events.ClaimAccepted:
		c.acceptClaim(e, d)
	case *events.ToppedUp:
		a.topUp(e, d)
	case *events.PaidOut:
		a.payOut(e, d)
	case *events.RenewalDeclined, *events.NoticeSent, *events.TermsPublished,
		*events.OutageReclassified, *events.PaymentBounced, *events.PeriodClosed:
		// Facts without a figure of their own here: notices, and what was taken account of before the fold.
	}
	if c != nil {
		a.expect(c)
	}
}

// book writes down every figure.
func (a *account) book() Book {
	b := Book{Contracts: make([]Figures, 0, len(a.contracts))}
	for _, c := range a.contracts {
		if c.counted {
			b.Contracts = append(b.Contracts, c.figures())
		}
	}
	slices.SortFunc(b.Contracts, func(x, y Figures) int { return strings.Compare(x.ContractID, y.ContractID) })
	b.Account = a.figures(b.Contracts)
	return b
}

func (a *account) figures(contracts []Figures) AccountFigures {
	f := AccountFigures{
		AccountID: a.id, AsOf: a.now,
		Wallet: max(a.wallet, 0), WalletShortfall: max(-a.wallet, 0),
		Contracts: make([]string, 0, len(contracts)), Exceptions: listed(a.wrong),
	}
	for _, c := range contracts {
		f.Principal += c.Principal
		f.LateFee += c.LateFee
		f.Contracts = append(f.Contracts, c.ContractID)
	}
	f.DueTotal = f.Principal + f.LateFee
	return f
}
