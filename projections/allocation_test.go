package projections

import (
	"fmt"
	"slices"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

// owing has an overdue fee and late fee on it, a charge to be paid at once, and a charge not due yet.
func owing() story {
	s := postpaid()
	s.at("2025-06-30 10:00", &events.ChargeAdded{Charge: "at-once", Amount: amount("50.00"), Description: "help"})
	s.at("2025-07-05 10:00", &events.ChargeAdded{
		Charge: "later", Amount: amount("70.00"), Description: "help", DueDate: civil.DateOf(2025, 8, 1),
	})
	return s
}

func TestDebtsComeInTheOrderOfTheLaw(t *testing.T) {
	const principal, fee = "principal of order", "late_fee of order"
	const plain, rest = "principal of at-once", "principal of later"
	for _, c := range []struct {
		order events.AllocationOrder
		want  [][]string
	}{
		{events.PrincipalFirst, [][]string{{principal}, {fee, plain}, {rest}}},
		{events.LateFeeFirst, [][]string{{fee}, {principal}, {plain}, {rest}}},
	} {
		contract := owing().asOf(t, "2025-07-10 12:00")
		contract.account.terms = contract.account.terms.under(&events.Params{AllocationOrder: &c.order})
		var got [][]string
		for _, next := range contract.debtsFor(&events.Paid{Amount: amount("1.00")}) {
			for group := next(); len(group) > 0; group = next() {
				got = append(got, namesOf(group))
				for _, d := range slices.Clone(group) {
					d.pay(d.amount)
				}
			}
		}
		if !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%v pays %q, want %q", c.order, got, c.want)
		}
	}
}

func namesOf(group []debt) (names []string) {
	for _, d := range group {
		names = append(names, fmt.Sprintf("%v of %s", d.part, d.invoice.id))
	}
	return names
}
