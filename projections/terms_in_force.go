package projections

import (
	"context"
	"encoding/json"
	"fmt"

	"zhangben/events"
	"zhangben/events/civil"
)

// TermsInForce is the version of the terms that is in force at an instant.
type TermsInForce struct {
	AsOf       civil.Instant  `json:"as_of"`
	KnownAtSeq uint64         `json:"known_at_seq"`
	Version    *string        `json:"version"` // nil before any version was published
	From       *civil.Instant `json:"from"`    // likewise
	EventID    *string        `json:"event_id"`
	Params     Terms          `json:"params"`
}

// InForce returns the terms in force at an instant, by the facts of the reserved account "all".
func InForce(ctx context.Context, others []Fact, asOf civil.Instant) (in TermsInForce, err error) {
	defer stopped(&err)
	i := interrupt{ctx: ctx}
	history := i.historyOf(others, asOf)
	last := history[len(history)-1]
	in = TermsInForce{AsOf: asOf, Params: last.terms}
	if e := last.event; e != nil {
		id := e.ID.String()
		in.Version, in.From, in.EventID = &e.Data.(*events.TermsPublished).Version, &e.Time, &id
	}
	return in, nil
}

// MarshalJSON spells the parameters as terms.published carries them, all of them.
func (t Terms) MarshalJSON() ([]byte, error) {
	multipliers, refunds := map[string]int{}, map[string]string{}
	for _, product := range events.Products() {
		multipliers[product.String()] = t.SLAMultiplier[product]
	}
	for _, reason := range events.RefundableEnds() {
		refunds[reason.String()] = t.RefundRule[reason].String()
	}
	return json.Marshal(struct {
		LateFeeRate          string            `json:"late_fee_rate"`
		LateFeeBase          string            `json:"late_fee_base"`
		LateFeeAfterEnd      string            `json:"late_fee_after_end"`
		AllocationOrder      string            `json:"allocation_order"`
		TerminationAfterDays int               `json:"termination_after_days"`
		PostpaidEndFee       string            `json:"postpaid_end_fee"`
		SLAMultiplier        map[string]int    `json:"sla_multiplier"`
		SLACapTime           string            `json:"sla_cap_time"`
		SLAClipAtNominalEnd  bool              `json:"sla_clip_at_nominal_end"`
		SLAExcludedOverlap   string            `json:"sla_excluded_overlap"`
		RefundRule           map[string]string `json:"refund_rule"`
		PauseOn              []string          `json:"pause_on"`
		ImpedimentDays       int               `json:"impediment_days"`
		ImpedimentNoticeDays int               `json:"impediment_notice_days"`
		TermsPolicy          string            `json:"terms_policy"`
		RevenuePattern       string            `json:"revenue_pattern"`

		ExcessTo               string       `json:"excess_to"`
		PauseOnOutageSeconds   events.Limit `json:"pause_on_outage_seconds"`
		RefundCountsSLA        []string     `json:"refund_counts_sla"`
		MaintenanceFreeSeconds events.Limit `json:"maintenance_free_seconds"`
		WalletAutoDebit        string       `json:"wallet_auto_debit"`
		OutageClockSkewSeconds int          `json:"outage_clock_skew_seconds"`
		RetentionDays          events.Limit `json:"retention_days"`
		LateRenewalDays        int          `json:"late_renewal_days"`
		LateRenewalFrom        string       `json:"late_renewal_from"`
		WithdrawalDays         int          `json:"withdrawal_days"`
	}{
		t.LateFeeRate.String(), t.LateFeeBase.String(), t.LateFeeAfterEnd.String(), t.AllocationOrder.String(),
		t.TerminationAfterDays, t.PostpaidEndFee.String(), multipliers, t.SLACapTime.String(), t.SLAClipAtNominalEnd,
		t.SLAExcludedOverlap.String(), refunds, named(t.PauseOn), t.ImpedimentDays, t.ImpedimentNoticeDays,
		t.TermsPolicy.String(), t.RevenuePattern.String(),
		t.ExcessTo.String(), t.PauseOnOutageSeconds, named(t.RefundCountsSLA), t.MaintenanceFreeSeconds,
		t.WalletAutoDebit.String(), t.OutageClockSkewSeconds, t.RetentionDays, t.LateRenewalDays,
		t.LateRenewalFrom.String(), t.WithdrawalDays,
	})
}

// named lists reasons by their names; it is never nil.
func named[T fmt.Stringer](reasons []T) []string {
	names := make([]string, len(reasons))
	for i, reason := range reasons {
		names[i] = reason.String()
	}
	return names
}
