package projections

import (
	"zhangben/events"
	"zhangben/events/money"
)

// The rules of the wallet. It is the customer's money: owed back, tied to no service, and never forfeited.
var (
	ruleTopUp = Rule{"2.2.1", "充入账户的款项记入余额，不属于任何服务的费用。",
		"Money paid into the account stands in the wallet; it is no fee of any service."}
	rulePayOut    = Rule{"6.2.3", "向客户退付的款项从余额中扣除。", "Money paid out to the customer leaves the wallet."}
	ruleSpend     = Rule{"2.2.1", "以余额支付合同款项，金额从余额中扣除。", "A payment out of the wallet for a contract leaves the wallet."}
	ruleOverpaid  = Rule{"CC 985", "多付或无款可抵的款项退回余额。", "What a payment finds nothing to discharge with goes to the wallet."}
	ruleRefunded  = Rule{"6.2.3", "终止结算的退款退入余额。", "The refund of a termination goes to the wallet."}
	ruleShortfall = Rule{"CC 985", "余额透支部分另列为应收，余额不为负。",
		"What was overdrawn is shown apart as a receivable; the wallet is never below zero."}
	ruleReturned = Rule{"6.1", "未生效的订单、续费或变更所收款项退回余额。",
		"Money held for an order, renewal or change that does not take effect goes back to the wallet."}
)

// credit puts money into the wallet, or takes it out where the amount is below zero.
func (a *account) credit(amount money.Fen, rule *Rule, c *contract) {
	a.wallet += a.explanation.amount(figureWallet, amount, c, func() grounds {
		return grounds{rule: rule, formula: amount.String(), events: []*events.Event{a.event}}
	})
}

// topUp puts money into the wallet.
func (a *account) topUp(e *events.Event, d *events.ToppedUp) {
	if !a.countsFirst(d) {
		a.except(e, PaymentReferenceRepeated, receivedBefore)
		return
	}
	a.credit(d.Amount.Fen, &ruleTopUp, nil)
	a.addCash(d.Amount.Fen)
	a.expectDebit(e.Time)
}

// payOut takes money out of the wallet. The cash has left: what the wallet did not hold is a shortfall.
func (a *account) payOut(e *events.Event, d *events.PaidOut) {
	if !a.countsFirst(d) {
		a.except(e, PaymentReferenceRepeated, "an earlier pay-out of the account bears its reference; it has no effect")
		return
	}
	if d.Amount.Fen > max(a.wallet, 0) {
		a.except(e, PaidOutAboveWallet, "more was paid out than the wallet held; the rest is a shortfall")
	}
	a.credit(-d.Amount.Fen, &rulePayOut, nil)
	a.addCash(-d.Amount.Fen)
}
