package projections

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
)

// What is shown of terms is what an event may carry, and means the same terms.
func TestTermsAreSpelledAsEventsCarryThem(t *testing.T) {
	changed, err := events.ParseParams([]byte(`{"late_fee_rate":"0.0005","late_fee_base":"original_amount",
		"late_fee_after_end":"stop","allocation_order":"late_fee_first","postpaid_end_fee":"whole","sla_cap_time":"as_of",
		"sla_multiplier":{"vps":7},"sla_excluded_overlap":"subtract","sla_clip_at_nominal_end":true,"pause_on":[],
		"refund_rule":{"breach":"month_ceil"},"terms_policy":"pinned_at_order","revenue_pattern":"nominal"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, terms := range []Terms{defaultTerms, defaultTerms.with(&changed)} {
		spelled, err := json.Marshal(terms)
		if err != nil {
			t.Fatal(err)
		}
		params, err := events.ParseParams(spelled)
		if err != nil {
			t.Fatalf("%s: %v", spelled, err)
		}
		read, _ := json.Marshal(Terms{}.with(&params))
		if string(read) != string(spelled) {
			t.Errorf("%s\nread again\n%s", spelled, read)
		}
	}
}

func TestTermsInForce(t *testing.T) {
	noon := func(d civil.Date) civil.Instant { return d.End().Add(civil.Seconds(-12 * 3600)) }
	first, err := civil.ParseDate("2025-03-01")
	if err != nil {
		t.Fatal(err)
	}
	params, err := events.ParseParams([]byte(`{"late_fee_rate":"0.001"}`))
	if err != nil {
		t.Fatal(err)
	}
	event := events.Event{ID: uuid.UUID{15: 1}, Account: events.All, Time: noon(first),
		Data: &events.TermsPublished{Version: "2025-03", Params: params}}
	facts := []Fact{{Seq: 1, Event: &event}}
	before, err := InForce(t.Context(), facts, noon(first-1))
	if err != nil || before.Version != nil || !reflect.DeepEqual(before.Params, defaultTerms) {
		t.Errorf("before: %+v, %v", before, err)
	}
	after, err := InForce(t.Context(), facts, noon(first))
	if err != nil || *after.Version != "2025-03" || *after.From != event.Time || *after.EventID != event.ID.String() ||
		after.Params.LateFeeRate.String() != "0.001" {
		t.Errorf("after: %+v, %v", after, err)
	}
}
