package projections

import "zhangben/events/civil"

// change is an instant at which a contract may change by itself: a unit running out, or, while an outage is open, an
// invoice turning overdue.
type change struct {
	at       civil.Instant
	contract *contract
}

// changeQueue is a heap of changes, earliest first. A contract may stand in it several times; only the entry that equals
// its next change counts.
type changeQueue []change

func (q changeQueue) less(i, j int) bool {
	if c := q[i].at.Compare(q[j].at); c != 0 {
		return c < 0
	}
	return q[i].contract.id < q[j].contract.id
}

func (q *changeQueue) push(c change) {
	*q = append(*q, c)
	h := *q
	for i := len(h) - 1; i > 0 && h.less(i, (i-1)/2); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

func (q *changeQueue) pop() change {
	h := *q
	first, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < last && h.less(child+1, child) {
			child++
		}
		if child >= last || !h.less(child, i) {
			break
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
	*q = h
	return first
}

// expect puts the contract's next change into the queue. While no outage is open the change stays where it is, unless
// terms, suspensions or the contract's life were moved.
func (a *account) expect(c *contract) {
	if !c.moved && len(c.ongoing) == 0 && !c.capFollows {
		return
	}
	c.moved = false
	next := c.nextChange()
	if next == c.next {
		return
	}
	c.next = next
	if !next.IsZero() {
		a.changes.push(change{next, c})
	}
}

// advance lets everything happen that comes by itself before a fact at t with rank r.
func (a *account) advance(t civil.Instant, r rank) {
	for len(a.changes) > 0 {
		at := a.changes[0].at
		if c := at.Compare(t); c > 0 || c == 0 && r < rankExpiry {
			break
		}
		c := a.changes.pop().contract
		if c.next != at {
			continue
		}
		a.now, a.event = at, nil
		c.next = civil.Instant{}
		c.runOut()
		a.expect(c)
	}
	a.now = t
}
