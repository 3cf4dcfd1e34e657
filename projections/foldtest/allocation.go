package foldtest

import (
	"cmp"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// receive takes a payment: its reference and the cash count at its own place, the rest waits for the order.
func (c *contract) receive(e *events.Event, d *events.Paid) {
	a, ref := c.account, referenceOf(e)
	if a.references[ref] {
		c.trouble(e, projections.PaymentReferenceRepeated)
		return
	}
	if c.order != nil && d.Channel == events.ByWallet && !c.holds(e, d) {
		return
	}
	a.note(ref)
	if d.Channel != events.ByWallet {
		a.cash = append(a.cash, movement{e.Time, d.Amount.Fen})
	}
	if c.order == nil {
		c.waiting = append(c.waiting, e)
		return
	}
	c.post(e, d)
}

// post allocates a payment; what is left over goes to the wallet.
func (c *contract) post(e *events.Event, d *events.Paid) {
	if d.Channel == events.ByWallet {
		if !c.holds(e, d) {
			return
		}
		c.account.had[e.ID.String()] = d.Amount.Fen
		c.account.wallet -= d.Amount.Fen
	}
	left := d.Amount.Fen
	inv, k := c.invoice(d.Invoice), c.claimed(d.Invoice)
	elsewhere := true
	switch {
	case inv == nil && k != nil && k.kind == events.ClaimIndemnity:
		amount := min(left, k.Open)
		k.settle(amount)
		left -= amount
	case d.Invoice != "" && inv == nil:
		c.trouble(e, projections.InvoiceUnknown)
		elsewhere = false
	case c.ending != nil && c.nothingLeft():
		c.trouble(e, projections.PaymentAfterEnd)
	case inv != nil:
		if inv.asleep && c.ending == nil {
			inv.asleep = false
			c.putInEffect(inv)
		}
		left = c.discharge(left, c.within(inv, d.AppliesTo))
	case c.prepaid():
		left = c.discharge(left, c.prepaidDebts(d))
	default:
		left = c.discharge(left, c.postpaidDebts(d.AppliesTo))
	}
	if p := c.policy(c.now()); elsewhere && p.excessTo == events.ExcessToDueDebts {
		left = c.account.payDue(left, p.allocationOrder, c.account.contracts)
	}
	c.account.wallet += left
	c.takeEffect()
}

// holds reports whether the wallet holds a payment out of it, or held it before a bounce.
func (c *contract) holds(e *events.Event, d *events.Paid) bool {
	if _, had := c.account.had[e.ID.String()]; d.Amount.Fen > c.account.wallet && !had {
		c.trouble(e, projections.WalletInsufficient)
		return false
	}
	return true
}

// payDue pays due debts of contracts, in one order over all of them, and returns what is left.
func (a *account) payDue(left money.Fen, order events.AllocationOrder, contracts []*contract) money.Fen {
	var heavy, light, plain []debt
	for _, c := range contracts {
		if c.order == nil {
			continue
		}
		due, charges, _ := c.principals()
		heavy = append(heavy, due...)
		plain = append(plain, charges...)
		light = append(light, c.lateFees()...)
	}
	queue := slices.Concat(byDate(heavy), byDate(mixed(light, plain)))
	if order == events.LateFeeFirst {
		queue = slices.Concat(byDate(light), byDate(heavy), byDate(plain))
	}
	for _, group := range queue {
		amounts, sum := amountsOf(group)
		if sum > left {
			amounts = split(left, amounts)
		}
		for i, d := range group {
			d.invoice.contract.pay(d, amounts[i])
			left -= amounts[i]
		}
	}
	return left
}

// debit lets the wallet pay due debts by itself, where the terms say so, and at least what it paid before a bounce.
func (a *account) debit(when string) {
	a.debitUpTo(max(a.wallet, a.had[when]), when)
}

// standBy lets stand what the wallet paid by itself at a top-up that has bounced since.
func (a *account) standBy(topUp *events.Event) {
	when := topUp.ID.String()
	a.debitUpTo(a.had[when], when)
}

func (a *account) debitUpTo(most money.Fen, when string) {
	var willing []*contract
	for _, c := range a.contracts {
		if c.order != nil && c.policy(a.now).walletAutoDebit == events.DebitDue {
			willing = append(willing, c)
		}
	}
	if most <= 0 {
		return
	}
	spent := most - a.payDue(most, a.terms.at(a.now).allocationOrder, willing)
	a.wallet -= spent
	a.had[when] = spent
}

// mixed lists debts of two classes that weigh the same by contract and invoice.
func mixed(x, y []debt) []debt {
	both := slices.Concat(x, y)
	slices.SortStableFunc(both, func(d, e debt) int {
		i, j := d.invoice, e.invoice
		return cmp.Or(cmp.Compare(i.contract.id, j.contract.id), cmp.Compare(i.kind, j.kind), cmp.Compare(i.number, j.number))
	})
	return both
}

func amountsOf(group []debt) (amounts []money.Fen, sum money.Fen) {
	for _, d := range group {
		amount := d.invoice.contract.amount(d)
		amounts, sum = append(amounts, amount), sum+amount
	}
	return amounts, sum
}

// nothingLeft reports whether no invoice can take a payment any more.
func (c *contract) nothingLeft() bool {
	return !slices.ContainsFunc(c.invoices, func(inv *invoice) bool { return c.isOpen(inv) })
}

func (c *contract) isOpen(inv *invoice) bool { return c.payable(inv)+c.lateFee(inv) > 0 }

// debt is one money debt: the principal or the late fee of an invoice.
type debt struct {
	invoice *invoice
	lateFee bool
	date    civil.Date // it fell due
}

func (c *contract) amount(d debt) money.Fen {
	if d.lateFee {
		return c.lateFee(d.invoice)
	}
	return c.payable(d.invoice)
}

// within lists the debts of one invoice in the order in which a payment designated to it discharges them.
func (c *contract) within(inv *invoice, part events.Part) [][]debt {
	principal, fee := []debt{{invoice: inv}}, []debt{{invoice: inv, lateFee: true}}
	switch {
	case part == events.PartPrincipal:
		return [][]debt{principal}
	case part == events.PartLateFee:
		return [][]debt{fee}
	case c.policy(c.now()).allocationOrder == events.LateFeeFirst:
		return [][]debt{fee, principal}
	}
	return [][]debt{principal, fee}
}

// prepaidDebts: what needs exactly the sum; else what is due, the order, renewals in order, and charges to come.
func (c *contract) prepaidDebts(d *events.Paid) (queue [][]debt) {
	heavy, plain, later := c.principals()
	if d.AppliesTo == events.PartLateFee {
		return byDate(c.lateFees())
	}
	if d.AppliesTo == 0 {
		if inv := c.needs(d.Amount.Fen); inv != nil {
			return c.within(inv, 0)
		}
	}
	var fees [][]debt
	for _, inv := range c.invoices {
		if inv.kind != forCharge {
			fees = append(fees, []debt{{invoice: inv}})
		}
	}
	due := slices.Concat(byDate(heavy), byDate(plain))
	switch {
	case d.AppliesTo == events.PartPrincipal:
	case c.policy(c.now()).allocationOrder == events.LateFeeFirst:
		due = slices.Concat(byDate(c.lateFees()), due)
	default:
		due = slices.Concat(byDate(heavy), byDate(mixed(c.lateFees(), plain)))
	}
	return slices.Concat(due, fees, byDate(later))
}

// needs finds the first open item that needs exactly a sum; renewals need nothing before the order is in effect.
func (c *contract) needs(sum money.Fen) *invoice {
	for _, inv := range inOrderOfListing(c.invoices) {
		if inv.kind == forRenewal && !c.invoices[0].inEffect {
			continue
		}
		if c.payable(inv)+c.lateFee(inv) == sum {
			return inv
		}
	}
	return nil
}

func inOrderOfListing(invoices []*invoice) []*invoice {
	sorted := slices.Clone(invoices)
	slices.SortStableFunc(sorted, func(a, b *invoice) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.number, b.number))
	})
	return sorted
}

// postpaidDebts (CC 560): what is due before what is not; the principals that breed late fees, as the heavier ones,
// before late fees and plain charges; then by due date, and pro rata on one date.
func (c *contract) postpaidDebts(part events.Part) [][]debt {
	heavy, plain, later := c.principals()
	fees := c.lateFees()
	switch {
	case part == events.PartLateFee:
		return byDate(fees)
	case part == events.PartPrincipal:
		return slices.Concat(byDate(heavy), byDate(plain), byDate(later))
	case c.policy(c.now()).allocationOrder == events.LateFeeFirst:
		return slices.Concat(byDate(fees), byDate(heavy), byDate(plain), byDate(later))
	}
	return slices.Concat(byDate(heavy), byDate(mixed(fees, plain)), byDate(later))
}

// principals sorts the invoices' principals: due and breeding late fees, due plain charges, and not due yet. An invoice
// is due from 00:00 of its due date; a charge without one is due at once.
func (c *contract) principals() (heavy, plain, later []debt) {
	today := c.now().Date()
	for _, inv := range byDueDate(c.invoices) {
		switch {
		case inv.kind == forCharge && inv.due.IsZero():
			plain = append(plain, debt{invoice: inv, date: inv.addedAt.Date()})
		case !inv.due.IsZero() && inv.due <= today:
			heavy = append(heavy, debt{invoice: inv, date: inv.due})
		default:
			later = append(later, debt{invoice: inv, date: inv.due})
		}
	}
	return heavy, plain, later
}

// lateFees lists the late fees that have begun to run.
func (c *contract) lateFees() (fees []debt) {
	for _, inv := range byDueDate(c.invoices) {
		if c.lateFee(inv) > 0 {
			fees = append(fees, debt{invoice: inv, lateFee: true, date: inv.due})
		}
	}
	return fees
}

// byDate groups debts by date, earliest first, those without a date last and one by one.
func byDate(debts []debt) (groups [][]debt) {
	sorted := slices.Clone(debts)
	slices.SortStableFunc(sorted, func(a, b debt) int {
		if a.date.IsZero() != b.date.IsZero() {
			return cmp.Compare(b.date, a.date)
		}
		return cmp.Compare(a.date, b.date)
	})
	for _, d := range sorted {
		n := len(groups)
		if n > 0 && !d.date.IsZero() && groups[n-1][0].date == d.date {
			groups[n-1] = append(groups[n-1], d)
			continue
		}
		groups = append(groups, []debt{d})
	}
	return groups
}

// discharge pays groups of debts one after the other, within a group pro rata, and returns what is left.
func (c *contract) discharge(left money.Fen, queue [][]debt) money.Fen {
	for _, group := range queue {
		amounts, sum := c.amounts(group)
		if sum > left {
			amounts = split(left, amounts)
		}
		for i, d := range group {
			c.pay(d, amounts[i])
			left -= amounts[i]
		}
	}
	return left
}

func (c *contract) amounts(group []debt) (amounts []money.Fen, sum money.Fen) {
	for _, d := range group {
		amounts = append(amounts, c.amount(d))
		sum += c.amount(d)
	}
	return amounts, sum
}

// pay discharges a part of a debt now.
func (c *contract) pay(d debt, amount money.Fen) {
	inv := d.invoice
	switch {
	case amount == 0:
	case d.lateFee:
		inv.paidFee += amount
	default:
		inv.paid += amount
		inv.slices = append(inv.slices, slice{c.now(), amount})
		if inv.unpaid() == 0 {
			c.fill(inv)
		}
	}
}
