package projections

import (
	"container/heap"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A bounce takes back money that came in, not what the wallet has paid with it: payments from the wallet that had
// effect before the bounce stand, and the wallet is overdrawn. Whether they had effect is found by folding what there
// was before the bounce.

// spent is what the wallet paid before bounces.
type spent struct {
	payments map[*events.Event]bool
	debits   map[debitKey]money.Fen
}

// debitKey names what the wallet of an account paid by itself at an instant.
type debitKey struct {
	account string
	at      civil.Instant
}

// stands reports whether a payment from the wallet had effect before a bounce.
func (s *spent) stands(e *events.Event) bool { return s != nil && s.payments[e] }

// debited is what the wallet paid by itself at t, before a bounce.
func (s *spent) debited(account string, t civil.Instant) money.Fen {
	if s == nil {
		return 0
	}
	return s.debits[debitKey{account, t}]
}

func (s *spent) note(e *events.Event) {
	if s != nil {
		s.payments[e] = true
	}
}

func (s *spent) noteDebit(account string, t civil.Instant, amount money.Fen) {
	if s != nil && amount > 0 {
		s.debits[debitKey{account, t}] = amount
	}
}

// spentBeforeBounces is what the wallet paid before each bounce; nil where nothing bounced. It folds again only for
// bounces before which the wallet may have paid with what came back.
func (a *account) spentBeforeBounces(list []*events.Event) *spent {
	b := bouncesOf(list)
	if b == nil {
		return nil
	}
	s := &spent{map[*events.Event]bool{}, map[debitKey]money.Fen{}}
	doomed, pays := false, false
	for n, e := range list {
		a.step()
		switch d := e.Data.(type) {
		case *events.PaymentBounced:
			if pays && b.named[reportOf(e, d)] != nil {
				a.spendBefore(list[:n], e, s)
				pays = false
			}
			continue
		case *events.Paid:
			pays = pays || doomed && d.Channel == events.ByWallet
		case *events.Ordered:
			pays = pays || doomed // a payment from the wallet may have waited for it
		}
		doomed = doomed || b.takes(e)
		pays = pays || doomed && a.debiting
	}
	return s
}

// spendBefore folds what there was before a bounce, and notes in s what the wallet paid.
func (a *account) spendBefore(list []*events.Event, bounce *events.Event, s *spent) {
	w := &account{interrupt: a.interrupt, id: a.id, terms: a.terms, contracts: map[string]*contract{},
		reclassifications: a.reclassifications, debiting: a.debiting, spent: s}
	w.joinAs(a)
	w.findContracts(list)
	w.applyAll(list)
	for p := range w.all() {
		p.advance(bounce.Time, ranks[events.KindPaymentBounced])
	}
}

// expectSpentDebits has the wallet pay again what it paid by itself before a bounce, whatever led to it.
func (a *account) expectSpentDebits() {
	if a.spent == nil {
		return
	}
	for debit := range a.spent.debits {
		if debit.account == a.id {
			heap.Push(&a.debits, debit.at)
		}
	}
}
