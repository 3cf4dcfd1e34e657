package projections

import (
	"testing"

	"zhangben/events"
)

func TestTheWalletPaysByItselfOnlyWhereTheTermsSaySo(t *testing.T) {
	due := events.DebitDue
	for _, c := range []struct {
		params *events.Params
		want   string
	}{{nil, "100.00"}, {&events.Params{WalletAutoDebit: &due}, "0.00"}} {
		s := inArrears(1, 1)
		s.of("", "2025-06-20 12:00", &events.ToppedUp{Amount: amount("100.00"), Channel: events.Online})
		a := newAccount(t.Context(), "acct", nil, instant("2025-07-01 00:00"))
		a.terms = a.terms.under(c.params)
		a.fold(s, nil, instant("2025-07-01 00:00"))
		if got := a.wallet.String(); got != c.want {
			t.Errorf("the wallet holds %s after the due day, want %s", got, c.want)
		}
	}
}
