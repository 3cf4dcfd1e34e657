package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestWhenAServerRunsOut(t *testing.T) {
	end := instant("2025-07-02 00:00")
	suspendedFor := func(reason events.SuspendReason) story {
		s := prepaid()
		s.at("2025-06-05 09:00", &events.Suspended{Reason: reason})
		return s
	}
	outOf := func(cause events.Cause) story {
		s := prepaid()
		s.at("2025-06-05 09:00", &events.OutageStarted{Outage: "o1", Cause: cause})
		return s
	}
	for _, c := range []struct {
		about string
		story story
		want  civil.Instant
	}{
		{"in use", prepaid(), end},
		{"while its term stands still", suspendedFor(events.SuspendForceMajeure), civil.Instant{}},
		{"suspended while its term runs", suspendedFor(events.SuspendViolation), end},
		{"in an outage that will earn all the fee has room for", outOf(events.ProviderFault), end.Add(civil.Days(30))},
		{"in an outage that earns nothing", outOf(events.Maintenance), end},
	} {
		contract := c.story.asOf(t, "2025-06-05 09:00")
		if got := contract.units[0].runsOutAt(contract.account.now); got != c.want {
			t.Errorf("a server %s runs out at %v, want %v", c.about, got, c.want)
		}
	}
}
