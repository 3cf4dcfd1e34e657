package projections

import (
	"slices"
	"testing"

	"zhangben/events"
	"zhangben/events/money"
)

// servers are n of a contract for thirty days from 1 June 2025, of which the fee is paid.
func servers(n int, fee string) (s story) {
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: n, Term: months(1), Fee: amount(fee), Mode: events.Prepaid,
	})
	s.at("2025-06-01 09:00", &events.Paid{Amount: amount(fee), Channel: events.Online})
	ids := []string{"u1", "u2", "u3"}
	s.at("2025-06-01 09:00", &events.Provisioned{Units: ids[:n]})
	return s
}

// sharesOf lists what a change makes of each server's terms, server by server.
func sharesOf(i *invoice) (list []money.Fen) {
	for _, s := range i.servers {
		for _, share := range i.change.shares {
			if slices.Contains(share.servers, s) {
				list = append(list, share.amounts...)
			}
		}
	}
	return list
}

// TestDifferenceIsSplitByLargestRemainder over servers and terms; odd fen go to the first.
func TestDifferenceIsSplitByLargestRemainder(t *testing.T) {
	s := servers(3, "300.00")
	s.reconfigured("2025-06-16 12:00", "1", "300.02")
	c := s.asOf(t, "2025-06-16 12:00")
	if i := c.byID["change-1"]; i.amount != 1 || !slices.Equal(sharesOf(i), []money.Fen{1, 0, 0}) {
		t.Errorf("a fen is split as %v of %v", sharesOf(i), i.amount)
	}
	s = servers(2, "300.00")
	s.at("2025-06-10 12:00", &events.Renewed{Term: months(1), Fee: amount("310.00")})
	s.at("2025-06-10 12:00", &events.Paid{Amount: amount("310.00"), Channel: events.Online})
	s.reconfigured("2025-06-16 12:00", "1", "600.00")
	c = s.asOf(t, "2025-06-16 12:00")
	if i := c.byID["change-1"]; i.amount != 46000 || !slices.Equal(sharesOf(i), []money.Fen{7500, 15500, 7500, 15500}) {
		t.Errorf("twice the price is split as %v of %v", sharesOf(i), i.amount)
	}
}

// TestDifferenceOfATrial: what cost nothing is repriced by the days left, later terms stay as they are.
func TestDifferenceOfATrial(t *testing.T) {
	s := story{}
	s.at("2025-06-01 09:00", &events.Ordered{Product: events.Elastic, Quantity: 2, Term: months(1), Mode: events.Prepaid,
		Trial: events.FlagTrue})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1", "u2"}})
	s.at("2025-06-10 12:00", &events.Renewed{Term: months(1), Fee: amount("310.00")})
	s.at("2025-06-10 12:00", &events.Paid{Amount: amount("310.00"), Channel: events.Online})
	s.reconfigured("2025-06-16 12:00", "1", "60.00")
	c := s.asOf(t, "2025-06-16 12:00")
	if i := c.byID["change-1"]; i.amount != 3000 || !slices.Equal(sharesOf(i), []money.Fen{1500, 1500}) {
		t.Errorf("it is split as %v of %v", sharesOf(i), i.amount)
	}
}

// TestDifferenceOnTheLastDay: no day is left, so only what was agreed is paid.
func TestDifferenceOnTheLastDay(t *testing.T) {
	agreed := amount("5.00")
	s := servers(1, "300.00")
	s.at("2025-07-01 12:00", &events.Changed{Change: "1", Fee: amount("600.00"), Difference: &agreed})
	s.at("2025-07-01 13:00", &events.Paid{Amount: agreed, Channel: events.Online})
	c := s.asOf(t, "2025-07-01 13:00")
	wantCodes(t, "a difference for no day", c.wrong, DifferenceDiffers)
	if f := c.figures(); f.Revenue != 30500 || f.ContractLiability != 0 {
		t.Errorf("revenue %v, liability %v", f.Revenue, f.ContractLiability)
	}
}

// TestDifferenceWithoutAPriceIsSplitEqually: what was agreed though the price stays goes to terms in equal parts.
func TestDifferenceWithoutAPriceIsSplitEqually(t *testing.T) {
	agreed := amount("5.01")
	s := servers(1, "300.00")
	s.at("2025-06-10 12:00", &events.Renewed{Term: months(1), Fee: amount("310.00")})
	s.at("2025-06-10 12:00", &events.Paid{Amount: amount("310.00"), Channel: events.Online})
	s.at("2025-06-16 12:00", &events.Changed{Change: "1", Fee: amount("300.00"), Difference: &agreed})
	i := s.asOf(t, "2025-06-16 12:00").byID["change-1"]
	if !slices.Equal(sharesOf(i), []money.Fen{251, 250}) {
		t.Errorf("it is split as %v", sharesOf(i))
	}
}
