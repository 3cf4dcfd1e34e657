package projections

import (
	"container/heap"

	"zhangben/events"
	"zhangben/events/civil"
)

// The wallet pays due debts by itself where the terms say so: at 24:00 of a due day and at each top-up, as if the
// customer had paid by wallet then. Else a top-up is no payment, and a debt stays due while the wallet holds money.

var ruleDebit = Rule{"CC 568", "条款约定自动扣款的，到期日二十四时及每次充值时，以余额支付到期款项。",
	"Where the terms say so, the wallet pays what is due at 24:00 of a due day and at each top-up."}

// debitTimes are when the wallet pays what is due: a heap for container/heap, the earliest first.
type debitTimes []civil.Instant

func (d debitTimes) Len() int           { return len(d) }
func (d debitTimes) Less(i, j int) bool { return d[i].Before(d[j]) }
func (d debitTimes) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *debitTimes) Push(x any)        { *d = append(*d, x.(civil.Instant)) }

func (d *debitTimes) Pop() any {
	last := len(*d) - 1
	popped := (*d)[last]
	*d = (*d)[:last]
	return popped
}

// expectDebit has the wallet pay what is due at t, unless that is over, or no terms want it.
func (a *account) expectDebit(t civil.Instant) {
	if a.debiting && !t.Before(a.now) {
		heap.Push(&a.debits, t)
	}
}

// debit has the wallet pay what is due at the next instant for which that is expected. What it paid before a bounce it
// has paid, though the money came back.
func (a *account) debit() {
	at := a.debits[0]
	for len(a.debits) > 0 && a.debits[0] == at {
		heap.Pop(&a.debits)
	}
	a.now, a.event = at, nil
	limit := max(a.wallet, a.spent.debited(a.id, at))
	if limit <= 0 {
		return
	}
	left := a.payDueDebts(limit, a.terms.at(at).AllocationOrder, func(c *contract) bool {
		return c.terms(at).WalletAutoDebit == events.DebitDue
	})
	a.credit(left-limit, &ruleDebit, nil)
	a.spent.noteDebit(a.id, at, limit-left)
}

// debit reports whether any version of the terms has the wallet pay by itself.
func (h history) debit() bool {
	for n := range h {
		if h[n].terms.WalletAutoDebit == events.DebitDue {
			return true
		}
	}
	return false
}
