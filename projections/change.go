package projections

import (
	"cmp"
	"container/heap"

	"zhangben/events/civil"
)

// changeQueue are the contracts that may change by themselves, the one that does so next first: a heap for
// container/heap. A change is a unit running out, or, while an outage is open, an invoice turning overdue.
type changeQueue []*contract

func (q changeQueue) Len() int { return len(q) }

func (q changeQueue) Less(i, j int) bool {
	return cmp.Or(q[i].next.Compare(q[j].next), cmp.Compare(q[i].id, q[j].id)) < 0
}

func (q changeQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

func (q *changeQueue) Push(x any) {
	c := x.(*contract)
	c.place = len(*q)
	*q = append(*q, c)
}

func (q *changeQueue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	*q = (*q)[:last]
	return c
}

// expect puts the contract in its place in the queue. While no outage is open its next change stays what it is, unless
// terms, suspensions or the contract's life were moved.
func (a *account) expect(c *contract) {
	if !c.moved && len(c.ongoing) == 0 && !c.capFollows {
		return
	}
	c.moved = false
	queued := !c.next.IsZero()
	c.next = c.nextChange()
	switch {
	case !queued && !c.next.IsZero():
		heap.Push(&a.changes, c)
	case queued && c.next.IsZero():
		heap.Remove(&a.changes, c.place)
	case queued:
		heap.Fix(&a.changes, c.place)
	}
}

// advance lets everything happen that comes by itself before a fact at t with rank r.
func (a *account) advance(t civil.Instant, r rank) {
	due := func(at civil.Instant, itsRank rank) bool {
		o := at.Compare(t)
		return o < 0 || o == 0 && r >= itsRank
	}
	for {
		change, debit := len(a.changes) > 0, len(a.debits) > 0
		if change && debit {
			change = a.changes[0].next.Before(a.debits[0])
			debit = !change
		}
		switch {
		case debit && due(a.debits[0], rankDebit):
			a.debit()
		case change && due(a.changes[0].next, rankExpiry):
			a.change()
		default:
			a.now = t
			return
		}
	}
}

// change lets the contract change that does so next.
func (a *account) change() {
	c := heap.Pop(&a.changes).(*contract)
	a.now, a.event = c.next, nil
	c.next = civil.Instant{}
	c.runOut()
	a.expect(c)
}
