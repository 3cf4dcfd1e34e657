package projections

import (
	"slices"
	"sort"

	"github.com/shopspring/decimal"

	"zhangben/events"
	"zhangben/events/civil"
)

// Terms are the parameters of the contract's text, complete. Their defaults are what the text says, read as doc.go
// tells.
type Terms struct {
	LateFeeRate          decimal.Decimal // a share of the principal for each day overdue (2.2.2)
	LateFeeBase          events.LateFeeBase
	LateFeeAfterEnd      events.LateFeeAfterEnd
	AllocationOrder      events.AllocationOrder
	TerminationAfterDays int // full days overdue (2.2.2)
	PostpaidEndFee       events.PostpaidEndFee
	SLAMultiplier        [4]int // by product (4.7)
	SLACapTime           events.SLACapTime
	SLAClipAtNominalEnd  bool
	SLAExcludedOverlap   events.SLAExcludedOverlap
	RefundRule           events.RefundRules // by reason of the end
	PauseOn              []events.SuspendReason
	ImpedimentDays       int // natural days of impediment (7.2(end))
	ImpedimentNoticeDays int // days of notice (7.2(end))
	TermsPolicy          events.TermsPolicy
	RevenuePattern       events.RevenuePattern

	ExcessTo               events.ExcessTo    // what a payment leaves over (CC 560)
	PauseOnOutageSeconds   events.Limit       // outages that lasted so long stop the term (7.2(end))
	RefundCountsSLA        []events.EndReason // ends whose refund counts SLA time too (4.6)
	MaintenanceFreeSeconds events.Limit       // what maintenance lasts beyond is the provider's fault (7.2.6)
	WalletAutoDebit        events.WalletAutoDebit
	OutageClockSkewSeconds int          // by which a resolution may be stamped before its start (4.7)
	RetentionDays          events.Limit // for which data is kept after the end (11.2)
	LateRenewalDays        int          // after the end, within which a renewal may be paid (11.2)
	LateRenewalFrom        events.LateRenewalFrom
	WithdrawalDays         int // after the start, within which a customer may withdraw (11.2)
}

// defaultTerms are in force until terms are published.
var defaultTerms = Terms{
	LateFeeRate:          decimal.New(3, -3),
	TerminationAfterDays: 3,
	SLAMultiplier:        [4]int{events.Elastic: 100, events.Package: 50},
	RefundRule: events.RefundRules{
		events.EndForceMajeure:      events.RefundMonthCeil,
		events.EndProviderCancelled: events.RefundDayProRata,
		events.EndImpediment:        events.RefundDayProRata,
		events.EndProviderBreach:    events.RefundDayProRata,
		events.EndWithdrawal:        events.RefundFull,
	},
	PauseOn:              []events.SuspendReason{events.SuspendForceMajeure, events.SuspendImpediment},
	ImpedimentDays:       30,
	ImpedimentNoticeDays: 15,

	OutageClockSkewSeconds: 60,
}

// pauses reports whether a suspension for that reason stops the term.
func (t *Terms) pauses(r events.SuspendReason) bool { return slices.Contains(t.PauseOn, r) }

// with is t after the changes of p.
func (t Terms) with(p *events.Params) Terms {
	if p.LateFeeRate != nil {
		t.LateFeeRate = *p.LateFeeRate
	}
	override(&t.LateFeeBase, p.LateFeeBase)
	override(&t.LateFeeAfterEnd, p.LateFeeAfterEnd)
	override(&t.AllocationOrder, p.AllocationOrder)
	override(&t.TerminationAfterDays, p.TerminationAfterDays)
	override(&t.PostpaidEndFee, p.PostpaidEndFee)
	for i, n := range p.SLAMultiplier {
		override(&t.SLAMultiplier[i], n)
	}
	override(&t.SLACapTime, p.SLACapTime)
	override(&t.SLAClipAtNominalEnd, p.SLAClipAtNominalEnd)
	override(&t.SLAExcludedOverlap, p.SLAExcludedOverlap)
	for i, r := range p.RefundRule {
		override(&t.RefundRule[i], r)
	}
	if p.PauseOn != nil {
		t.PauseOn = p.PauseOn
	}
	override(&t.ImpedimentDays, p.ImpedimentDays)
	override(&t.ImpedimentNoticeDays, p.ImpedimentNoticeDays)
	override(&t.TermsPolicy, p.TermsPolicy)
	override(&t.RevenuePattern, p.RevenuePattern)
	return t.withSecond(p)
}

// withSecond is t after the changes of p to the parameters that came with the second version of the rules.
func (t Terms) withSecond(p *events.Params) Terms {
	override(&t.ExcessTo, p.ExcessTo)
	override(&t.PauseOnOutageSeconds, p.PauseOnOutageSeconds)
	if p.RefundCountsSLA != nil {
		t.RefundCountsSLA = p.RefundCountsSLA
	}
	override(&t.MaintenanceFreeSeconds, p.MaintenanceFreeSeconds)
	override(&t.WalletAutoDebit, p.WalletAutoDebit)
	override(&t.OutageClockSkewSeconds, p.OutageClockSkewSeconds)
	override(&t.RetentionDays, p.RetentionDays)
	override(&t.LateRenewalDays, p.LateRenewalDays)
	override(&t.LateRenewalFrom, p.LateRenewalFrom)
	override(&t.WithdrawalDays, p.WithdrawalDays)
	return t
}

func override[T any](value, to *T) {
	if to != nil {
		*value = *to
	}
}

// version is a complete text of the terms and the instant from which it is in force.
type version struct {
	from   civil.Instant
	terms  Terms
	event  *events.Event   // that published it; nil for the default
	day    civil.Date      // the first at whose 00:00 it is in force
	before decimal.Decimal // the sum of the late fee's rates of all days before that
}

// history is every version, the default first.
type history []version

// defaultHistory is shared, and never changed.
var defaultHistory = history{{terms: defaultTerms}}

// historyOf folds the published terms into versions.
func (i *interrupt) historyOf(others []Fact, asOf civil.Instant) history {
	if len(others) == 0 {
		return defaultHistory
	}
	h := history{{terms: defaultTerms}}
	for _, e := range i.inOrder(unvoided(events.All, ofAll(others), others), asOf) {
		if from := countsFrom(e); e.Kind() == events.KindTermsPublished && !from.After(asOf) {
			h = append(h, version{from: from, event: e})
		}
	}
	slices.SortStableFunc(h[1:], func(x, y version) int { return x.from.Compare(y.from) })
	for n := range h[1:] {
		h[n+1].terms = h[n].terms.with(&h[n+1].event.Data.(*events.TermsPublished).Params)
	}
	return h.summed()
}

// ofAll picks the facts of the reserved account.
func ofAll(others []Fact) (list []Fact) {
	for _, f := range others {
		if f.Event.Account == events.All {
			list = append(list, f)
		}
	}
	return list
}

// countsFrom is the instant from which an event counts: its time, but of terms not before they were announced (3.1).
func countsFrom(e *events.Event) civil.Instant {
	if d, ok := e.Data.(*events.TermsPublished); ok {
		return civil.Later(e.Time, d.AnnouncedAt.At)
	}
	return e.Time
}

// under is the history as if further changes had been part of every version.
func (h history) under(p *events.Params) history {
	if p == nil {
		return h
	}
	changed := make(history, len(h))
	for n, v := range h {
		changed[n] = version{from: v.from, terms: v.terms.with(p)}
	}
	return changed.summed()
}

// at is the version in force at an instant.
func (h history) at(t civil.Instant) *Terms {
	n := sort.Search(len(h), func(i int) bool { return h[i].from.After(t) })
	return &h[n-1].terms
}
