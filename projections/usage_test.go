package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

func TestAUsageBillIsEarnedByTheDaysOfItsPeriod(t *testing.T) {
	april := events.Period{From: civil.DateOf(2025, 4, 1), To: civil.DateOf(2025, 4, 30)}
	bill := &invoice{kind: chargeInvoice, amount: 6000, usage: true, period: april}
	help := &invoice{kind: chargeInvoice, amount: 6000, period: april}
	for when, want := range map[string]money.Fen{
		"2025-03-31 12:00": 0,
		"2025-04-01 00:00": 0,
		"2025-04-01 00:01": 200, // a started day counts
		"2025-04-15 12:00": 3000,
		"2025-04-30 00:00": 5800,
		"2025-05-01 00:00": 6000,
	} {
		if got := bill.chargeEarned(instant(when)); got != want {
			t.Errorf("at %s %v of the bill are earned, want %v", when, got, want)
		}
		if got := help.chargeEarned(instant(when)); got != 6000 {
			t.Errorf("at %s %v of the help are earned, want all of it", when, got)
		}
	}
}

func TestArrearsOfUsageEndAPrepaidContract(t *testing.T) {
	for kind, want := range map[events.ChargeKind]bool{events.ChargeUsage: true, events.ChargeHelp: false, 0: false,
		events.ChargeHelp + 2: false} {
		s := prepaid()
		s.at("2025-06-05 09:00", &events.ChargeAdded{Charge: "t-1", Amount: amount("50.00"), Description: "traffic",
			DueDate: civil.DateOf(2025, 6, 10), ChargeKind: kind})
		if s.asOf(t, "2025-06-13 23:59").mayTerminate(instant("2025-06-13 23:59")) {
			t.Errorf("a charge of kind %v brings the right within the third day overdue", kind)
		}
		if got := s.asOf(t, "2025-06-14 00:00").mayTerminate(instant("2025-06-14 00:00")); got != want {
			t.Errorf("after three days overdue of a charge of kind %v the contract may be ended: %t", kind, got)
		}
	}
}

func TestUsageIsAmongTheFeesOfTheService(t *testing.T) {
	s := prepaid()
	s.at("2025-06-05 09:00", &events.ChargeAdded{Charge: "t-1", Amount: amount("50.00"), ChargeKind: events.ChargeUsage})
	s.at("2025-06-05 09:00", &events.ChargeAdded{Charge: "h-1", Amount: amount("70.00")})
	if got := s.asOf(t, "2025-06-06 09:00").serviceFees; got != 36000 {
		t.Errorf("the fees of the service are %v, want the order's and the usage bill's", got)
	}
}
