package projections

import (
	"testing"

	"zhangben/events"
)

func TestAWalletPaysInFullOrNotAtAll(t *testing.T) {
	c := &contract{account: &account{wallet: 100}}
	e := &events.Event{}
	for fen, want := range map[string]bool{"0.99": true, "1.00": true, "1.01": false} {
		if got := c.covered(e, &events.Paid{Amount: amount(fen), Channel: events.ByWallet}); got != want {
			t.Errorf("a wallet of 1.00 covers %s: %t", fen, got)
		}
	}
	wantCodes(t, "a payment above the wallet", c.wrong, WalletInsufficient)
}
