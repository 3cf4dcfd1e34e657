package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
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

// TestMistakeBearsNoLateFee: whatever was paid or extended before, late fee is that of an invoice for less from the
// beginning.
func TestMistakeBearsNoLateFee(t *testing.T) {
	tests := map[string]func(s *story){
		"unpaid": func(*story) {},
		"paid in part": func(s *story) {
			s.at("2025-07-05 09:00", &events.Paid{Amount: amount("200.00"), Channel: events.Online, Invoice: "order"})
		},
		"paid, all that had been owed": func(s *story) {
			s.at("2025-07-03 09:00", &events.Paid{Amount: amount("300.00"), Channel: events.Online, Invoice: "order"})
			s.at("2025-07-05 09:00", &events.Paid{Amount: amount("450.00"), Channel: events.Online, Invoice: "order",
				AppliesTo: events.PartPrincipal})
		},
		"extended twice": func(s *story) {
			s.at("2025-07-04 09:00", &events.DueDateExtended{Invoice: "order", DueDate: civil.DateOf(2025, 7, 10)})
			s.at("2025-07-06 09:00", &events.Paid{Amount: amount("200.00"), Channel: events.Online, Invoice: "order"})
			s.at("2025-07-14 09:00", &events.DueDateExtended{Invoice: "order", DueDate: civil.DateOf(2025, 7, 16)})
		},
	}
	for name, tell := range tests {
		for _, base := range []events.LateFeeBase{events.UnpaidPrincipal, events.OriginalAmount} {
			terms := []Fact{{Seq: 1, Event: &events.Event{Account: events.All, Time: instant("2025-01-01 00:00"),
				Data: &events.TermsPublished{Params: events.Params{LateFeeBase: &base}}}}}
			mistaken, right := mistakenly(t, terms, "1000.00", tell, true), mistakenly(t, terms, "500.00", tell, false)
			i, w := mistaken.invoices[0], right.invoices[0]
			now := right.account.now
			if got, want := mistaken.lateFeeAccrued(i, now), right.lateFeeAccrued(w, now); got != want {
				t.Errorf("%s, %v: late fee %v, want %v", name, base, got, want)
			}
			if i.unpaid() > w.unpaid() {
				t.Errorf("%s, %v: unpaid %v, want at most %v", name, base, i.unpaid(), w.unpaid())
			}
		}
	}
}

// mistakenly tells a contract of which a fee is due on 30 June, and 500.00 of it may never have been owed.
func mistakenly(t *testing.T, terms []Fact, fee string, tell func(*story), mistaken bool) *contract {
	s := story{}
	s.at("2025-06-01 09:00", &events.Ordered{Product: events.Elastic, Quantity: 1, Term: months(3), Fee: amount(fee),
		Mode: events.Postpaid, DueDate: civil.DateOf(2025, 6, 30)})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1"}})
	tell(&s)
	if mistaken {
		s.credited("2025-07-20 09:00", "1", "order", "500.00", events.CreditError)
	}
	a := newAccount(t.Context(), "acct-1", terms, instant("2025-07-25 12:00"))
	a.fold(s, terms, instant("2025-07-25 12:00"))
	return a.contract("HT-1")
}
