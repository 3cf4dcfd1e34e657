package projections

import (
	"fmt"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A usage bill is a charge for service that was used first and is paid later (2.2.2): unlike help it brings the right
// to end the contract, and with a period it is earned day by day.

var ruleUsage = Rule{"2.2.2", "用量账单为先使用后付款的服务费，有账期的在账期内按日平均确认，账期末日二十四时全部确认。",
	"A usage bill is for service used first and paid later; where it has a period, it is earned evenly by its days."}

// grantsEnd reports whether arrears of it give the right to end the contract (2.2.2).
func (i *invoice) grantsEnd() bool { return i.isFee() || i.usage }

// isEarnedByDays reports whether a charge is earned over a period that is not over at t.
func (i *invoice) isEarnedByDays(t civil.Instant) bool {
	return i.usage && i.period != events.Period{} && t.Before(i.period.To.End())
}

// owes is the rule by which it is owed.
func (i *invoice) owes() *Rule {
	if i.usage {
		return &ruleUsage
	}
	return i.kind.owes()
}

// billedDays counts the days of a bill's period until t, a started one in full, and all of them.
func (i *invoice) billedDays(t civil.Instant) (over, total int) {
	total = int(i.period.To-i.period.From) + 1
	return min(max(0, t.Sub(i.period.From.Start()).CeilDays()), total), total
}

// chargeEarned is what of a charge is earned at t: help when it is charged, usage by the days of its period.
func (i *invoice) chargeEarned(t civil.Instant) money.Fen {
	if !i.isEarnedByDays(t) {
		return i.payable()
	}
	over, total := i.billedDays(t)
	var earned money.Exact
	earned.AddShare(i.payable(), int64(over), int64(total))
	return earned.Round()
}

// chargeGrounds says how a charge is earned: "93.00 × 11/31 d = 33.00".
func (i *invoice) chargeGrounds(t civil.Instant) grounds {
	n := grounds{rule: i.owes(), invoice: i, formula: i.payable().String(),
		events: append([]*events.Event{i.event}, i.creditedBy...)}
	if i.isEarnedByDays(t) {
		over, total := i.billedDays(t)
		var earned money.Exact
		earned.AddShare(i.payable(), int64(over), int64(total))
		n.formula = fmt.Sprintf("%v × %d/%d d = %s", i.payable(), over, total, rounded(earned.Rat()))
	}
	return n
}

// addBilledAhead is the contract liability of usage bills: what is paid, or due without condition, and not yet earned.
func (c *contract) addBilledAhead(t civil.Instant) (sum money.Fen) {
	if !c.running() {
		return 0
	}
	for _, i := range c.charges {
		claimed := i.held()
		if i.isUnconditional(t) {
			claimed = i.payable()
		}
		earned := i.chargeEarned(t)
		if !i.isEarnedByDays(t) || claimed <= earned {
			continue
		}
		sum += c.account.explanation.amount(figureLiability, claimed-earned, c, func() grounds {
			n := i.chargeGrounds(t)
			n.formula = fmt.Sprintf("%v − %v", claimed, earned)
			return n
		})
	}
	return sum
}
