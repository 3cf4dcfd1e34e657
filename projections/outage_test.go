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
		contract := told.asOf(t, "2025-06-06 12:00")
		o := contract.outages["o1"]
		covered := o.isCovered(contract)
		excluded := !o.excludedUntil(contract, contract.account.now).length().IsZero()
		if covered != c.covered || excluded != c.excluded {
			t.Errorf("%v %v: covered %t, excluded %t", c.cause, c.degree, covered, excluded)
		}
	}
}
