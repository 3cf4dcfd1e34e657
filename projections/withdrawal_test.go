package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestACustomerMayWithdrawToTheEndOfTheLastDay(t *testing.T) {
	five := 5
	terms := Fact{Seq: 9, Event: &events.Event{Account: events.All, Time: instant("2025-01-01 00:00"),
		Data: &events.TermsPublished{Params: events.Params{WithdrawalDays: &five}}}}
	for when, want := range map[string]bool{
		"2025-05-31 12:00": true, // before service began
		"2025-06-01 10:00": true,
		"2025-06-07 00:00": true,
		"2025-06-07 00:01": false,
	} {
		a := newAccount(t.Context(), "acct-1", []Fact{terms}, instant("2025-06-01 12:00"))
		a.fold(pair(), []Fact{terms}, instant("2025-06-01 12:00"))
		if got := a.contract("HT-1").mayWithdraw(instant(when)); got != want {
			t.Errorf("at %s, service of 1 June may be withdrawn from: %t", when, got)
		}
	}
	if pair().asOf(t, "2025-06-01 12:00").mayWithdraw(civil.Instant{}) {
		t.Error("terms without the right allow a withdrawal")
	}
}
