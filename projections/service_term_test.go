package projections

import (
	"testing"

	"zhangben/events/civil"
)

func TestTermsEndOnTheCorrespondingDayHoweverTheyWereBought(t *testing.T) {
	for _, c := range []struct {
		from         string
		months, days int
		want         civil.Date
	}{
		{"2025-01-31 09:00", 1, 0, civil.DateOf(2025, 2, 28)},
		{"2025-01-31 09:00", 2, 0, civil.DateOf(2025, 3, 31)},
		{"2024-02-29 23:59", 12, 0, civil.DateOf(2025, 2, 28)},
		{"2024-02-29 00:00", 48, 0, civil.DateOf(2028, 2, 29)},
		{"2025-01-31 09:00", 1, 10, civil.DateOf(2025, 3, 10)}, // months first, then days
		{"2025-01-31 09:00", 0, 30, civil.DateOf(2025, 3, 2)},
	} {
		u := &unit{startedAt: instant(c.from)}
		if got := u.boundary(c.months, c.days); got != c.want {
			t.Errorf("%d months and %d days from %s end on %v, want %v", c.months, c.days, c.from, got, c.want)
		}
	}
}

func TestTheOpeningDayIsNotServedAndAStartedDayIs(t *testing.T) {
	u := &unit{startedAt: instant("2025-06-01 09:00")}
	for when, want := range map[string]int{
		"2025-06-01 23:59": 0, "2025-06-02 00:00": 0, "2025-06-02 00:01": 1, "2025-06-03 00:00": 1, "2025-06-03 12:00": 2,
	} {
		if got := u.servedDays(instant(when)); got != want {
			t.Errorf("at %s %d days are served, want %d", when, got, want)
		}
	}
}
