package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhichOutagesEarnSLATime(t *testing.T) {
	s := prepaid()
	for _, c := range []struct {
		cause             events.Cause
		degree            events.Degree
		covered, excluded bool
	}{
		{events.ProviderFault, 0, true, false},
		{events.CauseUnknown, 0, true, false},
		{events.ProviderFault, events.Degraded, false, false},
		{events.Maintenance, 0, false, true},
		{events.CauseForceMajeure, 0, false, true},
		{events.CauseForceMajeure, events.Degraded, false, false},
	} {
		told := append(story{}, s...)
		told.at("2025-06-05 09:00", &events.OutageStarted{Outage: "o1", Cause: c.cause, Degree: c.degree})
		o := told.asOf(t, "2025-06-06 12:00").outages["o1"]
		if o.isCovered() != c.covered || o.isExcluded() != c.excluded {
			t.Errorf("%v %v: covered %t, excluded %t", c.cause, c.degree, o.isCovered(), o.isExcluded())
		}
	}
}
