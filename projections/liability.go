package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

var (
	rulePrepaidLiability = Rule{"2.2.1", "已收而未提供服务的款项为合同负债；未生效订单或续费的款项为预收，不在其内。",
		"Money received for service not yet delivered is a contract liability; " +
			"money for an order or renewal not in effect is an advance, and no part of it."}
	rulePostpaidLiability = Rule{"2.2.2", "后付款到期后全额无条件应付，未到期者按已付计，超过已提供服务的部分为合同负债。",
		"Of a postpaid fee, what is due without condition, or paid before, " +
			"beyond the service delivered is a contract liability."}
	ruleEarnedOff = Rule{"6.1", "减去已提供服务的部分。", "Less the service delivered."}
)

// addLiability is the contract liability at t: what is paid, or due without condition, and not yet earned. It is nil
// after any end. Money for an order or renewal not in effect is an advance and no part of it.
func (c *contract) addLiability(earned []money.Exact, t civil.Instant) (sum money.Fen) {
	if !c.running() {
		return 0
	}
	counted := make([]money.Exact, len(earned)) // what is earned of the terms that count
	for k := range c.served {
		claimed, rule := c.claimedOf(c.served[k], t)
		if (c.postpaid() || k == 0) && earned[k].Cmp(claimed) >= 0 {
			continue
		}
		counted[k] = earned[k]
		sum += c.account.explanation.amount(figureLiability, claimed, c, func() grounds {
			i := c.served[k]
			return grounds{rule: rule, invoice: i, formula: claimed.String(), events: []*events.Event{i.event, i.dueEvent}}
		})
	}
	off, parts := c.earnedOff(earned, counted)
	c.addParts(figureLiability, &ruleEarnedOff, parts, -1,
		func(k int) string { return "−(" + c.earnedFormula(k, counted[k], t) + ")" })
	return sum - off
}

// earnedOff rounds what is earned of the terms that count: once, but invoice by invoice where what servers that ended
// leave payable was. Where that of the order is owed, it is what the revenue in all leaves after that debt.
func (c *contract) earnedOff(earned, counted []money.Exact) (off money.Fen, parts func() []money.Fen) {
	if c.postpaid() && len(c.ended) > 0 {
		return c.inAll(counted)
	}
	var exact money.Exact
	for k := range counted {
		exact.AddExact(counted[k])
	}
	off = exact.Round()
	if c.isUsedUnpaid() && counted[0].Cmp(0) == 0 {
		exact.AddExact(earned[0])
		off = exact.Round() - earned[0].Round()
	}
	return off, func() []money.Fen { return money.Apportion(off, counted) }
}

// claimedOf is what of a fee the provider has, or has a right to without condition.
func (c *contract) claimedOf(i *invoice, t civil.Instant) (money.Fen, *Rule) {
	switch {
	case !i.owed:
		return i.servicePaid(), &rulePrepaidLiability
	case i.isUnconditional(t):
		return i.serviceFee(), &rulePostpaidLiability
	}
	return i.servicePaid(), &rulePostpaidLiability
}
