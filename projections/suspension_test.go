package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestForHowLongATermHasStoodStill(t *testing.T) {
	s := prepaid()
	s.at("2025-06-05 09:00", &events.Suspended{Reason: events.SuspendForceMajeure})
	s.at("2025-06-08 09:00", &events.Resumed{})
	s.at("2025-06-10 09:00", &events.Suspended{Reason: events.SuspendViolation})
	s.at("2025-06-12 09:00", &events.Resumed{})
	s.at("2025-06-15 09:00", &events.Suspended{Reason: events.SuspendImpediment})
	u := s.asOf(t, "2025-06-20 09:00").units[0]
	for when, days := range map[string]int{
		"2025-06-05 09:00": 0,
		"2025-06-06 09:00": 1,
		"2025-06-09 09:00": 3,
		"2025-06-13 09:00": 3, // the time of a violation runs on
		"2025-06-17 09:00": 5,
	} {
		if got := u.pausedUntil(instant(when)); got != civil.Days(days) {
			t.Errorf("at %s the term has stood still for %v, want %d days", when, got, days)
		}
	}
}
