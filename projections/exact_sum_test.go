package projections

import (
	"testing"

	"zhangben/events"
)

func TestASumDesignatesWhatNeedsExactlyIt(t *testing.T) {
	var s story
	s.at("2025-03-01 09:00", &events.Ordered{Product: events.VPS, Quantity: 1, Term: months(1), Fee: amount("90.00"),
		Mode: events.Prepaid})
	s.at("2025-03-01 10:00", &events.Renewed{Term: months(1), Fee: amount("80.00")})
	s.at("2025-03-01 11:00", &events.ChargeAdded{Charge: "a", Amount: amount("70.00"), Description: "help"})
	s.at("2025-03-01 12:00", &events.ChargeAdded{Charge: "b", Amount: amount("70.00"), Description: "help"})
	c := s.asOf(t, "2025-03-02 12:00")
	for sum, want := range map[string]string{"90.00": "order", "70.00": "a", "80.00": "", "71.00": ""} {
		got := ""
		if i := c.needing(amount(sum).Fen); i != nil {
			got = i.id
		}
		if got != want {
			t.Errorf("%s designates %q before the order is in effect, want %q", sum, got, want)
		}
	}
	s.at("2025-03-02 13:00", &events.Paid{Amount: amount("90.00"), Channel: events.Online})
	if i := s.asOf(t, "2025-03-02 14:00").needing(amount("80.00").Fen); i == nil || i.id != "renewal-1" {
		t.Error("80.00 does not designate the renewal once the order is in effect")
	}
}
