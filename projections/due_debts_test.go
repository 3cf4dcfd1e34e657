package projections

import (
	"fmt"
	"testing"
	"time"

	"zhangben/events"
	"zhangben/events/civil"
)

// of adds a fact of a contract.
func (s *story) of(contract, when string, d events.Data) {
	s.at(when, d)
	(*s)[len(*s)-1].Event.Contract = contract
}

// inArrears is an account with n overdue contracts of 100.00 each, due on as many days as given.
func inArrears(n, days int) (s story) {
	for i := range n {
		id := fmt.Sprintf("HT-%d", i)
		s.of(id, "2025-06-01 09:00", &events.Ordered{Product: events.VPS, Quantity: 1, Term: months(12),
			Fee: amount("100.00"), Mode: events.Postpaid, DueDate: civil.DateOf(2025, 6, 30) - civil.Date(i%days)})
		s.of(id, "2025-06-01 10:00", &events.Provisioned{Units: []string{"u1"}})
	}
	return s
}

func TestDueDebtsArePaidByDateOverAllContracts(t *testing.T) {
	s := inArrears(4, 2)
	s.of("HT-3", "2025-07-10 12:00", &events.Paid{Amount: amount("300.00"), Channel: events.Online})
	a := s.asOf(t, "2025-07-10 12:00").account
	// The last contract takes 103.30 with its late fee; 100.00 of the rest pays what was due a day before the others,
	// which share what is left.
	want := map[string]string{"HT-0": "51.65", "HT-1": "0.00", "HT-2": "51.65", "HT-3": "0.00"}
	for id, left := range want {
		c := a.contracts[id]
		if got := c.invoices[0].unpaid().String(); got != left {
			t.Errorf("%s of %s are unpaid, want %s", got, id, left)
		}
	}
}

// TestManyContractsArePaidOneByOne: a payment with something left over does not look at contracts with nothing due.
func TestManyContractsArePaidOneByOne(t *testing.T) {
	took := func(n int) time.Duration {
		s := inArrears(n, 28)
		for i := range n {
			s.of(fmt.Sprintf("HT-%d", i), "2025-06-01 11:00", &events.Paid{Amount: amount("100.01"), Channel: events.Online})
		}
		began := time.Now()
		s.asOf(t, "2025-06-01 12:00")
		return time.Since(began)
	}
	small, large := took(2_000), took(16_000)
	t.Logf("2,000 contracts: %v; 16,000: %v", small, large)
	if large > 40*small {
		t.Errorf("8 times the contracts took %v, %.1f times as long", large, float64(large)/float64(small))
	}
}
