package projections

import (
	"context"
	"encoding/json"

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
	pauses := []string{}
	for _, reason := range t.PauseOn {
		pauses = append(pauses, reason.String())
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
	}{
		t.LateFeeRate.String(), t.LateFeeBase.String(), t.LateFeeAfterEnd.String(), t.AllocationOrder.String(),
		t.TerminationAfterDays, t.PostpaidEndFee.String(), multipliers, t.SLACapTime.String(), t.SLAClipAtNominalEnd,
		t.SLAExcludedOverlap.String(), refunds, pauses, t.ImpedimentDays, t.ImpedimentNoticeDays,
		t.TermsPolicy.String(), t.RevenuePattern.String(),
	})
}
