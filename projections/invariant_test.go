package projections_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

// TestMoneyIsConserved: cash in less cash out is the wallet, less its shortfall, and what contracts hold: what was paid
// less what was refunded, and payments that wait for an order. What claims put into wallets is left out.
func TestMoneyIsConserved(t *testing.T) {
	eachHistory(t, 500, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for _, at := range h.Instants(rng, 3) {
			if book, ok := fold(h.Account, h.Own, h.Everybody, at); ok {
				checkMoney(t, name, h, book, at)
			}
		}
	})
}

// checkMoney checks that a book accounts for all the cash of a history without corrections
// and claims put into wallets.
func checkMoney(t *testing.T, name string, h foldtest.History, book projections.Book, at civil.Instant) {
	t.Helper()
	if has(h, events.KindVoided) || has(h, events.KindPaymentBounced) || has(h, events.KindClaimSettled) {
		return
	}
	cash, held := cashOf(h, book, at)
	have := book.Account.Wallet - book.Account.WalletShortfall + held
	for _, c := range book.Contracts {
		have += c.Paid - c.Refund - c.Returned
	}
	if cash != have {
		t.Errorf("%s at %v: %v came in, %v is accounted for\n%v", name, at, cash, have, h)
	}
}

func has(h foldtest.History, k events.Kind) bool {
	return slices.ContainsFunc(h.Own, func(f projections.Fact) bool { return f.Event.Kind() == k })
}

// cashOf sums the cash that came in less what was paid out, and the payments among it that wait for an order.
func cashOf(h foldtest.History, book projections.Book, at civil.Instant) (cash, held money.Fen) {
	wrong := map[string]projections.ExceptionCode{}
	for _, c := range book.Contracts {
		for _, x := range c.Exceptions {
			wrong[x.EventID] = x.Code
		}
	}
	for _, x := range book.Account.Exceptions {
		wrong[x.EventID] = x.Code
	}
	for _, f := range h.Own {
		code := wrong[f.Event.ID.String()]
		if f.Event.Time.After(at) || code == projections.PaymentReferenceRepeated {
			continue
		}
		switch d := f.Event.Data.(type) {
		case *events.ToppedUp:
			cash += d.Amount.Fen
		case *events.PaidOut:
			cash -= d.Amount.Fen
		case *events.Paid:
			if d.Channel == events.ByWallet {
				continue
			}
			cash += d.Amount.Fen
			if code == projections.ContractUnknown {
				held += d.Amount.Fen
			}
		}
	}
	return cash, held
}

// TestFiguresKeepWithinBounds: nothing is below zero, SLA time is worth at most the fees paid, after an end nothing is
// a liability, and what was paid for terms is revenue, liability, refund, forfeiture, returned or advance.
func TestFiguresKeepWithinBounds(t *testing.T) {
	eachHistory(t, 500, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for _, at := range h.Instants(rng, 3) {
			book, _ := fold(h.Account, h.Own, h.Everybody, at)
			for _, c := range book.Contracts {
				if wrong := outOfBounds(h, c); wrong != "" {
					t.Errorf("%s at %v: %s of %s\n%+v\n%v", name, at, wrong, c.ContractID, c, h)
				}
			}
		}
	})
}

func outOfBounds(h foldtest.History, c projections.Figures) string {
	ended := c.Status == projections.Expired || c.Status == projections.Terminated || c.Status == projections.Cancelled
	var fees, value money.Fen
	for _, i := range c.Invoices {
		fees += i.Amount
		if i.Principal < 0 || i.LateFee < 0 || i.OverdueDays < 0 {
			return "an invoice below zero"
		}
	}
	for _, u := range c.Units {
		value += u.SLA.Value
	}
	// A refund may be agreed above what was paid (6.2.1); the revenue is less by as much.
	agreed := c.Termination != nil && c.Termination.Reason == events.EndMutual.String()
	switch {
	case min(c.Principal, c.LateFee, c.LateFeeAccrued, c.Paid, c.Refund, c.Forfeited, c.Returned, c.Compensation,
		c.ContractLiability) < 0,
		c.Revenue < 0 && !agreed:
		return "a figure below zero"
	case value > fees+money.Fen(len(c.Units)) && !has(h, events.KindChanged) &&
		!has(h, events.KindInvoiceCredited): // SLA time stays when a fee falls
		return "SLA time worth more than all fees"
	case ended && c.ContractLiability != 0:
		return "a liability after the end"
	case c.Mode != nil && *c.Mode == events.Prepaid.String() && !hasCharges(h) &&
		c.Paid+c.Principal+c.Compensation < c.Revenue+c.ContractLiability+c.Refund+c.Forfeited+c.Returned:
		return "more made of the fees than was paid or is owed"
	case c.Status == projections.Terminated && !hasCharges(h) && !has(h, events.KindClaimAccepted) &&
		c.Paid-(c.LateFeeAccrued-c.LateFee)+c.Principal+c.Compensation != c.Revenue+c.Refund+c.Forfeited+c.Returned:
		return "not all of the fees made something of"
	case c.Status == projections.Expired && !renewsLate(h) && c.Mode != nil &&
		*c.Mode == events.Prepaid.String() && !hasCharges(h) && !has(h, events.KindClaimAccepted) &&
		c.Paid+c.Principal != c.Revenue+c.Refund+c.Forfeited+c.Returned-c.Compensation:
		return "an advance after the end"
	}
	return ""
}

// renewsLate reports whether any terms let renewals be paid after the end; until then an expired contract holds
// advances.
func renewsLate(h foldtest.History) bool {
	return slices.ContainsFunc(h.Everybody, func(f projections.Fact) bool {
		d, ok := f.Event.Data.(*events.TermsPublished)
		return ok && d.Params.LateRenewalDays != nil
	})
}

func hasCharges(h foldtest.History) bool { return has(h, events.KindChargeAdded) }

// TestWhileNothingHappens: late fees accrued and revenue do not shrink between two instants without a fact between
// them.
func TestWhileNothingHappens(t *testing.T) {
	eachHistory(t, 500, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		from := h.Instants(rng, 1)[0]
		to := from.Add(civil.Seconds(rng.Int64N(400 * 86_400)))
		for _, f := range slices.Concat(h.Own, h.Everybody) {
			if at := f.Event.Time; at.After(from) && !at.After(to) {
				to = at.Add(civil.Duration{}.Sub(civil.Nanosecond))
			}
		}
		first, _ := fold(h.Account, h.Own, h.Everybody, from)
		last, _ := fold(h.Account, h.Own, h.Everybody, to)
		for n, c := range first.Contracts {
			if later := last.Contracts[n]; later.LateFeeAccrued < c.LateFeeAccrued || later.Revenue < c.Revenue {
				t.Errorf("%s: from %v to %v something shrank:\n%+v\n%+v\n%v", name, from, to, c, later, h)
			}
		}
	})
}

// TestVoidedIsAsIfNeverBeen: voiding any event makes the figures that a history without it has.
func TestVoidedIsAsIfNeverBeen(t *testing.T) {
	eachHistory(t, 500, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		n := rng.IntN(len(h.Own))
		target := h.Own[n].Event
		void := &events.Event{
			ID: uuid.NewSHA1(target.ID, []byte("void")), Source: "/test", Time: target.Time,
			Account: h.Account, Contract: target.Contract, Data: &events.Voided{Voids: target.ID, Reason: "test"},
		}
		voided := slices.Concat(h.Own, []projections.Fact{{Seq: 1 << 40, Event: void}})
		without := h.Without(n)
		for _, at := range h.Instants(rng, 2) {
			is, ok := fold(h.Account, voided, h.Everybody, at)
			want, wantOK := fold(h.Account, without.Own, h.Everybody, at)
			if target.Kind() == events.KindVoided || namesIt(h, target.ID) {
				continue // other facts speak of the event, and complain differently
			}
			if ok != wantOK || !reflect.DeepEqual(spell(t, is), spell(t, want)) {
				t.Errorf("%s at %v: voiding %v %v differs from never having had it\n%s\n%s\n%v", name, at, target.Kind(), target.ID,
					spell(t, is), spell(t, want), h)
			}
		}
	})
}

// namesIt reports whether a void or a bounce of the history names an event.
func namesIt(h foldtest.History, id uuid.UUID) bool {
	return slices.ContainsFunc(h.Own, func(f projections.Fact) bool {
		switch d := f.Event.Data.(type) {
		case *events.Voided:
			return d.Voids == id
		case *events.PaymentBounced:
			return d.Payment == id
		}
		return false
	})
}

func spell(t *testing.T, book projections.Book) string {
	t.Helper()
	text, err := json.Marshal(book)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
