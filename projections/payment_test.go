package projections

import (
	"testing"

	"zhangben/events"
)

func TestAReferenceIsRepeatedOnItsChannelOnly(t *testing.T) {
	a := &account{}
	a.addReceipt(&events.Paid{Channel: events.Online, Reference: "R-1"})
	a.addReceipt(&events.Paid{Channel: events.Online})
	for _, c := range []struct {
		channel   events.Channel
		reference string
		repeated  bool
	}{
		{events.Online, "R-1", true},
		{events.BankTransfer, "R-1", false},
		{events.Online, "R-2", false},
		{events.Online, "", false},
	} {
		if got := a.receiptSeen(&events.Paid{Channel: c.channel, Reference: c.reference}); got != c.repeated {
			t.Errorf("%v %q is repeated: %t, want %t", c.channel, c.reference, got, c.repeated)
		}
	}
}

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
