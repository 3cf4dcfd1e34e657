package projections

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// The late fee (2.2.2): for each day overdue, a rate of the principal unpaid on that day, until all of it is settled.
// The due day does not count, the day of payment does (CC 201). It is exact until the one rounding of an invoice's total.

var (
	ruleLateFee = Rule{"2.2.2", "后付款逾期，自到期次日起每日按当日未付本金乘以日费率计滞纳金，付款当日计入；每张账单累计后一次四舍五入到分。",
		"Each day overdue bears the day's rate on the principal unpaid that day, from the day after the due date, the day of payment included; each invoice's total is rounded once, half up."}
	ruleLateFeePaid    = Rule{"CC 560", "付款抵充滞纳金。", "A payment discharges late fee."}
	ruleLateFeeReduced = Rule{"11.4", "滞纳金经减免或法院裁减。", "Late fee is reduced by waiver or by a court."}
)

// overdueDays counts the days overdue at t, a started one in full.
func overdueDays(due civil.Date, t civil.Instant) int {
	if due == 0 {
		return 0
	}
	return max(0, t.Sub(due.End()).CeilDays())
}

// lateFeeRate is the share of the principal for each day overdue; the fraction num/den is the same.
type lateFeeRate struct {
	decimal.Decimal
	num, den int64
}

// rateOf makes a rate of a number that terms may have: up to 9999 with up to nine decimals.
func rateOf(d decimal.Decimal) lateFeeRate {
	r := d.Rat()
	return lateFeeRate{d, r.Num().Int64(), r.Denom().Int64()}
}

// feePart is a part of the principal and the days for which it bore late fee.
type feePart struct {
	principal money.Fen
	days      int
	event     *events.Event // that settled it, if any
}

// feeParts lists what bore late fee until t: slices of the principal until they were settled, and the rest; or, where
// the terms say so, the whole amount until all was settled.
func (c *contract) feeParts(i *invoice, t civil.Instant, into []feePart) []feePart {
	if !c.running() && c.terms(c.end.at).LateFeeAfterEnd == events.LateFeeStops {
		t = civil.Earlier(t, c.end.at)
	}
	add := func(principal money.Fen, until civil.Instant, by *events.Event) {
		if days := overdueDays(i.due, civil.Earlier(until, t)); days > 0 && principal > 0 {
			into = append(into, feePart{principal, days, by})
		}
	}
	if c.terms(i.due.End()).LateFeeBase == events.OriginalAmount {
		if last := len(i.discharges) - 1; i.unpaid() == 0 && last >= 0 {
			add(i.amount, i.discharges[last].at, i.discharges[last].event)
		} else {
			add(i.amount, t, nil)
		}
		return into
	}
	for _, d := range i.discharges {
		c.account.step()
		add(d.amount, d.at, d.event)
	}
	add(i.unpaid(), t, nil)
	return into
}

// lateFeeExact is the late fee of an invoice at t in fen, unrounded, before adjustments.
func (c *contract) lateFeeExact(i *invoice, t civil.Instant) (fee money.Exact) {
	var some [4]feePart
	for _, p := range c.feeParts(i, t, some[:0]) {
		for rate, days := range c.rates(i.due, p.days) {
			fee.AddShare(p.principal, rate.num*int64(days), rate.den)
		}
	}
	return fee
}

// lateFeeAccrued is the late fee of an invoice at t, half up to the fen, before adjustments.
func (c *contract) lateFeeAccrued(i *invoice, t civil.Instant) money.Fen {
	if !i.owed || i.due == 0 || !t.After(i.due.End()) {
		return 0
	}
	fee := c.lateFeeExact(i, t)
	return fee.Round()
}

// rates goes through the first days overdue, by runs of one rate; each day has the rate in force at its 00:00.
func (c *contract) rates(due civil.Date, days int) iter.Seq2[*lateFeeRate, int] {
	return func(yield func(*lateFeeRate, int) bool) {
		if c.pinned != nil {
			yield(&c.pinned.LateFeeRate, days)
			return
		}
		first, last := due+1, due+civil.Date(days)
		for n := range c.account.terms {
			v := &c.account.terms[n]
			from, to := first, last
			if n > 0 {
				from = max(from, firstMidnight(v.from))
			}
			if n+1 < len(c.account.terms) {
				to = min(to, firstMidnight(c.account.terms[n+1].from)-1)
			}
			if from <= to && !yield(&v.terms.LateFeeRate, int(to-from+1)) {
				return
			}
		}
	}
}

// firstMidnight is the date whose 00:00 is the first at or after t.
func firstMidnight(t civil.Instant) civil.Date {
	d := t.Date()
	if d.Start().Before(t) {
		d++
	}
	return d
}

// lateFee is what of an invoice's late fee is outstanding at t.
func (c *contract) lateFee(i *invoice, t civil.Instant) money.Fen {
	return c.lateFeeAccrued(i, t) - i.feeReduced - i.feePaid
}

// adjustLateFee reduces a late fee by waiver or by a court's decision (11.4); without an invoice, from the earliest due.
func (c *contract) adjustLateFee(e *events.Event, d *events.LateFeeAdjusted) {
	bearing := c.byDueDate()
	if d.Invoice != "" {
		i := c.byID[d.Invoice]
		if i == nil {
			c.except(e, InvoiceUnknown, "the contract has no such invoice")
			return
		}
		bearing = []*invoice{i}
	}
	left := d.Amount.Fen
	for _, i := range bearing {
		part := min(left, c.lateFee(i, e.Time))
		c.reduceLateFee(i, part)
		left -= part
	}
	if left > 0 {
		c.except(e, AdjustmentAboveLateFee, "more than the late fee outstanding; the surplus of "+left.String()+" has no effect")
	}
	c.forget()
}

// byDueDate lists the open invoices with a due date, earliest first, those of one date as they are listed.
func (c *contract) byDueDate() []*invoice {
	var list []*invoice
	for _, i := range c.open {
		c.account.step()
		if i.due != 0 && i.owed {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(x, y *invoice) int { return cmp.Or(cmp.Compare(x.due, y.due), x.compare(y)) })
	return list
}

// addLateFee adds an invoice's late fee to a figure, line by line: what accrued, less reductions and, of what is
// outstanding, payments.
func (c *contract) addLateFee(figure string, i *invoice, t civil.Instant) money.Fen {
	s := c.account.sheet
	fee := s.amount(figure, c.lateFeeAccrued(i, t), c, func() note { return c.lateFeeNote(i, t) })
	for _, d := range i.feeTaken {
		rule := &ruleLateFeeReduced
		if d.paid {
			if figure == figureLateFeeAccrued {
				continue
			}
			rule = &ruleLateFeePaid
		}
		fee += s.amount(figure, -d.amount, c, func() note {
			return note{rule: rule, invoice: i, formula: (-d.amount).String(), events: []*events.Event{d.event}}
		})
	}
	return fee
}

// lateFeeNote spells an invoice's late fee: "500.00 × 0.003 × 5 d + 500.00 × 0.003 × 10 d = 22.50".
func (c *contract) lateFeeNote(i *invoice, t civil.Instant) note {
	n := note{rule: &ruleLateFee, invoice: i, events: []*events.Event{i.event, i.dueEvent}}
	var terms []string
	for _, p := range c.feeParts(i, t, nil) {
		n.events = append(n.events, p.event)
		for rate, days := range c.rates(i.due, p.days) {
			terms = append(terms, fmt.Sprintf("%v × %v × %d d", p.principal, rate, days))
		}
	}
	n.formula = strings.Join(terms, " + ") + " = " + rounded(c.lateFeeExact(i, t).Rat())
	return n
}
