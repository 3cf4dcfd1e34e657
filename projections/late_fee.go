package projections

import (
	"fmt"
	"iter"
	"math/big"
	"math/bits"
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// The late fee (2.2.2): for each day overdue, a rate of the principal unpaid on that day, until all of it is settled.
// The due day does not count, the day of payment does (CC 201). It is exact until the one rounding of an invoice's
// total.

var (
	ruleLateFee = Rule{"2.2.2", "后付款逾期，自到期次日起每日按当日未付本金乘以日费率计滞纳金，付款当日计入；每张账单累计后一次四舍五入到分。",
		"Each day overdue bears the day's rate on the principal unpaid that day, from the day after the due date, " +
			"the day of payment included; each invoice's total is rounded once, half up."}
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

// feePart is a part of the principal and the days for which it bore late fee, counted from a due date.
type feePart struct {
	principal money.Fen
	due       civil.Date
	days      int
	event     *events.Event // that settled it, or moved the due date, if any
	former    bool          // it bore them before the due date was moved
}

// arrears is the sum of the rates of the days for which what is due on a date has borne late fee at an instant.
type arrears struct {
	due        civil.Date
	at         civil.Instant
	cut        *rateCut
	rates      decimal.Decimal
	billionths int64 // the same, once it is needed; a rate of the terms has at most nine decimals
}

// arrears works them out and remembers the last, for a payment asks the same of each invoice of one due day.
func (c *contract) arrears(i *invoice, t civil.Instant) *arrears {
	if a := &c.lastArrears; a.due != i.due || a.at != t || a.cut != i.cut {
		rates := c.feeRates(i).over(i.due, c.feeDays(i.due, t))
		*a = arrears{due: i.due, at: t, cut: i.cut, rates: rates}
	}
	return &c.lastArrears
}

// feeRates are the versions of the terms by whose rates an invoice bears late fee.
func (c *contract) feeRates(i *invoice) history {
	if i.cut != nil {
		return i.cut.history
	}
	return c.versions()
}

// borneFee is a sum of late fees in billionths of a fen. It alone is counted in two words and not as a decimal: a
// payment shared by 10,000 invoices of one due day adds to the sum of each, in a nanosecond instead of a hundred.
type borneFee struct{ high, low uint64 }

// add adds what a part of the principal bore.
func (b *borneFee) add(principal money.Fen, a *arrears) {
	if a.billionths == 0 {
		a.billionths = a.rates.Shift(9).IntPart()
	}
	high, low := bits.Mul64(uint64(principal), uint64(a.billionths))
	var carry uint64
	b.low, carry = bits.Add64(b.low, low, 0)
	b.high, _ = bits.Add64(b.high, high, carry)
}

// plus is the sum of both.
func (b borneFee) plus(other borneFee) (sum borneFee) {
	var carry uint64
	sum.low, carry = bits.Add64(b.low, other.low, 0)
	sum.high, _ = bits.Add64(b.high, other.high, carry)
	return sum
}

func (b borneFee) decimal() decimal.Decimal {
	sum := new(big.Int).SetUint64(b.high)
	return decimal.NewFromBigInt(sum.Lsh(sum, 64).Or(sum, new(big.Int).SetUint64(b.low)), -9)
}

// feeDays counts the days until t for which what is due on a date bears late fee.
func (c *contract) feeDays(due civil.Date, t civil.Instant) int {
	if !c.running() && t.After(c.end.at) && c.terms(c.end.at).LateFeeAfterEnd == events.LateFeeStops {
		t = c.end.at
	}
	return overdueDays(due, t)
}

// lateFeeExact is the late fee of an invoice at t in fen, unrounded, before adjustments. What was settled bore late fee
// until then, and that sum is kept; the rest has borne it until now. Where the terms say so, the whole amount has,
// until all was settled. What was borne before the due date was moved is kept apart.
func (c *contract) lateFeeExact(i *invoice, t civil.Instant) decimal.Decimal {
	if c.bearsOnAmount(i) {
		return i.former.decimal().Add(c.bears(i, i.asked(), i.unpaidUntil(t)))
	}
	fee := i.borne.plus(i.former).decimal()
	if rest := i.unpaid(); rest > 0 {
		fee = fee.Add(c.bears(i, rest, t))
	}
	return fee
}

// bears is what a part of an invoice's principal bears until t: for each day overdue the day's rate, and where the
// terms say so none after the end.
func (c *contract) bears(i *invoice, principal money.Fen, t civil.Instant) decimal.Decimal {
	return decimal.NewFromInt(int64(principal)).Mul(c.arrears(i, t).rates)
}

func (c *contract) bearsOnAmount(i *invoice) bool {
	return c.terms(i.due.End()).LateFeeBase == events.OriginalAmount
}

// unpaidUntil is t, or the instant before at which nothing was left of the principal.
func (i *invoice) unpaidUntil(t civil.Instant) civil.Instant {
	if i.unpaid() == 0 {
		return civil.Earlier(t, i.settled.at)
	}
	return t
}

// feeParts lists what bore late fee until t. It is for invoices of which these parts are kept.
func (c *contract) feeParts(i *invoice, t civil.Instant) (list []feePart) {
	add := func(principal money.Fen, until civil.Instant, by *events.Event) {
		if days := c.feeDays(i.due, until); days > 0 && principal > 0 {
			list = append(list, feePart{principal: principal, due: i.due, days: days, event: by})
		}
	}
	onAmount := c.bearsOnAmount(i)
	for _, p := range i.parts {
		if p.former || !onAmount {
			list = append(list, p)
		}
	}
	if onAmount {
		add(i.asked(), i.unpaidUntil(t), i.dischargedBy())
		return list
	}
	add(i.unpaid(), t, nil)
	return list
}

// dischargedBy is the event that left nothing of the principal, nil if something is left.
func (i *invoice) dischargedBy() *events.Event {
	if i.unpaid() == 0 {
		return i.settled.event
	}
	return nil
}

// lateFeeAccrued is the late fee of an invoice at t, half up to the fen, before adjustments. It is remembered for the
// days overdue: what is paid on one of them has borne late fee for it.
func (c *contract) lateFeeAccrued(i *invoice, t civil.Instant) money.Fen {
	c.dividePools(t)
	return c.lateFeeCut(i, t)
}

// lateFeeCut is the same, as far as what a court made of it has been divided over invoices.
func (c *contract) lateFeeCut(i *invoice, t civil.Instant) money.Fen {
	if !i.owed || i.due == 0 || !i.extended && !t.After(i.due.End()) {
		return 0
	}
	if days := c.feeDays(i.due, i.unpaidUntil(t)); i.accruedDays != days {
		i.accruedDays, i.accrued = days, money.Fen(c.lateFeeExact(i, t).Round(0).IntPart())
	}
	if i.most != nil {
		return min(i.accrued, *i.most)
	}
	return i.accrued
}

// rates goes through the first days overdue, by runs of one rate; each day has the rate in force at its 00:00.
func (h history) rates(due civil.Date, days int) iter.Seq2[*decimal.Decimal, int] {
	return func(yield func(*decimal.Decimal, int) bool) {
		first, last := due+1, due+civil.Date(days)
		for n := h.on(first); n < len(h) && h[n].day <= last; n++ {
			from, to := max(first, h[n].day), last
			if n+1 < len(h) {
				to = min(to, h[n+1].day-1)
			}
			if from <= to && !yield(&h[n].terms.LateFeeRate, int(to-from+1)) {
				return
			}
		}
	}
}

// over is the sum of the rates of the first days overdue.
func (h history) over(due civil.Date, days int) decimal.Decimal {
	last := due + civil.Date(days)
	if v := &h[h.on(last)]; v.day <= due+1 { // they have one rate
		return v.terms.LateFeeRate.Mul(decimal.NewFromInt(int64(days)))
	}
	return h.ratesUntil(last).Sub(h.ratesUntil(due))
}

// ratesUntil is the sum of the rates of all days up to one.
func (h history) ratesUntil(d civil.Date) decimal.Decimal {
	v := &h[h.on(d)]
	return v.before.Add(v.terms.LateFeeRate.Mul(decimal.NewFromInt(int64(d - v.day + 1))))
}

// never is a day past all instants.
var never = civil.End.Date() + 1

// reaches is the first day up to which the rates of all days come to a sum, or never.
func (h history) reaches(sum decimal.Decimal) civil.Date {
	v := &h[sort.Search(len(h)-1, func(n int) bool { return h[n+1].before.GreaterThanOrEqual(sum) })]
	if v.terms.LateFeeRate.IsZero() {
		return never
	}
	days := quotientUp(sum.Sub(v.before), v.terms.LateFeeRate, 0)
	return v.day + civil.Date(min(days.IntPart()-1, int64(never-v.day)))
}

// quotientUp is x over y, rounded up to that many decimals.
func quotientUp(x, y decimal.Decimal, decimals int32) decimal.Decimal {
	quotient, rest := x.QuoRem(y, decimals)
	if rest.IsPositive() {
		quotient = quotient.Add(decimal.New(1, -decimals))
	}
	return quotient
}

// on is the version in force at 00:00 of a date.
func (h history) on(d civil.Date) int {
	return sort.Search(len(h)-1, func(n int) bool { return h[n+1].day > d })
}

// summed works out for each version its first day and the rates of the days before it.
func (h history) summed() history {
	for n := 1; n < len(h); n++ {
		h[n].day = firstMidnight(h[n].from)
		h[n].before = h[:n].ratesUntil(h[n].day - 1)
	}
	return h
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

// adjustLateFee reduces a late fee by waiver or by a court's decision (11.4); without an invoice, from the earliest
// due.
func (c *contract) adjustLateFee(e *events.Event, d *events.LateFeeAdjusted) {
	next := c.lateFees
	if d.Invoice != "" {
		i := c.byID[d.Invoice]
		if i == nil {
			c.except(e, InvoiceUnknown, "the contract has no such invoice")
			return
		}
		next = func() []debt { return c.lateFeeOf(i) }
	}
	if left := c.reduce(d.Amount.Fen, next); left > 0 {
		c.except(e, AdjustmentAboveLateFee,
			"more than the late fee outstanding; the surplus of "+left.String()+" has no effect")
	}
}

// reduce lets go of late fees, one after the other, and returns what finds none.
func (c *contract) reduce(left money.Fen, next debts) money.Fen {
	for left > 0 {
		group := next()
		if len(group) == 0 {
			break
		}
		for _, d := range group {
			part := min(left, d.amount)
			c.reduceLateFee(d.invoice, part)
			left -= part
		}
	}
	return left
}

// addLateFee adds an invoice's late fee to a figure, line by line: what accrued, less reductions and, of what is
// outstanding, payments.
func (c *contract) addLateFee(figure string, i *invoice, t civil.Instant) money.Fen {
	if s := c.account.explanation; s.wants(figure, c) {
		s.amount(figure, c.lateFeeAccrued(i, t), c, func() grounds { return c.lateFeeGrounds(i, t) })
		for _, d := range i.feeTaken {
			rule := &ruleLateFeeReduced
			if d.paid {
				if figure == figureLateFeeAccrued {
					continue
				}
				rule = &ruleLateFeePaid
			}
			s.amount(figure, -d.amount, c, func() grounds {
				return grounds{rule: rule, invoice: i, formula: (-d.amount).String(), events: []*events.Event{d.event}}
			})
		}
	}
	if figure == figureLateFeeAccrued {
		return c.lateFeeAccrued(i, t) - i.feeReduced
	}
	return c.lateFee(i, t)
}

// lateFeeGrounds spells an invoice's late fee: "500.00 × 0.003 × 5 d + 500.00 × 0.003 × 10 d = 22.50".
func (c *contract) lateFeeGrounds(i *invoice, t civil.Instant) grounds {
	n := grounds{rule: &ruleLateFee, invoice: i, events: []*events.Event{i.event, i.dueEvent}}
	if i.mistaken > 0 {
		n.events = append(n.events, i.creditedBy...)
	}
	var terms []string
	for _, p := range c.feeParts(i, t) {
		n.events = append(n.events, p.event)
		for rate, days := range c.feeRates(i).rates(p.due, p.days) {
			terms = append(terms, fmt.Sprintf("%v × %v × %d d", p.principal, rate, days))
		}
	}
	n.formula = strings.Join(terms, " + ")
	if i.cutBy != nil {
		n.rule, n.events = &ruleLateFeeCut, append(n.events, i.cutBy)
	}
	if i.most != nil {
		n.formula = fmt.Sprintf("min(%s, %v) = %v", n.formula, *i.most, c.lateFeeAccrued(i, t))
	} else {
		n.formula += " = " + rounded(c.lateFeeExact(i, t).Rat())
	}
	return n
}
