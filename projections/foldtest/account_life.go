package foldtest

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"zhangben/events"
)

// accountLife tells of top-ups and pay-outs.
func (t *teller) accountLife() {
	for range t.IntN(4) {
		at := t.near(one(t, t.turning), 20)
		d := map[string]any{"amount": t.amount(30_000), "currency": "CNY"}
		if t.maybe(30) {
			t.fact(at, events.KindPaidOut, "", d)
			continue
		}
		d["channel"] = one(t, []string{"online", "bank_transfer"})
		if t.maybe(15) {
			d["reference"] = one(t, []string{"R1", "R2", "R3"})
		}
		t.fact(at, events.KindToppedUp, "", d)
	}
}

// closes closes months and dismisses refused messages, as the ledger does, or a publisher who may not.
func (t *teller) closes() {
	for range t.IntN(3) * t.IntN(2) {
		at, hash := t.near(one(t, t.turning), 20), strings.Repeat("0a", 32)
		d, kind := map[string]any{"period": "2025-06", "seq": 1, "root": hash, "postings_sha256": hash},
			events.KindPeriodClosed
		if t.maybe(30) {
			d, kind = map[string]any{"rejection_id": 1, "reason": "sent again"}, events.KindRejectionDismissed
		}
		e := t.factOf(events.All, at, kind, "", d)
		t.ledgers[e.ID] = t.maybe(60)
	}
}

// corrections voids some events, voids among them, and lets some payments bounce.
func (t *teller) corrections() {
	for range t.IntN(5) * t.IntN(2) {
		target := one(t, t.lines)
		d := map[string]any{"voids": target.ID, "reason": "mistake"}
		account := t.account
		switch {
		case t.maybe(6):
			d["voids"] = t.newID()
		case target.Account == events.All && t.maybe(70):
			account = events.All
		}
		contract := target.Contract
		if account == events.All || t.maybe(40) {
			contract = ""
		}
		void := t.factOf(account, t.near(one(t, t.turning), 20), events.KindVoided, contract, d)
		if t.maybe(10) && account == t.account {
			target = one(t, t.lines)
			t.circle(void, target)
		}
	}
	for range t.IntN(4) * t.IntN(2) {
		target := one(t, t.lines)
		for range 5 {
			if target.Kind() == events.KindPaid || target.Kind() == events.KindToppedUp {
				break
			}
			target = one(t, t.lines)
		}
		t.fact(t.near(target.Time, 40), events.KindPaymentBounced, target.Contract,
			map[string]any{"payment": target.ID, "reason": "returned"})
	}
}

// circle makes a void void its own voider now and then.
func (t *teller) circle(void, target *events.Event) {
	other := t.fact(t.near(void.Time, 3), events.KindVoided, "", map[string]any{"voids": void.ID, "reason": "mistake"})
	if t.maybe(50) {
		void.Data.(*events.Voided).Voids = other.ID
	} else if target.Account == t.account {
		void.Data.(*events.Voided).Voids = uuid.UUID(target.ID)
	}
}

// terms publishes versions of the terms, or none.
func (t *teller) terms() {
	if t.maybe(50) {
		return
	}
	for i := range 1 + t.IntN(3) {
		params := map[string]any{}
		for range 1 + t.IntN(4) {
			name := one(t, parameters)
			params[name.key] = one(t, name.values)
		}
		d := map[string]any{"version": fmt.Sprintf("v%d", i+1), "params": params}
		at := t.anyTime(beginning-20, 160)
		if t.maybe(10) {
			d["announced_at"] = t.near(at, 40).String()
		}
		t.fact(at, events.KindTermsPublished, "", d)
	}
}
