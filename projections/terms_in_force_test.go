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

func TestTermsCountFromTheirAnnouncement(t *testing.T) {
	publish := func(n byte, version, time, announced, params string) Fact {
		p, err := events.ParseParams([]byte(params))
		if err != nil {
			t.Fatal(err)
		}
		d := &events.TermsPublished{Version: version, Params: p}
		if announced != "" {
			d.AnnouncedAt.At = instant(announced)
		}
		return Fact{Seq: uint64(n), Recorded: instant("2025-06-20 00:00"),
			Event: &events.Event{ID: uuid.UUID{15: n}, Account: events.All, Time: instant(time), Data: d}}
	}
	facts := []Fact{
		publish(1, "a", "2025-06-01 00:00", "2025-07-06 00:00", `{"late_fee_rate":"0.001"}`),
		publish(2, "b", "2025-06-10 00:00", "", `{"late_fee_rate":"0.002"}`),
	}
	for _, c := range []struct{ at, version string }{{"2025-06-10 00:00", "b"}, {"2025-07-06 00:00", "a"}} {
		in, err := InForce(t.Context(), facts, instant(c.at))
		if err != nil || *in.Version != c.version {
			t.Errorf("at %s: %+v, %v", c.at, in, err)
		}
	}
	in, _ := InForce(t.Context(), facts, instant("2025-08-01 00:00"))
	if len(in.Versions) != 2 || in.Versions[0].Version != "b" || !in.Versions[0].Backdated || in.Versions[1].Backdated {
		t.Errorf("the versions are %+v", in.Versions)
	}
}
