package projections

import (
	"testing"

	"zhangben/events"
)

func TestMoneyIsOneMovementWhateverReportsIt(t *testing.T) {
	a := &account{}
	for _, r := range []struct {
		report events.Data
		counts bool
		why    string
	}{
		{&events.Paid{Channel: events.Online, Reference: "R-1"}, true, "the first report"},
		{&events.ToppedUp{Channel: events.Online, Reference: "R-1"}, false, "the same as a top-up"},
		{&events.Paid{Channel: events.Online, Reference: " r-1\u00a0"}, false, "in lower case, with space around"},
		{&events.Paid{Channel: events.Online, Reference: "Ｒ－１"}, false, "in full-width characters"},
		{&events.Paid{Channel: events.BankTransfer, Reference: "R-1"}, true, "another channel"},
		{&events.Paid{Channel: events.Online, Reference: "R-2"}, true, "another reference"},
		{&events.Paid{Channel: events.Online, Reference: "R-1", Part: "2"}, true, "another part of the transfer"},
		{&events.PaidOut{Reference: "R-1"}, true, "money that goes out"},
		{&events.PaidOut{Reference: "r-1"}, false, "the same pay-out"},
		{&events.ToppedUp{Channel: events.Online, Reference: " "}, true, "a blank reference"},
		{&events.ToppedUp{Channel: events.Online, Reference: " "}, true, "a blank reference again"},
		{&events.Paid{Channel: events.ByWallet, Reference: "R-3"}, true, "a payment by wallet"},
		{&events.Paid{Channel: events.ByWallet, Reference: "R-3"}, true, "a payment by wallet again"},
	} {
		if got := a.countsFirst(r.report); got != r.counts {
			t.Errorf("%s counts: %t, want %t", r.why, got, r.counts)
		}
	}
}
