package projections

import (
	"container/heap"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A contract passes to another account by agreement of all sides, or by what becomes of a party, with notice (11.5):
// all of it, with its debts, its time and what was paid for it. The wallet is the account's and stays.

var ruleMerged = Rule{"11.5", "合并时约定随合同转移的余额一并转移。",
	"What was agreed of the wallet passes with the contract in a merger."}

// passage is a contract passing to another account, or its customer getting another name.
type passage struct {
	at    civil.Instant
	event *events.Event
}

// assign passes the contract to another account, from the instant of the fact on.
func (c *contract) assign(e *events.Event, d *events.Assigned) {
	from := c.account
	to := from.party(d.To)
	to.advance(from.now, ranks[events.KindAssigned])
	switch {
	case d.Ground == events.GroundAgreed && (d.ConsentedAt.At.IsZero() || d.ConsentedAt.At.After(e.Time)):
		c.except(e, AssignmentWithoutConsent, "no consent of the other side before it; the contract stays where it is")
		return
	case d.Ground != events.GroundAgreed && d.NotifiedAt.At.IsZero():
		c.except(e, AssignmentWithoutNotice, "no notice was given of it; the contract stays where it is")
		return
	case d.Ground == events.GroundRename:
		c.passages = append(c.passages, passage{from.now, e})
		return
	case to.hasOrdered(c.id):
		c.except(e, AssignmentTargetTaken, "account "+d.To+" has a contract of that id; the contract stays where it is")
		return
	}
	c.passages = append(c.passages, passage{from.now, e})
	from.passWallet(to, e, d)
	if d.Debts == events.DebtsRetained {
		from.keepDebts(c)
	}
	from.release(c)
	to.take(c, e)
	paid := c.cashPaid()
	from.addCash(-paid)
	to.addCash(paid)
}

// hasOrdered reports whether the account has a contract with an order.
func (a *account) hasOrdered(id string) bool {
	c := a.contracts[id]
	return c != nil && c.order != nil
}

// passWallet passes what of the wallet goes along, at most what there is.
func (a *account) passWallet(to *account, e *events.Event, d *events.Assigned) {
	if d.WalletAmount == nil {
		return
	}
	amount := min(d.WalletAmount.Fen, max(a.wallet, 0))
	to.event = e
	a.credit(-amount, &ruleMerged, nil)
	to.credit(amount, &ruleMerged, nil)
}

// release takes a contract out of the account.
func (a *account) release(c *contract) {
	if !c.next.IsZero() {
		heap.Remove(&a.changes, c.place)
		c.next = civil.Instant{}
	}
	c.queued = [debtClasses]civil.Date{}
	delete(a.contracts, c.id)
	if a.passed == nil {
		a.passed = map[string]bool{}
	}
	a.passed[c.id] = true
}

// take puts a contract into the account. Payments that waited for it there are posted.
func (a *account) take(c *contract, e *events.Event) {
	there := a.contracts[c.id]
	c.account, c.exists, c.moved = a, true, true
	a.exists, a.contracts[c.id] = true, c
	delete(a.passed, c.id)
	for _, list := range [][]*invoice{c.invoices, c.charges} {
		for _, i := range list {
			a.step()
			if i.open && i.due != 0 {
				a.expectDebit(i.due.End())
			}
		}
	}
	c.queueDebts()
	if there != nil {
		c.wrong = append(c.wrong, there.wrong...)
		c.held = there.held
		c.postHeld()
		a.event = e
	}
}

// cashPaid is what was paid for the contract and not given back: it counts for the one who has the contract (3.8).
func (c *contract) cashPaid() money.Fen {
	sum := c.indemnityPaid - c.settled.refund
	for _, list := range [][]*invoice{c.invoices, c.charges} {
		for _, i := range list {
			sum += i.held() + i.feePaid
		}
	}
	return sum
}

// notHolder notes an event of a contract that the account has passed to another. Money that came in is the account's;
// corrections act on what happened before.
func (a *account) notHolder(e *events.Event) {
	switch d := e.Data.(type) {
	case *events.Voided, *events.OutageReclassified, *events.PaymentBounced:
		return
	case *events.Paid:
		if !a.countsFirst(d) {
			a.except(e, PaymentReferenceRepeated, receivedBefore)
			return
		}
		if d.Channel != events.ByWallet {
			a.addCash(d.Amount.Fen)
			a.credit(d.Amount.Fen, &ruleOverpaid, nil)
		}
	}
	const why = "the contract is of another account; money is in the wallet, and else the event has no effect"
	a.except(e, AssignedAway, why)
}
