package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// By agreement the debts that are due when a contract passes stay with the one who had it. They are a closed debt: late
// fee runs on it, and what that account pays for the contract pays it. For the new account they are settled.

var ruleStays = Rule{"11.5", "约定由原客户承担的到期债务不随合同转移。",
	"Debts due before stay with the old customer, where that was agreed."}

// keepDebts takes the debts of a contract that are due out of it, and keeps them in the account.
func (a *account) keepDebts(c *contract) {
	for _, list := range [][]*invoice{c.invoices, c.charges} {
		for _, i := range list {
			a.step()
			if i.open && i.owed && i.isUnconditional(a.now) {
				a.keepDebt(c, i)
			}
		}
	}
}

// keepDebt keeps one invoice.
func (a *account) keepDebt(c *contract, i *invoice) {
	kept, taken := a.keptOf(c), *i
	c.withdraw(i)
	taken.contract, taken.open, taken.sleepsUntil, taken.discharges, taken.feeTaken = kept, false, 0, nil, nil
	kept.byID[taken.id] = &taken
	kept.invoices = append(kept.invoices, &taken)
	kept.file(&taken)
	if rest := i.unpaid(); rest > 0 {
		i.elsewhere += rest
		c.dischargePrincipal(i, rest, false)
	}
	c.reduceLateFee(i, c.lateFee(i, a.now))
}

// keptOf is the closed debt of a contract in the account.
func (a *account) keptOf(c *contract) *contract {
	if k := a.stayed[c.id]; k != nil {
		return k
	}
	k := &contract{id: c.id, account: a, origin: a.id, order: c.order, orderedAt: c.orderedAt, pinned: c.pinned,
		provisionedAt: c.provisionedAt, byID: map[string]*invoice{},
		end: ending{status: Expired, at: civil.End}} // no end of service stops its late fee
	if a.stayed == nil {
		a.stayed = map[string]*contract{}
	}
	a.stayed[c.id] = k
	return k
}

// keptFor is the closed debt that an event acts on, nil for none.
func (a *account) keptFor(e *events.Event) *contract {
	k := a.stayed[e.Contract]
	if k == nil || k.owing == 0 {
		return nil
	}
	switch e.Data.(type) {
	case *events.Paid, *events.LateFeeAdjusted, *events.DebtWrittenOff, *events.DueDateExtended, *events.LateFeeCapped:
		return k
	}
	return nil
}

// addKept adds what the account keeps of contracts that have passed.
func (f *AccountFigures) addKept(a *account) {
	for _, k := range a.stayed {
		for _, i := range k.invoices {
			a.step()
			f.Principal += i.principal()
			f.LateFee += k.lateFee(i, a.now)
		}
	}
}

// allWrong are the exceptions of the account, and of the debts that it keeps.
func (a *account) allWrong() []exceptionAt {
	wrong := a.wrong
	for _, k := range a.stayed {
		wrong = append(wrong, k.wrong...)
	}
	return wrong
}
