package projections

import (
	"testing"

	"zhangben/events/civil"
)

func TestTheDueDayIsNotOverdueAndTheDayOfPaymentIs(t *testing.T) {
	due := civil.DateOf(2025, 6, 30)
	for when, want := range map[string]int{
		"2025-06-30 23:59": 0,
		"2025-07-01 00:00": 0, // 24:00 of the due day
		"2025-07-01 00:01": 1,
		"2025-07-02 00:00": 1,
		"2025-07-02 09:00": 2,
		"2025-08-01 00:00": 31,
	} {
		if got := overdueDays(due, instant(when)); got != want {
			t.Errorf("at %s it is %d days overdue, want %d", when, got, want)
		}
	}
	if got := overdueDays(0, instant("2025-07-02 09:00")); got != 0 {
		t.Errorf("without a due date it is %d days overdue", got)
	}
}

func TestARateCountsForDaysThatBeginUnderIt(t *testing.T) {
	for published, first := range map[string]civil.Date{
		"2025-07-03 00:00": civil.DateOf(2025, 7, 3),
		"2025-07-03 00:01": civil.DateOf(2025, 7, 4),
		"2025-07-31 23:59": civil.DateOf(2025, 8, 1),
	} {
		if got := firstMidnight(instant(published)); got != first {
			t.Errorf("a rate published at %s counts from %v, want %v", published, got, first)
		}
	}
}
