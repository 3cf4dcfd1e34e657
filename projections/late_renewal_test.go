package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

// lateAsOf folds a story under terms that allow a renewal for a week after the end.
func lateAsOf(t *testing.T, s story, when string) *contract {
	t.Helper()
	week := 7
	terms := Fact{Seq: 99, Event: &events.Event{Account: events.All, Time: instant("2025-01-01 00:00"),
		Data: &events.TermsPublished{Params: events.Params{LateRenewalDays: &week}}}}
	a := newAccount(t.Context(), "acct-1", []Fact{terms}, instant(when))
	a.fold(s, []Fact{terms}, instant(when))
	return a.contract("HT-1")
}

func TestARenewalMayBePaidLateForAWeek(t *testing.T) {
	for when, want := range map[string]bool{
		"2025-07-01 12:00": true, // in term
		"2025-07-02 00:00": true,
		"2025-07-09 00:00": false, // the last instant is over, for nothing was paid
		"2025-07-08 23:59": true,
	} {
		if got := lateAsOf(t, pair(), when).isOpen(); got != want {
			t.Errorf("at %s, after an end at 24:00 of 1 July, it may be renewed: %t", when, got)
		}
	}
	c := lateAsOf(t, pair(), "2025-07-03 12:00")
	if u := c.units[0]; u.lateUntil() != instant("2025-07-09 00:00") || !u.beginsAnew() {
		t.Errorf("it may be renewed late until %v", u.lateUntil())
	}
}

func TestALateRenewalBeginsTheServiceAnew(t *testing.T) {
	s := pair()
	s.at("2025-07-04 09:00", &events.Renewed{Term: days(30), Fee: amount("300.00"), Units: []string{"u2"}})
	s.at("2025-07-04 10:00", &events.Paid{Amount: amount("300.00"), Channel: events.Online})
	c := lateAsOf(t, s, "2025-07-05 12:00")
	u := c.servers[1].unit
	if u.startedAt != instant("2025-07-04 10:00") || u.lastDay(0) != civil.DateOf(2025, 8, 3) || len(u.terms) != 1 {
		t.Errorf("%d terms from %v to %v", len(u.terms), u.startedAt, u.lastDay(0))
	}
	if c.invoices[0].kept.Cmp(30_000) != 0 || !c.running() || u.inTerm(instant("2025-07-03 12:00")) {
		t.Errorf("%v are kept of the order; it runs: %t", c.invoices[0].kept.Round(), c.running())
	}
}
