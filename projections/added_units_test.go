package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

// TestUnitsAreInTheLineWhenPaid: prepaid ones when the order is in effect and they are paid in full, postpaid ones at
// once.
func TestUnitsAreInTheLineWhenPaid(t *testing.T) {
	added := &events.UnitsAdded{Change: "1", Quantity: 2, Fee: amount("400.00"), Until: civil.DateOf(2025, 7, 1)}
	s := story{}
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("310.00"), Mode: events.Prepaid,
	})
	s.at("2025-06-11 12:00", added)
	s.at("2025-06-11 13:00", &events.Paid{Amount: amount("400.00"), Channel: events.Online, Invoice: "added-1"})
	if c := s.asOf(t, "2025-06-11 13:00"); len(c.servers) != 1 || c.byID["added-1"].inTerms {
		t.Errorf("while the order is not paid: %d servers", len(c.servers))
	}
	s.at("2025-06-12 09:00", &events.Paid{Amount: amount("310.00"), Channel: events.Online})
	c := s.asOf(t, "2025-06-12 09:00")
	if own := c.servers[2].unit.terms[0].own; len(c.servers) != 3 || own.Days() != 20 {
		t.Errorf("once it is: %d servers, for %v", len(c.servers), own)
	}

	s = postpaid()
	s.at("2025-06-11 12:00", added)
	s.at("2025-06-12 12:00", added)
	c = s.asOf(t, "2025-06-12 12:00")
	wantCodes(t, "the id again", c.wrong, ChangeRepeated)
	if len(c.servers) != 3 || c.byID["added-1"].principal() != 40000 {
		t.Errorf("postpaid: %d servers, %v owed", len(c.servers), c.byID["added-1"].principal())
	}
}

// TestAddedUnitsAreDueFromTheirDelivery, not from that of the order's.
func TestAddedUnitsAreDueFromTheirDelivery(t *testing.T) {
	s := postpaid()
	s.at("2025-06-11 12:00", &events.UnitsAdded{Change: "1", Quantity: 1, Fee: amount("400.00"), Term: months(1),
		DueDate: civil.DateOf(2025, 6, 20)})
	if due := s.asOf(t, "2025-06-24 12:00").byID["added-1"].due; due != 0 {
		t.Errorf("before the delivery: due on %v", due)
	}
	s.at("2025-06-25 12:00", &events.Provisioned{Units: []string{"u2"}})
	if due := s.asOf(t, "2025-06-25 12:00").byID["added-1"].due; due != civil.DateOf(2025, 6, 25) {
		t.Errorf("after it: due on %v", due)
	}
}

// TestNoUnitsAfterTheEnd: service again needs a new order.
func TestNoUnitsAfterTheEnd(t *testing.T) {
	s := prepaid()
	s.at("2025-07-03 12:00", &events.UnitsAdded{Change: "1", Quantity: 1, Fee: amount("400.00"), Term: months(1)})
	wantCodes(t, "after the end", s.asOf(t, "2025-07-03 12:00").wrong, NotInService)
}
