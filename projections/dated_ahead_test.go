package projections

import (
	"testing"

	"zhangben/events"
)

func TestDatedAheadIsMoreThanADayOrAYear(t *testing.T) {
	recorded := instant("2025-03-01 12:00")
	for _, c := range []struct {
		data events.Data
		time string
		want bool
	}{
		{&events.Renewed{}, "2025-03-02 12:00", false},
		{&events.Renewed{}, "2025-03-02 12:01", true},
		{&events.PaymentBounced{}, "2025-03-02 12:01", true},
		{&events.Terminated{}, "2026-03-01 12:00", false},
		{&events.Terminated{}, "2026-03-01 12:01", true},
		{&events.NoticeSent{}, "2026-03-01 12:00", false},
		{&events.TermsPublished{}, "2026-03-01 12:01", true},
		{&events.Voided{}, "2126-03-01 12:00", false},
		{&events.OutageReclassified{}, "2126-03-01 12:00", false},
	} {
		f := Fact{Event: &events.Event{Data: c.data, Time: instant(c.time)}, Recorded: recorded}
		if got := f.isDatedAhead(); got != c.want {
			t.Errorf("%v dated %s is ahead: %t", f.Event.Kind(), c.time, got)
		}
	}
	if f := (&Fact{Event: &events.Event{Data: &events.Renewed{}, Time: recorded}}); f.isDatedAhead() {
		t.Error("what is only supposed was never recorded")
	}
}
