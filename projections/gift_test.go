package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

// TestHowLongTimeGivenIs adds spans of all sorts to a month that ends on 1 July 2025.
func TestHowLongTimeGivenIs(t *testing.T) {
	for _, gift := range []struct {
		span civil.Span
		with string
		ends string
	}{
		{civil.Span{Term: days(5)}, "", "2025-07-07 00:00"},
		{civil.Span{Term: months(1)}, "", "2025-08-02 00:00"},
		{civil.Span{Seconds: 3_660}, "", "2025-07-02 01:01"},
		{civil.Span{Term: months(2)}, "order", "2025-09-02 00:00"},
		{civil.Span{Term: days(1)}, "order", "2025-07-03 00:00"},
		{civil.Span{Seconds: 60}, "order", "2025-07-02 00:01"},
	} {
		s := prepaid()
		s.at("2025-06-10 09:00", &events.TimeGranted{Grant: "g", Duration: gift.span, With: gift.with})
		c := s.asOf(t, "2025-06-20 12:00")
		if ends := c.units[0].endsAt(c.account.now); ends != instant(gift.ends) || len(c.wrong) > 0 {
			t.Errorf("with %v beside %q it ends at %v, want %s; %v", gift.span, gift.with, ends, gift.ends, c.wrong)
		}
	}
}

// TestATermWithDaysInItHasNoMonths tells what a months' rule may count.
func TestATermWithDaysInItHasNoMonths(t *testing.T) {
	for _, p := range []struct {
		own     civil.Term
		bonuses []bonus
		want    int
	}{
		{months(3), nil, 3},
		{months(3), []bonus{{time: months(1)}, {time: months(2)}}, 6},
		{months(3), []bonus{{time: months(1)}, {time: days(5)}}, 0},
		{days(30), []bonus{{time: months(1)}}, 0},
	} {
		term := serviceTerm{own: p.own, bonuses: p.bonuses}
		if got := term.wholeMonths(); got != p.want {
			t.Errorf("%v with %v has %d months, want %d", p.own, p.bonuses, got, p.want)
		}
	}
}
