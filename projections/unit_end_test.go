package projections

import (
	"testing"

	"zhangben/events"
)

// pair is a prepaid contract of two servers for thirty days from 1 June 2025, 300.00 each.
func pair() (s story) {
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 2, Term: days(30), Fee: amount("600.00"), Mode: events.Prepaid,
	})
	s.at("2025-06-01 09:30", &events.Paid{Amount: amount("600.00"), Channel: events.Online})
	s.at("2025-06-01 10:00", &events.Provisioned{Units: []string{"u1", "u2"}})
	return s
}

func TestAContractGoesOnWithTheServersThatAreLeft(t *testing.T) {
	s := pair()
	s.at("2025-06-11 12:00", &events.Terminated{Reason: events.EndProviderBreach, Units: []string{"u2"}})
	c := s.asOf(t, "2025-06-12 12:00")
	if !c.running() || len(c.units) != 1 || len(c.ended) != 1 || c.units[0].servers[0].id != "u1" {
		t.Fatalf("it runs: %t, with %d histories of servers, and %d of servers that ended", c.running(), len(c.units),
			len(c.ended))
	}
	i := c.invoices[0]
	if i.payable() != 40_000 || i.kept.Cmp(10_000) != 0 || i.servicePaid() != 40_000 {
		t.Errorf("of 600.00, %v are payable, %v kept, %v paid for service", i.payable(), i.kept.Round(), i.servicePaid())
	}
	s.at("2025-06-13 12:00", &events.Terminated{Reason: events.EndProviderBreach, Units: []string{"u1"}})
	if c := s.asOf(t, "2025-06-14 12:00"); c.end.status != Terminated || c.settled.refund != 38_000 {
		t.Errorf("after the last server's end it is %q, with a refund of %v", c.end.status, c.settled.refund)
	}
}

func TestTheContractEndsWithTheLastServerWhoseTimeIsNotUp(t *testing.T) {
	s := pair()
	s.at("2025-06-05 09:00", &events.Renewed{Term: days(30), Fee: amount("300.00"), Units: []string{"u2"}})
	s.at("2025-06-05 09:30", &events.Paid{Amount: amount("300.00"), Channel: events.Online})
	s.at("2025-07-11 12:00", &events.Terminated{Reason: events.EndProviderBreach, Units: []string{"u2"}})
	c := s.asOf(t, "2025-07-12 12:00")
	if c.end.status != Terminated || c.settled.refund != 20_000 || c.settled.revenue != 70_000 {
		t.Errorf("it is %q, with a refund of %v and revenue of %v", c.end.status, c.settled.refund, c.settled.revenue)
	}
}

func TestWhatIsUnpaidOfAnOrderIsThatOfTheServersThatEnd(t *testing.T) {
	for paid, want := range map[string]struct{ refund, unpaid string }{
		"600.00": {"200.00", "0.00"},
		"500.00": {"100.00", "0.00"},
		"350.00": {"0.00", "50.00"}, // 400.00 stay
	} {
		s := pair()
		s[1].Event.Data.(*events.Paid).Amount = amount(paid)
		s.at("2025-06-11 12:00", &events.Terminated{Reason: events.EndProviderBreach, Units: []string{"u2"}})
		c := s.asOf(t, "2025-06-11 13:00")
		if refund, unpaid := c.settled.refund.String(), c.invoices[0].unpaid().String(); refund != want.refund ||
			unpaid != want.unpaid {
			t.Errorf("with %s paid, %s are refunded and %s unpaid, want %v", paid, refund, unpaid, want)
		}
	}
}
