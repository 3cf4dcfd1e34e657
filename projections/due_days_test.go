package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

func TestLateFeeIsOutstandingFromTheDayItRoundsToAFen(t *testing.T) {
	for _, c := range []struct {
		fee  money.Fen
		days civil.Date
	}{{1000, 1}, {167, 1}, {166, 2}, {100, 2}, {10, 17}, {1, 167}} {
		var s story
		due := civil.DateOf(2025, 6, 30)
		s.at("2025-06-01 09:00", &events.Ordered{
			Product: events.Elastic, Quantity: 1, Term: months(3), Fee: money.Amount{Fen: c.fee, Decimals: 2},
			Mode: events.Postpaid, DueDate: due,
		})
		contract := s.asOf(t, "2025-06-10 12:00")
		if got := contract.lateFeeGrows(contract.invoices[0], lastBegun(contract.account.now)); got != due+c.days {
			t.Errorf("late fee of %v is outstanding for %v, want %v", c.fee, got, due+c.days)
		}
	}
}

func TestAFeePaidLateSleepsUntilItsLateFeeGrowsAgain(t *testing.T) {
	s := postpaid()
	s.at("2025-07-05 09:00", &events.Paid{
		Amount: amount("13.80"), Channel: events.Online, AppliesTo: events.PartLateFee,
	}) // five days of 2.76
	c := s.asOf(t, "2025-07-05 10:00")
	if days := c.lateFeesOutstanding(); len(days) != 0 {
		t.Errorf("late fee of %v is outstanding on the day on which it was paid", days[0].date)
	}
	c.account.now = instant("2025-07-06 00:00")
	if days := c.lateFeesOutstanding(); len(days) != 0 {
		t.Error("late fee grows at midnight already")
	}
	c.account.now = instant("2025-07-06 00:01")
	if days := c.lateFeesOutstanding(); len(days) != 1 {
		t.Error("no late fee is outstanding for the next day")
	}
}
