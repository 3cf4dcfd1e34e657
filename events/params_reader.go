package events

import (
	"errors"
	"regexp"
	"slices"

	"github.com/shopspring/decimal"

	"zhangben/events/civil"
)

// Bounds of whole numbers among the parameters.
const (
	maxMultiplier = 1_000_000
	maxDays       = 36_525
	maxSpan       = civil.MaxSeconds
)

const (
	wantRate       = `a rate a day as a decimal string with at most nine decimals, such as "0.003"`
	wantMultiplier = "a whole number from 0 to 1,000,000"
	wantDays       = "a whole number of days from 0 to 36,525"
	wantSeconds    = "a whole number of seconds from 0 to 3,155,760,000"
	orNone         = ", or null for none"
	wantEnds       = "an array of different reasons to terminate"
	wantPauses     = "an array of different reasons to suspend"
)

// The names of choices among the parameters. "" is no name: the first choice is number 0, and oneOf begins at 1.
var (
	lateFeeBases        = []string{"", "unpaid_principal", "original_amount"}
	lateFeesAfterEnd    = []string{"", "continue", "stop"}
	allocationOrders    = []string{"", "principal_first", "late_fee_first"}
	postpaidEndFees     = []string{"", "earned_pro_rata", "whole"}
	slaCapTimes         = []string{"", "at_resolution", "as_of"}
	slaExcludedOverlaps = []string{"", "keep", "subtract"}
	refundRules         = []string{"", "none", "day_pro_rata", "month_ceil", "full"}
	termsPolicies       = []string{"", "in_force_at_fact", "pinned_at_order"}
	revenuePatterns     = []string{"", "respread", "nominal"}
	excessTo            = []string{"", "due_debts", "wallet"}
	walletAutoDebits    = []string{"", "none", "due"}
	lateRenewalsFrom    = []string{"", "payment_day", "old_end"}
)

// refundable are the ends whose refund is measured by a rule of the terms.
var refundable = []EndReason{
	EndBreach, EndForceMajeure, EndProviderCancelled, EndImpediment, EndProviderBreach, EndCustomerExit,
	EndWithdrawal,
}

var rateGrammar = regexp.MustCompile(`^(0|[1-9][0-9]{0,3})(\.[0-9]{1,9})?$`)

// paramsReader reads the parameters of a version of the terms.
type paramsReader struct{ object }

// ParseParams reads an object of parameters as terms.published carries it. Its error is a [*Rejection] whose pointer
// counts from the object.
func ParseParams(text []byte) (Params, error) {
	const depth = 3 // where they stand in an event
	members, rejection := parseObject(text, depth, "")
	if rejection != nil {
		return Params{}, rejection
	}
	params, rejection := paramsOf(members, "")
	if rejection != nil {
		return Params{}, rejection
	}
	return params, nil
}

// paramsOf reads the members of an object of parameters that stands at pointer. Unknown names and values are refused: a
// parameter that is not heeded would be a promise that is not kept.
func paramsOf(members []Member, pointer string) (Params, *Rejection) {
	r := paramsReader{object{pointer: pointer, members: members}}
	var p Params
	p.LateFeeRate = r.rate("late_fee_rate")
	p.LateFeeBase = choose[LateFeeBase](&r, "late_fee_base", lateFeeBases)
	p.LateFeeAfterEnd = choose[LateFeeAfterEnd](&r, "late_fee_after_end", lateFeesAfterEnd)
	p.AllocationOrder = choose[AllocationOrder](&r, "allocation_order", allocationOrders)
	p.TerminationAfterDays = r.whole("termination_after_days", maxDays, wantDays)
	p.PostpaidEndFee = choose[PostpaidEndFee](&r, "postpaid_end_fee", postpaidEndFees)
	r.multipliers(&p)
	p.SLACapTime = choose[SLACapTime](&r, "sla_cap_time", slaCapTimes)
	p.SLAClipAtNominalEnd = r.flag("sla_clip_at_nominal_end")
	p.SLAExcludedOverlap = choose[SLAExcludedOverlap](&r, "sla_excluded_overlap", slaExcludedOverlaps)
	r.refunds(&p)
	p.PauseOn = reasons[SuspendReason](&r, "pause_on", wantPauses, suspendReasons)
	p.ImpedimentDays = r.whole("impediment_days", maxDays, wantDays)
	p.ImpedimentNoticeDays = r.whole("impediment_notice_days", maxDays, wantDays)
	p.TermsPolicy = choose[TermsPolicy](&r, "terms_policy", termsPolicies)
	p.RevenuePattern = choose[RevenuePattern](&r, "revenue_pattern", revenuePatterns)
	r.second(&p)
	r.nothingElse()
	if r.refusal != nil {
		return Params{}, r.refusal
	}
	p.JSON = appendObject(nil, r.members)
	return p, nil
}

// second reads the parameters that came with the second version of the rules.
func (r *paramsReader) second(p *Params) {
	p.ExcessTo = choose[ExcessTo](r, "excess_to", excessTo)
	p.PauseOnOutageSeconds = r.limit("pause_on_outage_seconds", maxSpan, wantSeconds)
	p.RefundCountsSLA = reasons[EndReason](r, "refund_counts_sla", wantEnds, endReasons)
	p.MaintenanceFreeSeconds = r.limit("maintenance_free_seconds", maxSpan, wantSeconds)
	p.WalletAutoDebit = choose[WalletAutoDebit](r, "wallet_auto_debit", walletAutoDebits)
	p.OutageClockSkewSeconds = r.whole("outage_clock_skew_seconds", maxSpan, wantSeconds)
	p.RetentionDays = r.limit("retention_days", maxDays, wantDays)
	p.LateRenewalDays = r.whole("late_renewal_days", maxDays, wantDays)
	p.LateRenewalFrom = choose[LateRenewalFrom](r, "late_renewal_from", lateRenewalsFrom)
	p.WithdrawalDays = r.whole("withdrawal_days", maxDays, wantDays)
}

// choose reads one of names, the first being number 0 of T.
func choose[T ~uint8](r *paramsReader, name string, names []string) *T {
	m := r.member(name, oneOf(names), false)
	if m == nil {
		return nil
	}
	i := -1
	if m.Raw[0] == '"' {
		i = slices.Index(names[1:], m.text())
	}
	if i < 0 {
		r.bad(m, oneOf(names))
		return nil
	}
	chosen := T(i)
	return &chosen
}

func (r *paramsReader) rate(name string) *decimal.Decimal {
	s, m, ok := r.text(name, wantRate, false)
	if !ok {
		return nil
	}
	d, err := parseRate(s)
	if err != nil {
		r.bad(m, wantRate)
		return nil
	}
	return &d
}

// errRate says that a text is no rate a day.
var errRate = errors.New("not " + wantRate)

func parseRate(s string) (decimal.Decimal, error) {
	if !rateGrammar.MatchString(s) {
		return decimal.Decimal{}, errRate
	}
	return decimal.NewFromString(s)
}

func (r *paramsReader) whole(name string, largest uint64, want string) *int {
	m := r.member(name, want, false)
	if m == nil {
		return nil
	}
	n, ok := parseWhole(m.Raw, largest)
	if !ok {
		r.bad(m, want)
		return nil
	}
	i := int(n)
	return &i
}

// limit reads a whole number or null.
func (r *paramsReader) limit(name string, largest uint64, want string) *Limit {
	if m := r.find(name); m != nil && m.Raw == "null" {
		return new(Limit)
	}
	if n := r.whole(name, largest, want+orNone); n != nil {
		return &Limit{*n, true}
	}
	return nil
}

func (r *paramsReader) flag(name string) *bool {
	m := r.member(name, wantFlag, false)
	if m == nil {
		return nil
	}
	if m.Raw != "true" && m.Raw != "false" {
		r.bad(m, wantFlag)
		return nil
	}
	yes := m.Raw == "true"
	return &yes
}

// multipliers reads sla_multiplier as an object and in its flat spelling; a product may stand in one of them only.
func (r *paramsReader) multipliers(p *Params) {
	nested := r.nested("sla_multiplier", "an object of multipliers by product")
	for product := Elastic; product <= VPS; product++ {
		flat := "sla_multiplier." + product.String()
		p.SLAMultiplier[product] = nested.whole(product.String(), maxMultiplier, wantMultiplier)
		if n := r.whole(flat, maxMultiplier, wantMultiplier); n != nil {
			if p.SLAMultiplier[product] != nil {
				r.refuse(CodeInvalid, flat, "%s is given twice: keep one of the two spellings", flat)
			}
			p.SLAMultiplier[product] = n
		}
	}
	r.take(nested)
}

func (r *paramsReader) refunds(p *Params) {
	nested := r.nested("refund_rule", "an object of refund rules by the reason of the end")
	for _, reason := range refundable {
		p.RefundRule[reason] = choose[RefundRule](nested, reason.String(), refundRules)
	}
	r.take(nested)
}

// nested returns the reader of an object among the parameters, an empty one if it is left out.
func (r *paramsReader) nested(name, want string) *paramsReader {
	inner := &paramsReader{object{pointer: r.pointer + "/" + name}}
	m := r.member(name, want, false)
	switch {
	case m == nil:
	case m.Raw[0] != '{':
		r.bad(m, want)
	default:
		inner.members = membersOf(m.Raw)
	}
	return inner
}

// take makes the refusal of an inner reader r's own, unknown names included.
func (r *paramsReader) take(inner *paramsReader) {
	inner.nothingElse()
	if r.refusal == nil {
		r.refusal = inner.refusal
	}
}

// reasons reads different ones of names, the first being number 1 of T; an empty array means none.
func reasons[T ~uint8](r *paramsReader, name, want string, names []string) []T {
	m := r.member(name, want, false)
	if m == nil {
		return nil
	}
	texts, ok := m.texts()
	list := make([]T, 0, len(texts))
	for _, s := range texts {
		i := slices.Index(names[1:], s) + 1
		ok = ok && i > 0
		list = append(list, T(i))
	}
	if !ok || !allDifferent(texts) {
		r.bad(m, want+", "+oneOf(names))
		return nil
	}
	return list
}

func (r *paramsReader) nothingElse() {
	for _, m := range r.rest() {
		r.refuse(CodeInvalid, m.Name, "%s is no parameter of the terms: leave it out or correct its name", m.Name)
	}
}
