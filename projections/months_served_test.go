package projections

import "testing"

func TestAStartedMonthIsChargedInFull(t *testing.T) {
	for when, want := range map[string]int{
		"2025-06-01 09:00": 1,
		"2025-07-02 00:00": 1, // 24:00 of the corresponding day
		"2025-07-02 00:01": 2,
		"2025-08-02 00:00": 2,
		"2025-09-30 12:00": 3, // there are no more
	} {
		if got := postpaid().asOf(t, "2025-06-10 12:00").units[0].begun(0, instant(when)); got != want {
			t.Errorf("at %s %d months have begun, want %d", when, got, want)
		}
	}
}
