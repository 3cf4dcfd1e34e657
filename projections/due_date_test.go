package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

func TestDaysOverdueStayWhenTheDueDateMoves(t *testing.T) {
	for _, c := range []struct {
		about, when string
		waived      events.Flag
		days        int
		fee         money.Fen // of 2.76 a day
	}{
		{"before the due day is over", "2025-06-20 09:00", 0, 5, 1380},
		{"five days late", "2025-07-05 09:00", 0, 10, 2760},
		{"five days late, waived", "2025-07-05 09:00", events.FlagTrue, 5, 1380},
	} {
		s := postpaid()
		s.at(c.when, &events.DueDateExtended{Invoice: "order", DueDate: civil.DateOf(2025, 7, 31), WaiveAccrued: c.waived})
		contract := s.asOf(t, "2025-08-05 12:00")
		row := contract.figures().Invoices[0]
		if row.OverdueDays != c.days || row.LateFee != c.fee {
			t.Errorf("extended %s: %d days overdue, late fee %v; want %d and %v", c.about, row.OverdueDays, row.LateFee, c.days,
				c.fee)
		}
		if got := contract.fees[0].date; got != civil.DateOf(2025, 7, 31) {
			t.Errorf("extended %s: rights count from %v", c.about, got)
		}
	}
}

func TestADueDateIsNotMovedBack(t *testing.T) {
	for _, due := range []civil.Date{civil.DateOf(2025, 6, 29), civil.DateOf(2025, 6, 30)} {
		s := postpaid()
		s.at("2025-06-20 09:00", &events.DueDateExtended{Invoice: "order", DueDate: due})
		c := s.asOf(t, "2025-06-21 12:00")
		wantCodes(t, due.String(), c.wrong, DueDateContradicted)
		if c.invoices[0].due != civil.DateOf(2025, 6, 30) {
			t.Errorf("a due date of 30 June is moved to %v", due)
		}
	}
}
