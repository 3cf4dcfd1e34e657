package projections

import (
	"testing"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// TestSLATimeSpreadsWhatIsNotYetEarned follows a fee of 310.00 for 31 days, with four days of SLA time granted after
// ten.
func TestSLATimeSpreadsWhatIsNotYetEarned(t *testing.T) {
	s := scheduledTerm{fee: 31_000, end: civil.Days(31)}
	earned := func(days int) money.Fen {
		e := s.earned(civil.Days(days))
		return e.Round()
	}
	for days, want := range map[int]money.Fen{0: 0, 10: 10_000, 31: 31_000, 40: 31_000} {
		if got := earned(days); got != want {
			t.Errorf("after %d days %v is earned, want %v", days, got, want)
		}
	}
	s.spread(civil.Days(10), civil.Days(4))
	for days, want := range map[int]money.Fen{10: 10_000, 20: 18_400, 31: 27_640, 35: 31_000} {
		if got := earned(days); got != want {
			t.Errorf("with SLA time, after %d days %v is earned, want %v", days, got, want)
		}
	}
}
