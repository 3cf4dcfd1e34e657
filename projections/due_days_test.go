package projections

import (
	"testing"

	"github.com/shopspring/decimal"

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
		s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1"}})
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

func TestLateFeeGrowsUnderRatesThatChange(t *testing.T) {
	due := civil.DateOf(2025, 6, 30)
	for _, rates := range [][]string{
		{"0.003"}, {"0.001", "0.01", "0.0000001"}, {"0", "0.003"}, {"0.003", "0", "0.002"}, {"0.000000001"}, {"0"},
	} {
		for _, fee := range []money.Fen{1, 7, 166, 1000} {
			var s story
			s.at("2025-06-01 09:00", &events.Ordered{
				Product: events.Elastic, Quantity: 1, Term: months(3), Fee: money.Amount{Fen: fee, Decimals: 2},
				Mode: events.Postpaid, DueDate: due,
			})
			c := s.asOf(t, "2025-06-10 12:00")
			c.account.terms = published(rates...)
			i := c.invoices[0]
			for _, taken := range []money.Fen{0, 1, 30} {
				i.feeReduced = taken
				day := c.lateFeeGrows(i, due)
				half := decimal.New(10*int64(taken)+5, -1)
				before := c.lateFeeExact(i, (day - 1).End())
				if before.GreaterThanOrEqual(half) || day < never && c.lateFeeExact(i, day.End()).LessThan(half) {
					t.Errorf("late fee of %v above %v under %v grows on %v, by %v before", fee, taken, rates, day, before)
				}
			}
		}
	}
}

// published are terms whose rates of the late fee follow each other, twenty days each, from 20 June 2025 on.
func published(rates ...string) (h history) {
	for n, rate := range rates {
		v := version{terms: defaultTerms}
		if n > 0 {
			v.from = civil.DateOf(2025, 6, 20).Start().Add(civil.Days(20 * n))
		}
		v.terms.LateFeeRate = decimal.RequireFromString(rate)
		h = append(h, v)
	}
	return h.summed()
}
