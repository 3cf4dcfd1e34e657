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
		if got := c.units[n].fee(&c.serviceTerms[0]); got != want {
			t.Errorf("the share of %s is %v, want %v", c.units[n].id, got, want)
		}
	}
	if got := (&unit{contract: c, index: wholeLine}).fee(&c.serviceTerms[0]); got != 100 {
		t.Errorf("the whole line's share is %v", got)
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
