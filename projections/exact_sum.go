package projections

import "zhangben/events/money"

// A payment on a prepaid contract that equals exactly what one open item still needs is meant for that item: the exact
// sum designates (CC 560).

// noteNeed notes what an invoice of a prepaid contract needs but for late fee, so that it is found by that sum.
func (c *contract) noteNeed(i *invoice) {
	if c.postpaid() || i.unpaid() == 0 {
		return
	}
	if c.needs == nil {
		c.needs = map[money.Fen][]*invoice{}
	}
	c.needs[i.unpaid()] = append(c.needs[i.unpaid()], i)
}

// needing is the first open invoice that needs exactly an amount, late fee included; nil for none.
func (c *contract) needing(amount money.Fen) (first *invoice) {
	consider := func(i *invoice) {
		if c.need(i) == amount && (first == nil || i.compare(first) < 0) {
			first = i
		}
	}
	open := c.needs[amount][:0]
	for _, i := range c.needs[amount] {
		c.account.step()
		if i.unpaid() == amount {
			open = append(open, i)
			consider(i)
		}
	}
	if c.needs != nil {
		c.needs[amount] = open
	}
	for _, day := range c.lateFeesOutstanding() {
		for _, i := range day.invoices {
			c.account.step()
			consider(i)
		}
	}
	return first
}

// need is what may be paid of an invoice now, late fee included. While the order is neither paid in full nor
// delivered, a renewal, a change or added units need nothing yet.
func (c *contract) need(i *invoice) money.Fen {
	if i.followsOrder() && !c.inEffect && c.provisionedAt.IsZero() {
		return 0
	}
	return c.principalToPay(i) + c.lateFee(i, c.account.now)
}
