package projections

import (
	"testing"

	"github.com/shopspring/decimal"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// cut is a court's decision on all late fees: a rate, or a sum where none is named.
func cut(rate, total string) *events.LateFeeCapped {
	d := &events.LateFeeCapped{Authority: "court"}
	if rate != "" {
		d.Rate = events.SpelledRate{Rate: decimal.RequireFromString(rate), Text: rate}
		return d
	}
	a := amount(total)
	d.Total = &a
	return d
}

func TestACourtsDecisionHoldsForAllDaysOfTheInvoicesThereAre(t *testing.T) {
	for _, c := range []struct {
		about string
		cuts  []*events.LateFeeCapped
		want  money.Fen // after ten days, 27.60 by the terms
	}{
		{"a rate", []*events.LateFeeCapped{cut("0.0001", "")}, 92},
		{"a rate above the terms'", []*events.LateFeeCapped{cut("0.004", "")}, 2760},
		{"the lower of two rates", []*events.LateFeeCapped{cut("0.0001", ""), cut("0.002", "")}, 92},
		{"a sum", []*events.LateFeeCapped{cut("", "5.00")}, 500},
		{"nothing", []*events.LateFeeCapped{cut("", "0.00")}, 0},
		{"the least of rates and sums", []*events.LateFeeCapped{cut("", "5.00"), cut("0.0001", ""), cut("", "9.00")}, 92},
	} {
		s := postpaid()
		for _, d := range c.cuts {
			s.at("2025-07-03 09:00", d)
		}
		s.at("2025-07-04 09:00", &events.ChargeAdded{Charge: "later", Amount: amount("100.00"), Description: "help",
			DueDate: civil.DateOf(2025, 7, 5)})
		f := s.asOf(t, "2025-07-10 12:00").figures()
		if got := f.Invoices[0].LateFee; got != c.want {
			t.Errorf("%s leaves a late fee of %v, want %v", c.about, got, c.want)
		}
		if got := f.Invoices[1].LateFee; got != 150 {
			t.Errorf("%s made %v of the late fee of a charge that came after it", c.about, got)
		}
	}
}

func TestOneSumForSeveralInvoicesIsDividedOnceTheyComeToIt(t *testing.T) {
	s := postpaid() // 2.76 a day
	s.at("2025-06-02 09:00", &events.ChargeAdded{Charge: "a", Amount: amount("1000.00"), Description: "help",
		DueDate: civil.DateOf(2025, 7, 1)}) // 3.00 a day
	s.at("2025-07-03 09:00", cut("", "20.00"))
	for when, want := range map[string][2]money.Fen{
		"2025-07-03 12:00": {828, 600},
		"2025-07-04 12:00": {1104, 896}, // four days and three: 20.04, of which the later due bears the cut
		"2025-09-04 12:00": {1104, 896},
	} {
		f := s.asOf(t, when).figures()
		if order, charge := f.Invoices[0].LateFee, f.Invoices[1].LateFee; order != want[0] || charge != want[1] {
			t.Errorf("at %s the late fees are %v and %v, want %v", when, order, charge, want)
		}
	}
}

func TestLateFeePaidAboveWhatACourtLeavesPaysPrincipal(t *testing.T) {
	s := postpaid()
	s.at("2025-07-05 09:00", &events.Paid{Amount: amount("13.80"), Channel: events.Online, AppliesTo: events.PartLateFee})
	s.at("2025-07-06 09:00", cut("", "3.80"))
	f := s.asOf(t, "2025-07-10 12:00").figures()
	if f.Principal != 91_000 || f.LateFee != 0 || f.Paid != 1380 {
		t.Errorf("principal %v, late fee %v, paid %v; 10.00 of 13.80 pay principal", f.Principal, f.LateFee, f.Paid)
	}
}
