package projections

import (
	"testing"

	"zhangben/events"
)

func TestTheRightToTerminateForArrearsComesAfterThreeFullDays(t *testing.T) {
	for when, want := range map[string]bool{"2025-07-03 23:59": false, "2025-07-04 00:00": true} {
		if got := postpaid().asOf(t, when).mayTerminate(instant(when)); got != want {
			t.Errorf("at %s a fee due on 30 June lets the provider terminate: %t", when, got)
		}
	}
}

func TestAnImpedimentEndsAContractAfterThirtyDaysAndFifteenOfNotice(t *testing.T) {
	s := postpaid()
	s.at("2025-06-05 09:00", &events.Suspended{Reason: events.SuspendImpediment})
	for _, c := range []struct {
		notice, end string
		want        bool
	}{
		{"2025-07-05 23:59", "2025-07-31 09:00", false}, // the thirtieth day is not over
		{"2025-07-06 00:00", "2025-07-31 09:00", true},
		{"2025-07-06 00:00", "2025-07-21 23:59", false}, // the fifteenth day of notice is not over
		{"2025-07-06 23:59", "2025-07-22 00:00", true},
	} {
		if got := s.asOf(t, "2025-07-31 12:00").impedimentEnds(instant(c.notice), instant(c.end)); got != c.want {
			t.Errorf("notice at %s ends the contract at %s: %t", c.notice, c.end, got)
		}
	}
}
