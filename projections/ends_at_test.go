package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhenAServerEnds(t *testing.T) {
	const pause, goOn, end = "2025-06-05 09:00", "2025-06-07 09:00", "2025-07-02 00:00" // 24:00 of the day a month on
	paused := func() story {
		s := prepaid()
		s.at(pause, &events.Suspended{Reason: events.SuspendForceMajeure})
		return s
	}
	resumed := paused()
	resumed.at(goOn, &events.Resumed{})
	terminated := prepaid()
	terminated.at("2025-06-20 10:00", &events.Terminated{Reason: events.EndBreach})
	for _, c := range []struct {
		about, asOf, want string
		story             story
	}{
		{"after its month", "2025-06-10 12:00", end, prepaid()},
		{"after its month and a pause", "2025-06-10 12:00", "2025-07-04 00:00", resumed},
		{"later by the pause until now", "2025-06-06 09:00", "2025-07-03 00:00", paused()},
		{"when the contract was terminated", "2025-06-30 12:00", "2025-06-20 10:00", terminated},
	} {
		contract := c.story.asOf(t, c.asOf)
		u := contract.units[0]
		if got := u.addEnd(u.servers[0], instant(c.asOf)); got != instant(c.want) {
			t.Errorf("a server ends %s: at %v, want %s", c.about, got, c.want)
		}
	}
}
