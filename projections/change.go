package projections

import (
	"container/heap"

	"zhangben/events/civil"
)

// change is an instant at which a contract may change by itself: a unit running out, or, while an outage is open, an
// invoice turning overdue.
type change struct {
	at       civil.Instant
	contract *contract
}

// changeQueue holds the next changes, earliest first. A contract may stand in it several times; only the entry that
// equals its next change counts.
type changeQueue []change

func (q changeQueue) Len() int { return len(q) }
func (q changeQueue) Less(i, j int) bool {
	if c := q[i].at.Compare(q[j].at); c != 0 {
		return c < 0
	}
	return q[i].contract.id < q[j].contract.id
}
func (q changeQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *changeQueue) Push(x any)   { *q = append(*q, x.(change)) }
func (q *changeQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// expect puts the contract's next change into the queue.
func (a *account) expect(c *contract) {
	next := c.nextChange()
	if next == c.next {
		return
	}
	c.next = next
	if !next.IsZero() {
		heap.Push(&a.changes, change{next, c})
	}
}

// advance lets everything happen that comes by itself before a fact at t with rank r.
func (a *account) advance(t civil.Instant, r rank) {
	for len(a.changes) > 0 {
		first := a.changes[0]
		if c := first.at.Compare(t); c > 0 || c == 0 && r < rankExpiry {
			break
		}
		heap.Pop(&a.changes)
		if first.contract.next != first.at {
			continue
		}
		a.now, a.event = first.at, nil
		first.contract.next = civil.Instant{}
		first.contract.runOut()
		a.expect(first.contract)
	}
	a.now = t
}
