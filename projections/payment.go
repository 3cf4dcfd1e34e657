package projections

import (
	"zhangben/events"
	"zhangben/events/money"
)

// pay takes a payment (2.2.1, C-五).
func (c *contract) pay(e *events.Event, d *events.Paid) {
	switch {
	case !c.account.countsFirst(d):
		c.except(e, PaymentReferenceRepeated, receivedBefore)
		return
	case d.Channel != events.ByWallet:
		c.account.addCash(d.Amount.Fen)
	case !c.covered(e, d):
		return
	}
	c.allocate(d)
}

// covered reports whether the wallet holds a payment out of it. One that it does not hold has no effect at all.
func (c *contract) covered(e *events.Event, d *events.Paid) bool {
	held := max(c.account.wallet, 0)
	if d.Amount.Fen > held && !c.account.spent.stands(e) {
		c.except(e, WalletInsufficient, "the wallet held "+held.String()+"; the payment has no effect")
		return false
	}
	c.account.spent.note(e)
	return true
}

// allocate brings a payment to what it pays; what is left over goes to the wallet (CC 985).
func (c *contract) allocate(d *events.Paid) {
	e, amount := c.account.event, d.Amount.Fen
	if d.Channel == events.ByWallet {
		c.account.credit(-amount, &ruleSpend, c)
	}
	switch k := c.indemnityNamed(d.Invoice); {
	case k != nil:
		amount = c.payElsewhere(c.payIndemnity(k, amount))
	case d.Invoice != "" && c.byID[d.Invoice] == nil:
		c.except(e, InvoiceUnknown, "the contract has no such invoice; the money is in the wallet")
	case !c.running() && c.owing == 0 && (c.lateUntil.IsZero() || c.prepaidFee() == nil):
		c.except(e, PaymentAfterEnd, "the contract has ended and nothing of it is left to pay; the money pays other "+
			"due debts, or is in the wallet")
		amount = c.payElsewhere(amount)
	default:
		c.wake(c.byID[d.Invoice])
		amount = c.payElsewhere(c.discharge(amount, c.debtsFor(d)))
	}
	c.account.credit(amount, &ruleOverpaid, c)
	c.afterPayment()
}

// payElsewhere pays due debts of all contracts of the account with what a payment leaves over, where the terms say so,
// and returns what is left.
func (c *contract) payElsewhere(amount money.Fen) money.Fen {
	terms := c.terms(c.account.now)
	if amount == 0 || terms.ExcessTo != events.ExcessToDueDebts {
		return amount
	}
	return c.account.payDueDebts(amount, terms.AllocationOrder, func(*contract) bool { return true })
}

// discharge pays debts in order, those that come together pro rata, and returns what is left.
func (c *contract) discharge(amount money.Fen, order []debts) money.Fen {
	for _, next := range order {
		for amount > 0 {
			group := next()
			if len(group) == 0 {
				break
			}
			amount -= c.account.share(amount, group)
		}
	}
	return amount
}

// share pays the debts of one group pro rata, and returns what it paid.
func (a *account) share(amount money.Fen, group []debt) (paid money.Fen) {
	if len(group) == 1 {
		return group[0].pay(min(amount, group[0].amount))
	}
	a.weights = a.weights[:0]
	for _, d := range group {
		a.weights = append(a.weights, int64(d.amount))
		paid += d.amount
	}
	paid = min(amount, paid)
	for i, part := range a.splitter.Split(paid, a.weights) {
		a.step()
		if part > 0 {
			group[i].pay(part)
		}
	}
	return paid
}

// pay pays a part of the debt, and returns it.
func (d debt) pay(part money.Fen) money.Fen {
	c := d.invoice.contract
	if d.part == events.PartLateFee {
		c.payLateFee(d.invoice, part)
	} else {
		c.payPrincipal(d.invoice, part)
	}
	return part
}

// afterPayment lets what was paid in full take effect: the order (C-三), renewals, changes and
// units added in the order of their payment (6.1).
func (c *contract) afterPayment() {
	if !c.postpaid() && c.isOpen() {
		if !c.inEffect && c.invoices[0].unpaid() == 0 {
			c.inEffect = true
			c.takeEffect()
		}
		if len(c.served) > 0 {
			c.admitRenewals()
		}
	}
	c.regrant()
}

// admitRenewals brings in renewals, changes and units that were paid in full. The order took effect before.
func (c *contract) admitRenewals() {
	for _, i := range c.paidRenewals {
		switch {
		case i.inTerms:
		case i.kind == changeInvoice:
			c.takeOffer(i)
		case i.kind == addedInvoice:
			c.takeUnits(i)
		default:
			c.admitRenewal(i)
		}
	}
	c.paidRenewals = nil
}
