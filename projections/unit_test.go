package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/money"
)

func TestAFeeIsSplitOverItsServersToTheFen(t *testing.T) {
	var s story
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 3, Term: months(1), Fee: amount("1.00"), Mode: events.Postpaid,
	})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1", "u2", "u3"}})
	c := s.asOf(t, "2025-06-10 12:00")
	for n, want := range []money.Fen{34, 33, 33} {
		s := c.servers[n]
		if got := s.unit.terms[0].share; got != want {
			t.Errorf("the share of %s is %v, want %v", s.id, got, want)
		}
	}
}

func TestServersShareAHistoryUntilAnEventNamesSome(t *testing.T) {
	var s story
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 4, Term: months(1), Fee: amount("4.00"), Mode: events.Postpaid,
	})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1", "u2", "u3", "u4"}})
	if c := s.asOf(t, "2025-06-10 12:00"); len(c.units) != 1 || c.units[0].fee(0) != 400 {
		t.Fatalf("four equal servers have %d histories", len(c.units))
	}
	s.at("2025-06-05 09:00", &events.Suspended{Reason: events.SuspendForceMajeure})
	s.at("2025-06-07 09:00", &events.Resumed{Units: []string{"u2", "u4"}})
	c := s.asOf(t, "2025-06-10 12:00")
	if len(c.units) != 2 {
		t.Fatalf("there are %d histories, want those resumed and those not", len(c.units))
	}
	for n, resumed := range []bool{false, true, false, true} {
		if u := c.servers[n].unit; (u.suspended() == nil) != resumed || u.count() != 2 {
			t.Errorf("%s: suspended: %v, with %d servers", c.servers[n].id, u.suspended() != nil, u.count())
		}
	}
}

func TestServersThatAreNotNamedAreAllMeant(t *testing.T) {
	c := prepaid().asOf(t, "2025-06-10 12:00")
	e := &events.Event{}
	for _, named := range []struct {
		ids  []string
		want int
	}{{nil, 1}, {[]string{"u1"}, 1}, {[]string{"u9"}, 0}} {
		if got := len(c.unitsNamed(e, named.ids)); got != named.want {
			t.Errorf("%v are %d servers, want %d", named.ids, got, named.want)
		}
	}
	wantCodes(t, "a server the contract does not have", c.wrong, UnitUnknown)
}
