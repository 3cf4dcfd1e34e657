package projections

import (
	"fmt"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A server that is provisioned before its order is paid for, or whose payment bounced, is used all the same: what is
// earned of the order's fee is owed, though it has no due date (preamble, 2.3, CC 490(2)).

var ruleUsed = Rule{"2.3", "预付费服务未付清即开通或付款被退回的，已使用部分应付，无到期日，不计滞纳金。",
	"Of a prepaid order that is provisioned and not paid in full, what was used is owed, without a due date or late fee."}

// isUsedUnpaid reports whether service of a prepaid order is used of which the fee is not paid in full.
func (c *contract) isUsedUnpaid() bool {
	return c.order != nil && !c.postpaid() && !c.provisionedAt.IsZero() && c.invoices[0].unpaid() > 0
}

// owedForUse is what is owed for service used of an order not paid in full, while the contract runs.
func (c *contract) owedForUse(earned []money.Exact) money.Fen {
	if !c.isUsedUnpaid() || !c.running() || c.invoices[0].owed {
		return 0
	}
	return max(0, earned[0].Round()-c.invoices[0].servicePaid())
}

// addUsed says what is owed for service used.
func (c *contract) addUsed(earned []money.Exact, t civil.Instant) money.Fen {
	if !c.isUsedUnpaid() || !c.running() || c.invoices[0].owed {
		return 0
	}
	i := c.invoices[0]
	return c.account.explanation.amount(figurePrincipal, c.owedForUse(earned), c, func() grounds {
		return grounds{rule: &ruleUsed, invoice: i, events: append([]*events.Event{i.event}, c.deliveries...),
			formula: c.usedFormula(earned[0], t)}
	})
}

// usedFormula spells what is owed for service used: "310.00 × 20/31 d − 100.00 = 100.00".
func (c *contract) usedFormula(earned money.Exact, t civil.Instant) string {
	i, formula := c.invoices[0], c.spreadFormula(0, t)
	if earned.Cmp(i.serviceFee()) == 0 {
		formula = i.serviceFee().String()
	}
	earned.Add(-i.servicePaid())
	return fmt.Sprintf("%s − %v = %s", formula, i.servicePaid(), rounded(earned.Rat()))
}

// oweUsed makes an order that was used and not paid in full a debt when the contract ends, but for what is let go of.
func (c *contract) oweUsed(released money.Fen) {
	if !c.isUsedUnpaid() {
		return
	}
	i := c.invoices[0]
	c.release(i, released)
	c.noteNeed(i)
	if !i.owed {
		i.owed = true
		c.file(i)
	}
}
