package projections

import (
	"testing"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// TestSLATimeSpreadsWhatIsNotYetEarned follows a fee of 310.00 for 30 days, with four days of SLA time granted after
// ten.
func TestSLATimeSpreadsWhatIsNotYetEarned(t *testing.T) {
	u := prepaid().asOf(t, "2025-06-20 12:00").units[0]
	s := u.schedule()
	earned := func(days int) money.Fen {
		e := s.earned(&s.fees[0], civil.Days(days))
		return e.Round()
	}
	for days, want := range map[int]money.Fen{0: 0, 10: 10_333, 30: 31_000, 40: 31_000} {
		if got := earned(days); got != want {
			t.Errorf("after %d days %v is earned, want %v", days, got, want)
		}
	}
	s.spread(&grant{at: instant("2025-06-11 12:00"), granted: civil.Days(4)})
	for days, want := range map[int]money.Fen{10: 10_333, 20: 18_944, 30: 27_556, 34: 31_000} {
		if got := earned(days); got != want {
			t.Errorf("with SLA time, after %d days %v is earned, want %v", days, got, want)
		}
	}
}
