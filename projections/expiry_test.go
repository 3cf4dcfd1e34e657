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

// While an outage is open on a postpaid server, the fees that limit its SLA time shrink when an invoice turns overdue.
func TestWhenAContractChangesByItself(t *testing.T) {
	end, overdue := instant("2025-09-02 00:00"), instant("2025-07-01 00:00").Add(civil.Nanosecond)
	undated := postpaid()
	undated[0].Event.Data.(*events.Ordered).DueDate = 0
	outOf := func(s story) story {
		s.at("2025-06-05 09:00", &events.OutageStarted{Outage: "o1", Cause: events.ProviderFault})
		return s
	}
	for _, c := range []struct {
		about string
		story story
		want  civil.Instant
	}{
		{"a postpaid contract in use", postpaid(), end},
		{"one in an outage", outOf(postpaid()), overdue},
		{"one in an outage, to be paid on no date yet", outOf(undated), end.Add(civil.Days(92))},
		{"a prepaid one in an outage", outOf(prepaid()), instant("2025-08-01 00:00")},
	} {
		if got := c.story.asOf(t, "2025-06-05 09:00").nextChange(); got != c.want {
			t.Errorf("%s changes at %v, want %v", c.about, got, c.want)
		}
	}
}
