package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/money"
)

// credited credits an amount of an invoice of HT-1.
func (s *story) credited(when, id, invoice, sum string, reason events.CreditReason) {
	s.at(when, &events.InvoiceCredited{Credit: id, Invoice: invoice, Amount: amount(sum), Reason: reason})
}

// TestCreditTakesWhatIsUnpaidFirst: only what was paid above what is payable goes to the wallet.
func TestCreditTakesWhatIsUnpaidFirst(t *testing.T) {
	for sum, want := range map[string]struct{ credited, returned, unpaid, wallet money.Fen }{
		"10.00":  {1000, 0, 2000, 0},
		"50.00":  {5000, 2000, 0, 2000},
		"900.00": {31000, 28000, 0, 28000},
	} {
		s := story{}
		s.at("2025-06-01 09:00", &events.Ordered{
			Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("310.00"), Mode: events.Prepaid,
		})
		s.at("2025-06-01 09:00", &events.Paid{Amount: amount("280.00"), Channel: events.Online})
		s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1"}})
		s.credited("2025-06-16 12:00", "1", "order", sum, events.CreditGoodwill)
		c := s.asOf(t, "2025-06-16 12:00")
		i := c.invoices[0]
		if i.credited != want.credited || i.returned != want.returned || i.unpaid() != want.unpaid ||
			c.account.wallet != want.wallet || c.inEffect != (want.unpaid == 0) {
			t.Errorf("%s: credited %v, returned %v, unpaid %v, wallet %v", sum, i.credited, i.returned, i.unpaid(),
				c.account.wallet)
		}
		if (len(c.wrong) > 0) != (sum == "900.00") {
			t.Errorf("%s: exceptions %v", sum, c.wrong)
		}
	}
}

// TestCreditLowersAllPricesOfAnInvoice: those of each server and of each change of configuration in proportion, to the
// fen; others stay.
func TestCreditLowersAllPricesOfAnInvoice(t *testing.T) {
	s := story{}
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 3, Term: months(1), Fee: amount("300.01"), Mode: events.Postpaid,
	})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1", "u2", "u3"}})
	s.at("2025-06-16 12:00", &events.Changed{Change: "1", Units: []string{"u2"}, Fee: amount("200.00")})
	before := s.asOf(t, "2025-06-16 12:00").invoices[0].payable()
	s.credited("2025-06-20 12:00", "1", "order", "100.00", events.CreditGoodwill)
	c := s.asOf(t, "2025-06-20 12:00")
	var sum money.Fen
	for _, u := range c.units {
		sum += u.allFees()
	}
	if sum != before-10000 || sum != c.invoices[0].payable() {
		t.Errorf("prices come to %v, of %v", sum, before)
	}
	u := c.serverNamed("u2").unit
	if share, layer := u.terms[0].share, u.layers[0].amount; share != 7143 || layer != 3571 {
		t.Errorf("u2: %v, and %v more", share, layer)
	}
}

// TestCreditCountsForLaterOutages: SLA time of an outage that started before is worth what it was.
func TestCreditCountsForLaterOutages(t *testing.T) {
	s := prepaid()
	s.credited("2025-06-11 12:00", "1", "order", "31.00", events.CreditGoodwill)
	u := s.asOf(t, "2025-06-11 12:00").units[0]
	if was := u.price(0, instant("2025-06-11 11:59")).rat(); was.RatString() != "31000" {
		t.Errorf("before: %v", was)
	}
	if is := u.price(0, instant("2025-06-11 12:00")).rat(); is.RatString() != "27900" {
		t.Errorf("after: %v", is)
	}
}
