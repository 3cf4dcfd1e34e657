package projections

import (
	"testing"

	"zhangben/events"
)

// TestAVoidOfAVoidRestores makes chains in which each void names the one before: what the first names counts where
// their number is even.
func TestAVoidOfAVoidRestores(t *testing.T) {
	for voids := range 5 {
		var s story
		named := s.at("2025-06-01 09:00", &events.ToppedUp{Amount: amount("1.00"), Channel: events.Online})
		for range voids {
			named = s.at("2025-06-01 09:00", &events.Voided{Voids: named, Reason: "test"})
		}
		left := unvoided("acct-1", s, nil)
		counts := len(left) > 0 && left[0].Seq == 1
		if counts != (voids%2 == 0) {
			t.Errorf("under %d voids in a row an event counts: %t", voids, counts)
		}
	}
}

func TestVoidsInACircleHaveNoEffect(t *testing.T) {
	var s story
	first := s.at("2025-06-01 09:00", &events.Voided{Reason: "test"})
	second := s.at("2025-06-01 09:00", &events.Voided{Voids: first, Reason: "test"})
	s[0].Event.Data.(*events.Voided).Voids = second
	a := &account{id: "acct-1", contracts: map[string]*contract{}}
	a.judgeVoids(s, nil)
	wantCodes(t, "two voids of each other", a.wrong, VoidCycle, VoidCycle)
}
