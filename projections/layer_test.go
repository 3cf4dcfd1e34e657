package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// TestLayersBeginWithTheChange: on the running term after the days that are over, on later terms from their beginning.
func TestLayersBeginWithTheChange(t *testing.T) {
	s := prepaid()
	s.at("2025-06-05 12:00", &events.Renewed{Term: months(1), Fee: amount("310.00")})
	s.at("2025-06-05 12:00", &events.Paid{Amount: amount("310.00"), Channel: events.Online})
	s.reconfigured("2025-06-11 12:00", "1", "155.00")
	u := s.asOf(t, "2025-06-11 12:00").units[0]
	if len(u.layers) != 2 || u.layers[0].from != 10 || u.layers[1].term != 1 || u.layers[1].from != 0 {
		t.Fatalf("%+v", u.layers)
	}
	if u.layers[0].amount != -10333 || u.layers[1].amount != -15500 {
		t.Errorf("%v and %v for the days left and the later term", u.layers[0].amount, u.layers[1].amount)
	}
}

// TestLayerJoinsTheRunningTerm where the term it was priced for is over when it is paid.
func TestLayerJoinsTheRunningTerm(t *testing.T) {
	s := prepaid()
	s.reconfigured("2025-06-11 12:00", "1", "465.00")
	s.at("2025-06-12 12:00", &events.Renewed{Term: months(1), Fee: amount("310.00")})
	s.at("2025-06-12 12:00", &events.Paid{Amount: amount("310.00"), Channel: events.Online, Invoice: "renewal-1"})
	s.at("2025-07-06 12:00", &events.Paid{Amount: amount("103.33"), Channel: events.Online})
	u := s.asOf(t, "2025-07-06 12:00").units[0]
	if l := u.layers[0]; l.term != 1 || l.from != 5 {
		t.Errorf("%+v", l)
	}
}

// TestMonthsOfALayer are counted from its effect, at least one and at most those that are whole (6.2.3).
func TestMonthsOfALayer(t *testing.T) {
	s := story{}
	s.at("2025-03-01 12:00", &events.Ordered{Product: events.Elastic, Quantity: 1,
		Term: civil.Term{Count: 1, Unit: civil.Year}, Fee: amount("3650.00"), Mode: events.Prepaid})
	s.at("2025-03-01 13:00", &events.Provisioned{Units: []string{"u1"}})
	u := s.asOf(t, "2025-03-01 13:00").units[0]
	for _, tt := range []struct {
		from         int
		at           string
		begun, whole int
	}{
		{0, "2025-08-20 12:00", 6, 12},
		{100, "2025-07-10 00:00", 1, 8}, // 24:00 of 9 July
		{100, "2025-07-10 00:01", 2, 8},
		{100, "2026-02-28 12:00", 8, 8},
		{350, "2026-02-20 12:00", 1, 1},
	} {
		begun, whole := u.monthsOf(&layer{from: tt.from}, instant(tt.at))
		if begun != tt.begun || whole != tt.whole {
			t.Errorf("from day %d, at %s: %d of %d months, want %d of %d", tt.from, tt.at, begun, whole, tt.begun, tt.whole)
		}
	}
}

// TestPriceIsThatOfItsTime: outages before a change count at the price before it.
func TestPriceIsThatOfItsTime(t *testing.T) {
	s := prepaid()
	s.reconfigured("2025-06-16 12:00", "1", "155.00")
	u := s.asOf(t, "2025-06-16 12:00").units[0]
	for at, want := range map[string]money.Fen{"2025-06-16 11:59": 31000, "2025-06-16 12:00": 15500} {
		if got := money.RoundRat(u.price(0, instant(at)).rat()); got != want {
			t.Errorf("at %s: %v, want %v", at, got, want)
		}
	}
}
