package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhatIsPaidOutAboveTheWalletIsOwedBack(t *testing.T) {
	a := &account{id: "acct-1", wallet: 100}
	a.payOut(&events.Event{}, &events.PaidOut{Amount: amount("1.50")})
	wantCodes(t, "a pay-out above the wallet", a.wrong, PaidOutAboveWallet)
	if f := a.figures(nil); f.Wallet != 0 || f.WalletShortfall != 50 {
		t.Errorf("the wallet is %v, its shortfall %v", f.Wallet, f.WalletShortfall)
	}
	a.topUp(&events.Event{}, &events.ToppedUp{Amount: amount("0.80"), Channel: events.Online})
	if f := a.figures(nil); f.Wallet != 30 || f.WalletShortfall != 0 {
		t.Errorf("after a top-up the wallet is %v, its shortfall %v", f.Wallet, f.WalletShortfall)
	}
}
