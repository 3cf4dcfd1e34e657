package projections

import (
	"zhangben/events/civil"
	"zhangben/events/money"
)

// liability is the contract liability at t: what is paid, or due without condition, and not yet earned. It is nil after
// any end. Money for an order or renewal not in effect is an advance and no part of it.
func (c *contract) liability(t civil.Instant, revenue money.Fen, earned []money.Exact) money.Fen {
	if !c.running() {
		return 0
	}
	var sum money.Fen
	if !c.postpaid() {
		for k := range c.periods {
			sum += c.periods[k].invoice.paid
		}
		return sum - revenue
	}
	var above money.Exact
	for k := range c.periods {
		i := c.periods[k].invoice
		claimed := i.paid
		if i.isUnconditional(t) {
			claimed = i.amount
		}
		if earned[k].Cmp(claimed) < 0 {
			sum += claimed
			above.AddExact(earned[k])
		}
	}
	return sum - above.Round()
}
