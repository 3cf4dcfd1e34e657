package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhatHadNoEffectBeforeABounceGetsNone(t *testing.T) {
	s := postpaid()
	topUp := s.at("2025-06-02 09:00", &events.ToppedUp{Amount: amount("60.00"), Channel: events.Online})
	s.at("2025-06-03 09:00", &events.Paid{Amount: amount("50.00"), Channel: events.ByWallet})
	s.at("2025-06-03 10:00", &events.Paid{Amount: amount("30.00"), Channel: events.ByWallet})
	s.at("2025-06-04 09:00", &events.PaymentBounced{Payment: topUp, Reason: "returned"})
	c := s.asOf(t, "2025-06-04 09:00")
	if c.invoices[0].paid.String() != "50.00" || c.account.wallet.String() != "-50.00" {
		t.Errorf("%v are paid, and the wallet is %v", c.invoices[0].paid, c.account.wallet)
	}
	wantCodes(t, "more than the wallet held", c.wrong, WalletInsufficient)
}
