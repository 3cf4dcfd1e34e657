package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestPausesOfOutagesAndSuspensionsAreCountedOnce(t *testing.T) {
	s := prepaid()
	suspended := func(when string) { s.at(when, &events.Suspended{Reason: events.SuspendForceMajeure}) }
	suspended("2025-06-04 00:00")
	s.at("2025-06-06 00:00", &events.Resumed{})
	u := s.asOf(t, "2025-06-20 00:00").units[0]
	o, other := &outage{id: "o1"}, &outage{id: "o2"}
	u.contract.account.now = instant("2025-06-09 00:00")
	p := u.pauseFrom(instant("2025-06-05 00:00")) // known four days later
	p.outages = append(p.outages, o)
	p = u.pauseFrom(instant("2025-06-08 00:00"))
	p.outages = append(p.outages, other)
	u.endOutagePause(o, instant("2025-06-09 00:00"))
	if !u.isPaused() {
		t.Error("the term goes on though an outage does")
	}
	u.endOutagePause(other, instant("2025-06-10 00:00"))
	for when, want := range map[string]int{"2025-06-04 00:00": 0, "2025-06-07 00:00": 3, "2025-06-12 00:00": 6} {
		if got := u.pausedUntil(instant(when)); got != civil.Days(want) || len(u.pauses) != 1 {
			t.Errorf("at %s the term has stood still for %v in %d pauses, want %d days in one", when, got, len(u.pauses), want)
		}
	}
}

func TestAnOutageStopsTheTermWhenItLastsAsLongAsTheTermsSay(t *testing.T) {
	params := events.Params{PauseOnOutageSeconds: &events.Limit{N: 86_400, Set: true}}
	terms := Fact{Seq: 1, Event: &events.Event{Source: "/test", Time: instant("2025-01-01 00:00"), Account: events.All,
		Data: &events.TermsPublished{Params: params}}}
	for resolved, want := range map[string]int{"2025-06-05 23:59": 0, "2025-06-06 00:00": 1, "2025-06-08 00:00": 3} {
		s := prepaid()
		s.at("2025-06-05 00:00", &events.OutageStarted{Outage: "o1", Cause: events.Carrier})
		s.at(resolved, &events.OutageResolved{Outage: "o1"})
		now := instant("2025-06-10 00:00")
		a := newAccount(t.Context(), "acct-1", []Fact{terms}, now)
		a.fold(s, []Fact{terms}, now)
		if got := a.contract("HT-1").units[0].pausedUntil(now); got != civil.Days(want) {
			t.Errorf("resolved at %s the outage has stopped the term for %v, want %d days", resolved, got, want)
		}
	}
}
