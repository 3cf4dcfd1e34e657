package projections

import (
	"cmp"
	"container/heap"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// What a payment leaves over pays the due debts of all contracts of the account, in one order over all of them (CC
// 560). For each class of debts the account keeps the contracts that have any, by the date of the earliest, so a
// payment looks at the contracts that it pays, and not at all there are.

// debtClass is a class of due debts, or what leads to one.
type debtClass uint8

const (
	principalDebts debtClass = iota // that have a due date
	lateFeeDebts
	chargeDebts // without a due date: due when they are added
	asleepDebts // invoices of which late fee may be outstanding from a day on
	debtClasses
)

// debtor is a contract with debts of a class from a date on.
type debtor struct {
	date     civil.Date
	contract *contract
}

// debtors are a heap for container/heap, the earliest date first, contracts of one date by id. An entry counts as long
// as the contract is queued for that date.
type debtors []debtor

func (d debtors) Len() int { return len(d) }

func (d debtors) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(d[i].date, d[j].date), cmp.Compare(d[i].contract.id, d[j].contract.id)) < 0
}

func (d debtors) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *debtors) Push(x any)   { *d = append(*d, x.(debtor)) }

func (d *debtors) Pop() any {
	last := len(*d) - 1
	popped := (*d)[last]
	*d = (*d)[:last]
	return popped
}

// earliestDebt is the date of a contract's earliest debts of a class, 0 for none.
func (c *contract) earliestDebt(k debtClass) civil.Date {
	switch {
	case k == principalDebts && len(c.unpaid) > 0 && c.unpaid[0].date != undated:
		return c.unpaid[0].date
	case k == lateFeeDebts && len(c.bearing.outstanding) > 0:
		return c.bearing.outstanding[0].date
	case k == chargeDebts && len(c.plain) > 0:
		return c.plain[0].date
	case k == asleepDebts && len(c.bearing.asleep) > 0:
		return c.bearing.asleep[0].until
	}
	return 0
}

// queueDebts puts the contract among the debtors where its earliest debts have come to be earlier.
func (c *contract) queueDebts() {
	for k := range debtClasses {
		if date := c.earliestDebt(k); date != 0 && (c.queued[k] == 0 || date < c.queued[k]) {
			c.queued[k] = date
			heap.Push(&c.account.debtors[k], debtor{date, c})
		}
	}
}

// earliestDebtors is the date of the earliest debts of a class in the account, up to a day; 0 for none.
func (a *account) earliestDebtors(k debtClass, until civil.Date) civil.Date {
	for q := &a.debtors[k]; len(*q) > 0 && (*q)[0].date <= until; {
		a.step()
		first := (*q)[0]
		queued := first.contract.account == a && first.contract.queued[k] == first.date
		if queued && first.contract.earliestDebt(k) == first.date {
			return first.date
		}
		if a.takeDebtor(k); queued {
			first.contract.queueDebts()
		}
	}
	return 0
}

// takeDebtor takes the first contract out of the debtors of a class.
func (a *account) takeDebtor(k debtClass) *contract {
	first := heap.Pop(&a.debtors[k]).(debtor)
	if first.contract.account == a && first.contract.queued[k] == first.date {
		first.contract.queued[k] = 0
	}
	return first.contract
}

// dueRun pays due debts of the account with one sum.
type dueRun struct {
	*account
	pays  func(*contract) bool // whether debts of the contract are to be paid
	aside []*contract          // of which they are not
}

// payDueDebts pays due debts of all contracts that pays holds of, and returns what is left.
func (a *account) payDueDebts(amount money.Fen, order events.AllocationOrder, pays func(*contract) bool) money.Fen {
	run := dueRun{account: a, pays: pays}
	classes := [][]debtClass{{principalDebts}, {lateFeeDebts, chargeDebts}}
	if order == events.LateFeeFirst {
		classes = [][]debtClass{{lateFeeDebts}, {principalDebts}, {chargeDebts}}
	}
	for _, together := range classes {
		for amount > 0 {
			group := run.next(together)
			if len(group) == 0 {
				break
			}
			amount -= a.share(amount, group)
			a.settleDebtors(group)
		}
	}
	for _, c := range run.aside {
		c.queueDebts()
	}
	return amount
}

// next lists the debts of the earliest date among some classes, by contract and invoice.
func (r *dueRun) next(classes []debtClass) []debt {
	r.wakeLateFees()
	today := r.now.Date()
	for {
		var date civil.Date
		for _, k := range classes {
			if d := r.earliestDebtors(k, k.dueUntil(today)); d != 0 && (date == 0 || d < date) {
				date = d
			}
		}
		if date == 0 {
			return nil
		}
		if group := r.ofDate(classes, date, today); len(group) > 0 {
			return group
		}
	}
}

// dueUntil is the last date of which debts of a class are due today: late fee that is outstanding is, though the due
// date of its invoice was moved.
func (k debtClass) dueUntil(today civil.Date) civil.Date {
	if k == lateFeeDebts {
		return never
	}
	return today
}

// ofDate lists the debts of one date, and takes those who owe them out of the debtors.
func (r *dueRun) ofDate(classes []debtClass, date, today civil.Date) []debt {
	r.group = r.group[:0]
	for _, k := range classes {
		for r.earliestDebtors(k, k.dueUntil(today)) == date {
			c := r.takeDebtor(k)
			switch {
			case !r.pays(c):
				r.aside = append(r.aside, c)
			case k == principalDebts:
				r.group = c.principalsOf(r.group, c.unpaid[0])
			case k == chargeDebts:
				r.group = c.principalsOf(r.group, c.plain[0])
			default:
				r.group = c.lateFeesOf(r.group, c.bearing.outstanding[0])
			}
		}
	}
	if len(classes) > 1 {
		slices.SortFunc(r.group, func(x, y debt) int {
			i, j := x.invoice, y.invoice
			return cmp.Or(cmp.Compare(i.contract.id, j.contract.id), i.compare(j))
		})
	}
	return r.group
}

// wakeLateFees finds the late fees that have come to be outstanding.
func (a *account) wakeLateFees() {
	for today := lastBegun(a.now); a.earliestDebtors(asleepDebts, today) != 0; {
		c := a.takeDebtor(asleepDebts)
		c.lateFeesOutstanding()
		c.queueDebts()
	}
}

// settleDebtors lets payments take effect in the contracts that were paid for.
func (a *account) settleDebtors(group []debt) {
	var last *contract
	for _, d := range group {
		if c := d.invoice.contract; c != last {
			last = c
			c.afterPayment()
			c.queueDebts()
			a.expect(c)
		}
	}
}
