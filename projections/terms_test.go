package projections

import (
	"testing"

	"zhangben/events"
)

func TestTermsGovernFromTheInstantOfTheirPublication(t *testing.T) {
	days := 5
	changed := defaultTerms.with(&events.Params{TerminationAfterDays: &days})
	h := history{{terms: defaultTerms}, {from: instant("2025-07-01 09:00"), terms: changed}}
	for when, want := range map[string]int{"2025-07-01 08:59": 3, "2025-07-01 09:00": 5, "2025-08-01 00:00": 5} {
		if got := h.at(instant(when)).TerminationAfterDays; got != want {
			t.Errorf("at %s it takes %d days to terminate, want %d", when, got, want)
		}
	}
}

func TestParametersLeftOutKeepTheirValue(t *testing.T) {
	seventy := 70
	changed := defaultTerms.with(&events.Params{SLAMultiplier: [4]*int{events.Elastic: &seventy}})
	if changed.SLAMultiplier[events.Elastic] != 70 || changed.SLAMultiplier[events.Package] != 50 {
		t.Errorf("the multipliers are %v", changed.SLAMultiplier)
	}
	if defaultTerms.SLAMultiplier[events.Elastic] != 100 {
		t.Error("the default has changed")
	}
}
