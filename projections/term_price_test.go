package projections

import (
	"maps"
	"testing"

	"zhangben/events"
	"zhangben/events/money"
)

// TestLessIsTakenFromTheTermsOwnInvoiceFirst, then from those of changes as they came.
func TestLessIsTakenFromTheTermsOwnInvoiceFirst(t *testing.T) {
	s := prepaid() // 310.00 for thirty days
	s.reconfigured("2025-06-11 12:00", "1", "620.00")
	s.at("2025-06-11 12:00", &events.Paid{Amount: amount("206.67"), Channel: events.Online})
	s.reconfigured("2025-06-11 13:00", "2", "930.00")
	s.at("2025-06-11 13:00", &events.Paid{Amount: amount("206.67"), Channel: events.Online})
	p := s.asOf(t, "2025-06-11 13:00").units[0].termPrice(0)
	for _, tt := range []struct {
		amount money.Fen
		want   map[int]money.Fen
	}{
		{10000, map[int]money.Fen{0: 10000}},
		{30000, map[int]money.Fen{0: 20667, 1: 9333}},
		{62000, map[int]money.Fen{0: 20667, 1: 20667, 2: 20666}},
	} {
		got := map[int]money.Fen{}
		p.take(tt.amount, 20, func(fee int, part money.Fen) { got[fee] += part })
		if !maps.Equal(got, tt.want) {
			t.Errorf("%v is taken as %v, want %v", tt.amount, got, tt.want)
		}
	}
}

// TestPricesFollowTheTerm: when a term has come to be longer, its prices are worked out again.
func TestPricesFollowTheTerm(t *testing.T) {
	s := prepaid()
	s.reconfigured("2025-06-16 12:00", "1", "155.00")
	u := s.asOf(t, "2025-06-16 12:00").units[0]
	u.terms[0].days += 15
	if got := money.RoundRat(u.price(0, instant("2025-06-16 12:00")).rat()); got != 31000-11625 { // 77.50 × 45/30
		t.Errorf("the price is %v", got)
	}
}
