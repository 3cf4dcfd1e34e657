package projections

import (
	"testing"

	"zhangben/events"
)

func TestDataIsKeptForDaysAfterTheEnd(t *testing.T) {
	terms := Fact{Seq: 9, Event: &events.Event{Account: events.All, Time: instant("2025-01-01 00:00"),
		Data: &events.TermsPublished{Params: events.Params{RetentionDays: &events.Limit{N: 7, Set: true}}}}}
	until := func(s story) string {
		a := newAccount(t.Context(), "acct-1", []Fact{terms}, instant("2025-06-20 12:00"))
		a.fold(s, []Fact{terms}, instant("2025-06-20 12:00"))
		return a.contract("HT-1").servers[0].unit.keptUntil().String()
	}
	for reason, want := range map[events.EndReason]string{
		events.EndProviderBreach: "2025-06-19T00:00:00+08:00",
		events.EndBreach:         "2025-06-12T00:00:00+08:00", // at the end of that day
	} {
		s := pair()
		s.at("2025-06-11 12:00", &events.Terminated{Reason: reason})
		if got := until(s); got != want {
			t.Errorf("after an end for %v on 11 June data is kept until %s, want %s", reason, got, want)
		}
	}
	if got, want := until(pair()), "2025-07-09T00:00:00+08:00"; got != want {
		t.Errorf("after an end at 24:00 of 1 July data is kept until %s, want %s", got, want)
	}
	if until := pair().asOf(t, "2025-06-20 12:00").units[0].keptUntil(); !until.IsZero() {
		t.Error("terms that do not say so keep data until", until)
	}
}
