package projections

import (
	"context"
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
)

// Fact is an event as the log knows it.
type Fact struct {
	Seq      uint64
	Event    *events.Event
	Recorded civil.Instant // when the ledger learned of it; none of what is only supposed
	ByLedger bool          // whether the ledger itself wrote it
}

// Book is what an account comes to at one instant.
type Book struct {
	Account   AccountFigures
	Contracts []Figures // by contract id
}

// Fold works out an account at asOf from the facts known, in any order: the account's own, and others, which are
// everybody's (terms) and those events of other accounts that an own void names. Of the reserved account of everybody's
// events there is nothing to work out but exceptions. Facts later than asOf do not count,
// but for corrections, which count as soon as they are known. ok is false when no own fact counts. The error is that of
// ctx, once it is done.
func Fold(ctx context.Context, id string, own, others []Fact, asOf civil.Instant) (book Book, ok bool, err error) {
	return FoldUnder(ctx, id, own, others, asOf, nil)
}

// FoldUnder works an account out as Fold does, but as if the parameters given had been part of every version of the
// terms; nil changes nothing.
func FoldUnder(ctx context.Context, id string, own, others []Fact, asOf civil.Instant,
	changed *events.Params) (book Book, ok bool, err error) {
	defer stopped(&err)
	a := newAccount(ctx, id, others, asOf)
	a.terms = a.terms.under(changed)
	a.fold(own, others, asOf)
	if !a.exists {
		return Book{}, false, nil
	}
	return a.book(), true, nil
}

func newAccount(ctx context.Context, id string, others []Fact, asOf civil.Instant) *account {
	a := &account{interrupt: interrupt{ctx: ctx}, id: id, contracts: map[string]*contract{}}
	a.terms = a.historyOf(others, asOf)
	return a
}

// fold brings the account to asOf.
func (a *account) fold(own, others []Fact, asOf civil.Instant) {
	a.debiting = a.terms.debit()
	own, theirs := a.join(own, others)
	valid := unvoided(a.id, own, others)
	a.reclassifications = reclassified(valid)
	list := a.inOrder(valid, asOf)
	if theirs != nil {
		list = a.inOneOrder(valid, theirs, asOf)
	}
	a.findContracts(list)
	s := a.spentBeforeBounces(list)
	for p := range a.all() {
		p.spent = s
	}
	a.applyAll(list)
	a.advance(asOf, rankExpiry)
	a.judgeVoids(own, others)
	a.judgeReclassifications(valid)
	a.judgeWriters(valid, asOf)
	a.judgeDates(valid, asOf)
}

// applyAll applies facts in the order of folding, but for payments that have bounced.
func (a *account) applyAll(list []*events.Event) {
	for p := range a.all() {
		p.expectSpentDebits()
	}
	for _, e := range a.withoutBounced(list) {
		a.step()
		p := a.of(e)
		p.advance(e.Time, ranks[e.Kind()])
		p.event = e
		p.apply(e)
	}
}

// findContracts notes which contracts there are: those of which a fact counts that is no correction of another.
func (a *account) findContracts(list []*events.Event) {
	for _, e := range list {
		kind := e.Kind()
		if kind == events.KindVoided {
			continue
		}
		p := a.of(e)
		p.exists = true
		p.keepDischarges(e)
		if e.Contract != "" && kind != events.KindPaymentBounced {
			p.contract(e.Contract).exists = true
		}
	}
}

// subject is the contract that an event acts on, nil for those of the account itself. ok is false for an event that
// waits for the order, or that is of a contract which has passed to another account.
func (a *account) subject(e *events.Event) (c *contract, ok bool) {
	c = a.contracts[e.Contract]
	switch {
	case c == nil && a.passed[e.Contract]:
		if c = a.keptFor(e); c == nil {
			a.notHolder(e)
			return nil, false
		}
	case c != nil && c.order == nil && c.awaitsOrder(e):
		return nil, false
	}
	return c, true
}

// apply is the one switch over kinds.
func (a *account) apply(e *events.Event) {
	c, ok := a.subject(e)
	if !ok {
		return
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
	case *events.RenewalDeclined:
		c.decline(e, d)
	case *events.Changed:
		c.reconfigure(e, d)
	case *events.UnitsAdded:
		c.orderUnits(e, d)
	case *events.UnitReplaced:
		c.replaceServer(e, d)
	case *events.ClaimSettled:
		c.settleClaim(e, d)
	case *events.UnitsReleased:
		c.releaseServers(e, d)
	case *events.DebtWrittenOff:
		c.writeOff(e, d)
	case *events.Assigned:
		c.assign(e, d)
	case *events.TimeGranted:
		c.grantTime(e, d)
	case *events.DueDateExtended:
		c.extendDue(e, d)
	case *events.LateFeeCapped:
		c.cutLateFee(e, d)
	case *events.InvoiceCredited:
		c.creditInvoice(e, d)
	case *events.NoticeSent, *events.TermsPublished, *events.PeriodClosed,
		*events.RejectionDismissed, *events.Voided, *events.OutageReclassified, *events.PaymentBounced:
		// Facts without a figure of their own here: notices, and corrections, which have had their effect.
	}
	if c != nil {
		c.account.expect(c)
	}
}

// book writes down every figure.
func (a *account) book() Book {
	b := Book{Contracts: make([]Figures, 0, len(a.contracts))}
	for _, c := range a.contracts {
		a.step()
		if c.exists {
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
		Contracts: make([]string, 0, len(contracts)), Exceptions: listed(a.allWrong()),
	}
	for _, c := range contracts {
		f.Principal += c.Principal
		f.LateFee += c.LateFee
		for n := range c.Claims {
			if k := &c.Claims[n]; k.isIndemnity() {
				f.ClaimsReceivable += k.Open
			} else {
				f.ClaimsPayable += k.Open
			}
		}
		f.Contracts = append(f.Contracts, c.ContractID)
	}
	f.addKept(a)
	f.DueTotal = f.Principal + f.LateFee
	return f
}
