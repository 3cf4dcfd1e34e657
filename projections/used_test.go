package projections

import (
	"testing"

	"zhangben/events"
)

func TestAnOrderInUseIsOwedAsFarAsItIsUsed(t *testing.T) {
	var s story
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("300.00"), Mode: events.Prepaid,
	})
	if c := s.asOf(t, "2025-06-11 12:00"); c.isUsedUnpaid() {
		t.Error("an order that is not provisioned is used")
	}
	s.at("2025-06-01 10:00", &events.Provisioned{Units: []string{"u1"}})
	c := s.asOf(t, "2025-06-11 12:00")
	if owed := c.figures().Principal; !c.isUsedUnpaid() || owed != 10_000 {
		t.Errorf("after ten of thirty days %v is owed, want 100.00", owed)
	}
	s.at("2025-06-12 10:00", &events.Paid{Amount: amount("300.00"), Channel: events.Online})
	if c := s.asOf(t, "2025-06-13 12:00"); c.isUsedUnpaid() || c.figures().Principal != 0 {
		t.Error("an order paid in full is owed")
	}
}

func TestWhatAnEndLeavesOfAnOrderInUse(t *testing.T) {
	for released, want := range map[string]string{"200.00": "60.00", "260.00": "0.00", "0.00": "260.00"} {
		var s story
		s.at("2025-06-01 09:00", &events.Ordered{
			Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("300.00"), Mode: events.Prepaid,
		})
		s.at("2025-06-01 09:30", &events.Paid{Amount: amount("40.00"), Channel: events.Online})
		s.at("2025-06-01 10:00", &events.Provisioned{Units: []string{"u1"}})
		c := s.asOf(t, "2025-06-11 12:00")
		c.oweUsed(amount(released).Fen)
		if i := c.invoices[0]; i.principal() != amount(want).Fen {
			t.Errorf("of 300.00, 40.00 paid and %s released: %v owed", released, i.principal())
		}
	}
}
