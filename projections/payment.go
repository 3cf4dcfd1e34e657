package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/money"
)

// receiptSeen tells whether an earlier payment of the account bore the same channel and reference.
func (a *account) receiptSeen(d *events.Paid) bool {
	return d.Reference != "" && a.receipts[receipt{d.Channel, d.Reference}]
}

// noteReceipt remembers a payment's channel and reference.
func (a *account) noteReceipt(d *events.Paid) {
	if d.Reference == "" {
		return
	}
	if a.receipts == nil {
		a.receipts = map[receipt]bool{}
	}
	a.receipts[receipt{d.Channel, d.Reference}] = true
}

// pay takes a payment (2.2.1, C-五).
func (c *contract) pay(e *events.Event, d *events.Paid) {
	switch {
	case c.account.receiptSeen(d):
		c.except(e, PaymentReferenceRepeated, "its reference was used by an earlier payment of the account")
		return
	case d.Channel != events.ByWallet:
		c.account.cash = append(c.account.cash, cashFlow{e.Time, d.Amount.Fen})
	case !c.covered(e, d):
		return
	}
	c.account.noteReceipt(d)
	c.allocate(d)
}

// covered tells whether the wallet holds a payment out of it. One that it does not hold has no effect at all.
func (c *contract) covered(e *events.Event, d *events.Paid) bool {
	held := max(c.account.wallet, 0)
	if d.Amount.Fen > held {
		c.except(e, WalletInsufficient, "the wallet held "+held.String()+"; the payment has no effect")
		return false
	}
	return true
}

// allocate brings a payment to what it pays; what is left over goes to the wallet (CC 985).
func (c *contract) allocate(d *events.Paid) {
	e, amount := c.account.event, d.Amount.Fen
	if d.Channel == events.ByWallet {
		c.account.credit(-amount, &ruleSpend, c)
	}
	switch {
	case d.Invoice != "" && c.byID[d.Invoice] == nil:
		c.except(e, InvoiceUnknown, "the contract has no such invoice; the money is in the wallet")
	case !c.running() && c.nothingOwed():
		c.except(e, PaymentAfterEnd, "the contract has ended and nothing is left to pay; the money is in the wallet")
	default:
		amount = c.discharge(amount, c.claimsOn(d))
	}
	c.account.credit(amount, &ruleOverpaid, c)
	c.afterPayment()
}

func (c *contract) nothingOwed() bool {
	for _, i := range c.open {
		c.account.step()
		if i.principal() > 0 || c.lateFee(i, c.account.now) > 0 {
			return false
		}
	}
	return true
}

// discharge pays debts in order, those of one group pro rata, and gives what is left.
func (c *contract) discharge(amount money.Fen, groups [][]debt) money.Fen {
	for _, group := range groups {
		switch {
		case amount == 0:
			return 0
		case len(group) == 1:
			amount -= c.settle(group[0], min(amount, group[0].amount))
		default:
			amount -= c.share(amount, group)
		}
	}
	return amount
}

// share pays the debts of one group pro rata, and gives what it paid.
func (c *contract) share(amount money.Fen, group []debt) (paid money.Fen) {
	weights := make([]int64, len(group))
	var total money.Fen
	for i, d := range group {
		weights[i] = int64(d.amount)
		total += d.amount
	}
	for i, part := range money.Split(min(amount, total), weights) {
		paid += c.settle(group[i], part)
	}
	return paid
}

// settle pays a part of one debt, and gives it.
func (c *contract) settle(d debt, part money.Fen) money.Fen {
	if d.part == events.PartLateFee {
		c.payLateFee(d.invoice, part)
	} else {
		c.payPrincipal(d.invoice, part)
	}
	return part
}

// afterPayment lets what was paid in full take effect: the order (C-三), renewals in the order of their payment (6.1).
func (c *contract) afterPayment() {
	if !c.postpaid() && c.running() {
		if !c.inEffect && c.invoices[0].unpaid() == 0 {
			c.inEffect = true
			c.takeEffect()
		}
		if len(c.periods) > 0 {
			c.admitRenewals()
		}
	}
	c.forget()
	c.regrant()
}

// admitRenewals adds the terms of renewals that are paid in full by now. The order took effect before.
func (c *contract) admitRenewals() {
	for _, i := range c.open {
		c.account.step()
		if i.kind == renewalInvoice && i.unpaid() == 0 && !i.inTerms {
			c.addPeriod(i, i.term)
		}
	}
}

// paidAhead lists the renewals that were paid in full before the order took effect, as they were paid.
func (c *contract) paidAhead() []*invoice {
	var list []*invoice
	for _, i := range c.invoices[1:] {
		if i.unpaid() == 0 {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(x, y *invoice) int { return x.paidAs - y.paidAs })
	return list
}
