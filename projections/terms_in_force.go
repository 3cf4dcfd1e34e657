package projections

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

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
	Versions   []TermsVersion `json:"versions"` // published up to the instant, in the order in which they count
}

// TermsVersion is a version of the terms as it was published.
type TermsVersion struct {
	Version      string         `json:"version"`
	Time         civil.Instant  `json:"time"` // that the event names
	AnnouncedAt  *civil.Instant `json:"announced_at"`
	From         civil.Instant  `json:"from"` // the later of the two: its parameters count from then on
	RecordedTime *civil.Instant `json:"recordedtime"`
	Backdated    bool           `json:"backdated"` // whether it counts for time before it was recorded
	EventID      string         `json:"event_id"`
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
		in.Version, in.From, in.EventID = &e.Data.(*events.TermsPublished).Version, &last.from, &id
	}
	in.Versions = versionsOf(others, asOf)
	return in, nil
}

// versionsOf lists the versions that were published up to an instant and are not voided.
func versionsOf(others []Fact, asOf civil.Instant) []TermsVersion {
	list := []TermsVersion{}
	for _, f := range unvoided(events.All, ofAll(others), others) {
		d, ok := f.Event.Data.(*events.TermsPublished)
		if !ok || f.Event.Time.After(asOf) {
			continue
		}
		v := TermsVersion{Version: d.Version, Time: f.Event.Time, From: countsFrom(f.Event), EventID: f.Event.ID.String()}
		if !d.AnnouncedAt.At.IsZero() {
			v.AnnouncedAt = &d.AnnouncedAt.At
		}
		if !f.Recorded.IsZero() {
			v.RecordedTime, v.Backdated = &f.Recorded, v.From.Before(f.Recorded)
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(x, y TermsVersion) int {
		return cmp.Or(x.From.Compare(y.From), x.Time.Compare(y.Time), cmp.Compare(x.EventID, y.EventID))
	})
	return list
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
