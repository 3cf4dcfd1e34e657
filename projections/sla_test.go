package projections

import (
	"testing"

	"zhangben/events/money"
)

// TestSLATimeHasTheRoomThatFeesPaidLeave asks for a server whose month of 30 days costs 310.00.
func TestSLATimeHasTheRoomThatFeesPaidLeave(t *testing.T) {
	for _, c := range []struct {
		paid, value money.Fen
		seconds     int64
	}{
		{31_000, 0, 30 * 86_400},
		{31_000, 15_500, 15 * 86_400},
		{31_000, 31_000, 0},
		{62_000, 0, 60 * 86_400}, // a renewal makes more room
		{1, 0, 83},               // whole seconds, rounded down
		{0, 0, 0},
	} {
		u := prepaid().asOf(t, "2025-06-10 12:00").units[0]
		var fees money.Exact
		fees.Add(c.paid)
		u.value.Add(c.value)
		if got := u.room(u.price(0, instant("2025-06-10 12:00")), fees).Seconds(); got != c.seconds {
			t.Errorf("%v paid, worth %v granted: room for %d s, want %d", c.paid, c.value, got, c.seconds)
		}
	}
}
