package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// reconfigured changes the configuration of HT-1 to one that costs fee for the whole term.
func (s *story) reconfigured(when, id, fee string) {
	s.at(when, &events.Changed{Change: id, Fee: amount(fee)})
}

// TestDearerIsOfferedPrepaid: it counts once it is paid, and the next change of the server has it lapse.
func TestDearerIsOfferedPrepaid(t *testing.T) {
	s := prepaid()
	s.reconfigured("2025-06-11 12:00", "1", "465.00")
	offered := s.asOf(t, "2025-06-12 12:00")
	i := offered.byID["change-1"]
	if i.amount != 10333 || i.inTerms || offered.servers[0].offer != i || len(offered.units[0].layers) > 0 {
		t.Errorf("offered: amount %v, in terms %v, %d layers", i.amount, i.inTerms, len(offered.units[0].layers))
	}
	s.at("2025-06-12 12:00", &events.Paid{Amount: amount("103.33"), Channel: events.Online})
	if c := s.asOf(t, "2025-06-12 12:00"); !c.byID["change-1"].inTerms || c.servers[0].offer != nil ||
		c.units[0].layers[0].from != 11 {
		t.Errorf("paid: %+v", c.units[0].layers)
	}
	s = prepaid()
	s.reconfigured("2025-06-11 12:00", "1", "465.00")
	s.reconfigured("2025-06-12 12:00", "2", "480.00")
	if c := s.asOf(t, "2025-06-12 12:00"); !c.byID["change-1"].lapsed || c.byID["change-2"].lapsed {
		t.Error("the first offer did not lapse")
	}
}

// TestCheaperTakesWhatIsUnpaidFirst: only what was paid above the new price goes to the wallet.
func TestCheaperTakesWhatIsUnpaidFirst(t *testing.T) {
	s := story{}
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("310.00"), Mode: events.Prepaid,
	})
	s.at("2025-06-01 09:00", &events.Paid{Amount: amount("280.00"), Channel: events.Online})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1"}})
	s.reconfigured("2025-06-16 12:00", "1", "210.00")
	c := s.asOf(t, "2025-06-16 12:00")
	if i := c.invoices[0]; i.released != 5000 || i.returned != 2000 || i.unpaid() != 0 || !c.inEffect {
		t.Errorf("released %v, returned %v, unpaid %v", i.released, i.returned, i.unpaid())
	}
}

// TestPostpaidAmountsChangeBeforeTheDueDay: afterwards more is an invoice of its own, and less is let go of.
func TestPostpaidAmountsChangeBeforeTheDueDay(t *testing.T) {
	tests := []struct {
		about, when, fee       string
		amount, payable, extra money.Fen
	}{
		{"more, before", "2025-06-11 12:00", "1380.00", 133000, 133000, 0},
		{"less, before", "2025-06-11 12:00", "460.00", 51000, 51000, 0},
		{"more, at the very end of the day", "2025-07-01 00:00", "1380.00", 92000, 92000, 31500},
		{"less, afterwards", "2025-07-02 12:00", "460.00", 92000, 61500, 0},
	}
	for _, tt := range tests {
		s := postpaid()
		s.at(tt.when, &events.Changed{Change: "1", Fee: amount(tt.fee), DueDate: civil.DateOf(2025, 7, 31)})
		c := s.asOf(t, tt.when)
		var extra money.Fen
		if i := c.byID["change-1"]; i != nil {
			extra = i.amount
		}
		if i := c.invoices[0]; i.amount != tt.amount || i.payable() != tt.payable || extra != tt.extra {
			t.Errorf("%s: amount %v, payable %v, an invoice over %v", tt.about, i.amount, i.payable(), extra)
		}
	}
}

// TestChangeWantsAServerInService: before the delivery, after the end and for unknown servers it has no effect.
func TestChangeWantsAServerInService(t *testing.T) {
	s := prepaid()
	s.reconfigured("2025-05-30 12:00", "0", "100.00")
	s.at("2025-06-02 12:00", &events.Changed{Change: "1", Fee: amount("100.00"), Units: []string{"u9"}})
	s.reconfigured("2025-07-02 12:00", "2", "100.00")
	c := s.asOf(t, "2025-07-02 12:00")
	wantCodes(t, "changes", c.wrong, ContractUnknown, UnitUnknown, NotInService, NotInService)
}
