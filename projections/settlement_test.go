package projections

import (
	"testing"

	"zhangben/events"
)

// TestWhatATerminationMakesOfAFee ends a postpaid contract of 920.00, of which 400.00 are paid and 330.00 earned.
func TestWhatATerminationMakesOfAFee(t *testing.T) {
	s := postpaid()
	s.at("2025-06-10 09:00", &events.Paid{Amount: amount("400.00"), Channel: events.Online})
	for _, c := range []struct {
		reason                               events.EndReason
		refund, forfeited, revenue, released string
	}{
		{events.EndArrears, "70.00", "0.00", "330.00", "520.00"},
		{events.EndBreach, "0.00", "70.00", "330.00", "520.00"},
		{events.EndProviderCancelled, "70.00", "0.00", "330.00", "520.00"},
		{events.EndForceMajeure, "70.00", "0.00", "330.00", "520.00"},
		{events.EndCustomerExit, "0.00", "0.00", "920.00", "0.00"},
	} {
		contract := s.asOf(t, "2025-07-04 09:00")
		e := &events.Event{Time: contract.account.now, Data: &events.Terminated{Reason: c.reason}}
		settled := &settlement{contract: contract, event: e, reason: c.reason, last: true,
			rule: contract.terms(e.Time).RefundRule[c.reason], fees: contract.feesOf(contract.units, true)}
		settled.settleFee(&settled.fees[0], amount("330.00").Fen)
		end := contract.settled
		got := []string{end.refund.String(), end.forfeited.String(), end.revenue.String(),
			settled.fees[0].released.String()}
		for n, want := range []string{c.refund, c.forfeited, c.revenue, c.released} {
			if got[n] != want {
				t.Errorf("%v: refund, forfeited, revenue, released are %v, want %+v", c.reason, got, c)
				break
			}
		}
	}
}
