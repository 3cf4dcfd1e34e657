package projections

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhangben/events"
)

// receipt is what a bank or gateway calls a movement of money. It is the identity of the money, whatever event reports
// it: several reports of one receipt in an account are one movement. The parts of a transfer that covers several
// contracts are movements of their own. A payment by wallet moves no money in or out, and has none.
type receipt struct {
	out       bool
	channel   events.Channel // of money that came in
	reference string
	part      string
}

// receivedBefore is why a repeated report of money that came in has no effect.
const receivedBefore = "an earlier payment or top-up of the account bears its channel and reference; it has no effect"

// receiptOf is the receipt that a report of money bears, the zero one for none.
func receiptOf(d events.Data) (r receipt) {
	switch d := d.(type) {
	case *events.Paid:
		r = receipt{channel: d.Channel, reference: d.Reference, part: d.Part}
	case *events.ToppedUp:
		r = receipt{channel: d.Channel, reference: d.Reference, part: d.Part}
	case *events.PaidOut:
		r = receipt{out: true, reference: d.Reference, part: d.Part}
	}
	r.reference = normalized(r.reference)
	if r.reference == "" || r.channel == events.ByWallet {
		return receipt{}
	}
	return r
}

// normalized is a reference as it is compared: full-width and half-width characters, letters in upper and lower case
// and surrounding space make no difference.
func normalized(reference string) string {
	return strings.ToUpper(strings.TrimSpace(norm.NFKC.String(reference)))
}

// countsFirst reports whether a report of money is the first of its receipt, and remembers it.
func (a *account) countsFirst(d events.Data) bool {
	r := receiptOf(d)
	if r == (receipt{}) {
		return true
	}
	if a.receipts[r] {
		return false
	}
	if a.receipts == nil {
		a.receipts = map[receipt]bool{}
	}
	a.receipts[r] = true
	return true
}
