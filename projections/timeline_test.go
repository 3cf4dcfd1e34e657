package projections

import (
	"slices"
	"testing"

	"zhangben/events"
)

func TestMilestonesOfAFeeThatStaysUnpaid(t *testing.T) {
	s := postpaid()
	s[0].Event.Data.(*events.Ordered).Term = months(36)
	line, ok, err := TimelineOf(t.Context(), "acct-1", "HT-1", s, nil, instant("2025-07-10 12:00"))
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	var got []string
	for _, m := range line.Milestones {
		got = append(got, m.What+" "+m.At.String())
	}
	want := []string{
		whatDue + " 2025-07-01T00:00:00+08:00",
		whatMayTerminate + " 2025-07-04T00:00:00+08:00",
		whatFeeNotable + " 2025-10-08T00:00:00+08:00",
		whatRightLapses + " 2026-07-04T00:00:00+08:00",
		whatExpires + " 2028-06-02T00:00:00+08:00",
		whatUnitEnds + " 2028-06-02T00:00:00+08:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the milestones are\n%q, want\n%q", got, want)
	}
}
