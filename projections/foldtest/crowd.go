package foldtest

import (
	"fmt"
	"math/rand/v2"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// TellCrowded makes up a history of one contract with dozens of invoices, of which many are due together, and some
// hundred payments.
func TellCrowded(rng *rand.Rand) History {
	t := &teller{Rand: rng, account: "acct-1"}
	t.terms()
	s := &subject{id: "C1", postpaid: t.maybe(80), quantity: 1, fee: t.fee(), last: t.anyTime(beginning, 30)}
	t.order(s)
	t.provisioning(s)
	crowd := crowd{subject: s, invoices: []string{"order"}, days: []int{0, 1, 1, 5, 5, 5, 20, 60}}
	for range 100 + t.IntN(300) {
		t.crowded(&crowd)
	}
	if t.maybe(40) {
		t.termination(s)
		for range t.IntN(30) {
			t.crowded(&crowd)
		}
	}
	t.accountLife()
	t.corrections()
	return t.history()
}

// crowd is a contract with many invoices.
type crowd struct {
	*subject
	invoices []string
	days     []int // from the first day on, the due dates there are
}

// crowded tells one thing of such a contract, soon after the last, or at the same instant.
func (t *teller) crowded(c *crowd) {
	if t.maybe(80) {
		c.last = c.last.Add(civil.Seconds(t.Int64N(one(t, []int64{1, 4000, 90_000}))))
	}
	switch n := t.IntN(100); {
	case n < 15:
		t.crowdCharge(c)
	case n < 18:
		c.invoices = append(c.invoices, fmt.Sprintf("renewal-%d", t.IntN(9)+1))
		t.fact(c.last, events.KindRenewed, c.id, t.dueIn(c, map[string]any{"term": "P1D", "fee": t.amount(5000)}))
	case n < 24:
		t.fact(c.last, events.KindLateFeeAdjusted, c.id,
			t.designated(c, 50, map[string]any{"amount": t.amount(300), "authority": "court"}))
	case n < 27:
		t.fact(c.last, events.KindOverdue, c.id, t.designated(c, 90, map[string]any{"due_date": t.crowdDate(c).String()}))
	default:
		t.crowdPayment(c)
	}
}

func (t *teller) crowdCharge(c *crowd) {
	id := fmt.Sprintf("h%d", len(c.invoices))
	c.invoices = append(c.invoices, id)
	amount := one(t, []money.Fen{10_000, 10_000, 10_000, 1, 3, 1 + t.money(50_000)})
	t.fact(c.last, events.KindChargeAdded, c.id, t.dueIn(c,
		map[string]any{"charge_id": id, "amount": amount.String(), "description": "help"}))
}

func (t *teller) crowdPayment(c *crowd) {
	amount := 1 + t.money(one(t, []money.Fen{10, 1_000, 10_000, 10_000, 60_000}))
	d := map[string]any{"amount": amount.String(), "currency": "CNY",
		"channel": one(t, []string{"online", "online", "wallet"})}
	if t.maybe(25) {
		d["applies_to"] = one(t, []string{"principal", "late_fee"})
	}
	t.fact(c.last, events.KindPaid, c.id, t.designated(c, 20, d))
}

// designated names an invoice, sometimes.
func (t *teller) designated(c *crowd, percent int, d map[string]any) map[string]any {
	if t.maybe(percent) {
		d["invoice_id"] = one(t, c.invoices)
	}
	return d
}

// dueIn sets for an invoice one of the few due dates, mostly.
func (t *teller) dueIn(c *crowd, d map[string]any) map[string]any {
	if t.maybe(80) {
		d["due_date"] = t.crowdDate(c).String()
	}
	return d
}

func (t *teller) crowdDate(c *crowd) civil.Date { return beginning + 30 + civil.Date(one(t, c.days)) }
