package projections

import (
	"slices"
	"testing"

	"zhangben/events/civil"
)

func TestInvoicesAreListedOrderRenewalsCharges(t *testing.T) {
	order, charge := &invoice{}, &invoice{kind: chargeInvoice, number: 1}
	renewal, later := &invoice{kind: renewalInvoice, number: 2}, &invoice{kind: renewalInvoice, number: 5}
	list := []*invoice{charge, later, renewal, order}
	slices.SortFunc(list, (*invoice).compare)
	if want := []*invoice{order, renewal, later, charge}; !slices.Equal(list, want) {
		t.Errorf("invoices are listed %v, want %v", list, want)
	}
}

func TestAFeeIsDueWithoutConditionWhenItsDayIsOver(t *testing.T) {
	due := &invoice{due: civil.DateOf(2025, 6, 30)}
	for when, want := range map[string]bool{"2025-06-30 23:59": false, "2025-07-01 00:00": true} {
		if got := due.isUnconditional(instant(when)); got != want {
			t.Errorf("at %s a fee due on 30 June is due without condition: %t", when, got)
		}
	}
	if (&invoice{}).isUnconditional(instant("2025-07-01 00:00")) {
		t.Error("a fee without a due date is due without condition")
	}
}
