package projections_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

// TestChangedHistories tells changes of configuration, units added and credit notes into random histories: whatever
// comes of it, lines add up and formulas come to them, figures keep within their bounds, and the order of arrival makes
// no difference.
func TestChangedHistories(t *testing.T) {
	eachHistory(t, 400, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for range 1 + rng.IntN(5) {
			h = changed(h, rng)
		}
		for _, at := range h.Instants(rng, 3) {
			book, _ := fold(h.Account, h.Own, h.Everybody, at)
			again, _ := fold(h.Account, h.Shuffled(rng).Own, h.Everybody, at)
			if spell(t, book) != spell(t, again) {
				t.Errorf("%s at %v: another order of arrival makes other figures\n%v", name, at, h)
			}
			for _, c := range book.Contracts {
				if wrong := outOfBounds(h, c); wrong != "" {
					t.Errorf("%s at %v: %s of %s\n%+v\n%v", name, at, wrong, c.ContractID, c, h)
				}
				x, _, _ := projections.Explain(t.Context(), h.Account, c.ContractID, "", h.Own, h.Everybody, at)
				checkFormulas(t, name, x.Lines)
			}
			checkLines(t, name, h.Account, h.Own, h.Everybody, at)
			checkMoney(t, name, h, book, at)
		}
		if t.Failed() {
			t.Log(h)
		}
	})
}

// changed is a history in which one more contract is changed, and mostly paid for.
func changed(h foldtest.History, rng *rand.Rand) foldtest.History {
	orders := slices.DeleteFunc(slices.Clone(h.Own), func(f projections.Fact) bool {
		return f.Event.Kind() != events.KindOrdered
	})
	if len(orders) == 0 {
		return h
	}
	order := orders[rng.IntN(len(orders))].Event
	at := order.Time.Add(civil.Seconds(rng.Int64N(50 * 86_400)))
	h = with(h, order, at, change(order, at, rng, len(h.Own)))
	book, _ := fold(h.Account, h.Own, h.Everybody, at)
	for _, c := range book.Contracts {
		for _, i := range c.Invoices {
			if c.ContractID == order.Contract && strings.Contains(i.InvoiceID, "-x") && rng.IntN(4) > 0 {
				h = with(h, order, at.Add(civil.Seconds(rng.Int64N(4*86_400))),
					&events.Paid{Amount: money.Amount{Fen: i.Payable, Decimals: 2}, Channel: events.Online, Invoice: i.InvoiceID})
			}
		}
	}
	return h
}

// change is a change of an order's contract.
func change(order *events.Event, at civil.Instant, rng *rand.Rand, n int) events.Data {
	d := order.Data.(*events.Ordered)
	fee := money.Amount{Fen: 1 + money.Fen(rng.Int64N(2*int64(d.Fee.Fen)+1)), Decimals: 2}
	due := at.Date() + civil.Date(rng.IntN(30))
	if d.Mode == events.Prepaid || rng.IntN(4) == 0 {
		due = 0
	}
	id := fmt.Sprint("x", n)
	if rng.IntN(3) == 0 {
		of := []string{"order", "order", "renewal-1", fmt.Sprint("change-x", n-1), fmt.Sprint("added-x", n-2)}
		return &events.InvoiceCredited{Credit: id, Invoice: of[rng.IntN(len(of))], Amount: fee,
			Reason: events.CreditReason(1 + rng.IntN(4))}
	}
	if rng.IntN(4) == 0 {
		return &events.UnitsAdded{Change: id, Quantity: 1 + rng.IntN(2), Fee: fee, DueDate: due,
			Until: at.Date() + 1 + civil.Date(rng.IntN(40))}
	}
	c := &events.Changed{Change: id, Fee: fee, DueDate: due, Product: events.Product(rng.IntN(4))}
	if rng.IntN(3) == 0 {
		c.Units = []string{fmt.Sprint("u", 1+rng.IntN(2))}
	}
	if rng.IntN(4) == 0 {
		c.Difference = &money.Amount{Fen: money.Fen(rng.Int64N(2*int64(d.Fee.Fen)+1)) - d.Fee.Fen, Decimals: 2}
	}
	return c
}

// with is a history with one more fact of a contract.
func with(h foldtest.History, order *events.Event, at civil.Instant, d events.Data) foldtest.History {
	n := len(h.Own)
	h.Own = append(slices.Clip(h.Own), projections.Fact{Seq: uint64(1_000_000 + n), Event: &events.Event{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, "changed ", n)), Source: "/test", Time: at,
		Account: order.Account, Contract: order.Contract, Data: d}})
	return h
}
