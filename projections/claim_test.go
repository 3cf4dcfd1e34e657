package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhatLimitsAClaim(t *testing.T) {
	s := prepaid()
	s.at("2025-06-10 09:00", &events.Paid{Amount: amount("90.00"), Channel: events.BankTransfer})
	c := s.asOf(t, "2025-06-20 12:00")
	for _, claim := range []struct {
		about string
		d     events.ClaimAccepted
		limit string // "" for none
	}{
		{"loss of data", events.ClaimAccepted{ClaimKind: events.ClaimDataLoss}, "400.00"},
		{"loss of data before the second payment", events.ClaimAccepted{
			ClaimKind: events.ClaimDataLoss, LossAt: events.SpelledInstant{At: instant("2025-06-09 09:00")}}, "310.00"},
		{"loss of data before any payment", events.ClaimAccepted{
			ClaimKind: events.ClaimDataLoss, LossAt: events.SpelledInstant{At: instant("2025-05-09 09:00")}}, "0.00"},
		{"other breach", events.ClaimAccepted{ClaimKind: events.ClaimBreach}, "310.00"},
		{"gross negligence", events.ClaimAccepted{ClaimKind: events.ClaimBreach, GrossNegligence: events.FlagTrue}, ""},
		{"the customer's indemnity", events.ClaimAccepted{ClaimKind: events.ClaimIndemnity}, ""},
	} {
		if claim.d.LossAt.At.IsZero() {
			claim.d.LossAt.At = instant("2025-06-20 12:00")
		}
		limit, _ := c.liabilityCap(&claim.d)
		if got := limit; got == nil && claim.limit != "" || got != nil && got.String() != claim.limit {
			t.Errorf("%s is limited to %v, want %q", claim.about, got, claim.limit)
		}
	}
}
