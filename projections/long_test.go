package projections_test

import (
	"fmt"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

const (
	account  = "acct-1"
	contract = "HT-1"
)

// longHistory is an account with very many facts of one kind, and the instant to ask about.
type longHistory struct {
	name     string
	facts    []projections.Fact
	asOf     civil.Instant // while it is told, of the next fact
	contract string
	units    []string
	pause    civil.Duration // between facts
}

// longKinds are the ways in which a history gets long; each is told with n facts of its kind, over five years.
var longKinds = []struct {
	name string
	most int // facts, or pairs of them
	tell func(h *longHistory, n int)
}{
	{"payments of one fee", 100_000, func(h *longHistory, n int) { // in parts, all overdue
		h.order(events.Postpaid, 100*n)
		h.repeat(n, func(int) { h.pay(70) })
	}},
	{"credit notes on one fee", 10_000, func(h *longHistory, n int) { // of three servers, paid in part
		h.orderOf(3, events.Prepaid, 1000*n)
		h.pay(500 * n)
		h.provision()
		h.repeat(n, func(i int) { h.credit(i, events.CreditGoodwill) })
	}},
	{"credit notes for mistakes", 10_000, func(h *longHistory, n int) { // between payments
		h.order(events.Postpaid, 1000*n)
		h.repeat(n, func(i int) {
			h.pay(70)
			h.credit(i, events.CreditError)
		})
	}},
	{"payments above all", 100_000, func(h *longHistory, n int) { // more than is ever owed
		h.order(events.Prepaid, 100)
		h.repeat(n, func(int) { h.pay(100) })
	}},
	{"charges", 100_000, func(h *longHistory, n int) { // without a due date, half of them paid
		h.order(events.Postpaid, 100)
		h.repeat(n, func(i int) { h.charge(i, 0) })
		h.pay(500 * n)
	}},
	{"invoices", 100_000, func(h *longHistory, n int) { // each with a due date of its own, and unpaid
		h.order(events.Postpaid, 100)
		h.repeat(n, func(i int) { h.charge(i, h.asOf.Date()+civil.Date(i%1000)) })
	}},
	// a hundred due dates, of which payments take the earliest pro rata
	{"invoices, then payments", 10_000, func(h *longHistory, n int) {
		h.order(events.Postpaid, 100)
		h.repeat(n, func(i int) { h.charge(i, h.asOf.Date()+civil.Date(i%100)) })
		h.repeat(n, func(int) { h.pay(1000) })
	}},
	{"invoices of one day", 10_000, func(h *longHistory, n int) { // each payment is a part of all, the worst there is
		h.order(events.Postpaid, 100)
		due := h.asOf.Date()
		h.repeat(n, func(i int) { h.charge(i, due) })
		h.repeat(n, func(int) { h.pay(1000) })
	}},
	{"invoices of own amounts", 10_000, func(h *longHistory, n int) { // the same, of which no two amounts are equal
		h.order(events.Postpaid, 100)
		due := h.asOf.Date()
		h.repeat(n, func(i int) {
			h.add(&events.ChargeAdded{Charge: fmt.Sprint("k", i), Amount: fen(100_000 + i), Description: "help", DueDate: due})
		})
		h.repeat(n, func(int) { h.pay(90_000) })
	}},
	{"late fees paid daily", 10_000, func(h *longHistory, n int) { // of fees so small that on most days none has grown
		h.order(events.Postpaid, 100)
		h.repeat(n, func(i int) {
			h.add(&events.ChargeAdded{Charge: fmt.Sprint("k", i), Amount: fen(1), Description: "help",
				DueDate: h.asOf.Date() - civil.Date(i)})
		})
		h.every(civil.Days(1), n, func(int) {
			h.add(&events.Paid{Amount: fen(40 * n), Channel: events.BankTransfer, Reference: fmt.Sprint("B", len(h.facts)),
				AppliesTo: events.PartLateFee})
		})
	}},
	{"late fees of one day", 10_000, func(h *longHistory, n int) { // paid in small parts, the principal first
		h.order(events.Postpaid, 100)
		due := h.asOf.Date() - 400
		h.repeat(n, func(i int) { h.charge(i, due) })
		h.pay(1000*n + 100)
		h.repeat(n, func(int) { h.pay(100) })
	}},
	// each is paid, late, by one payment; its late fee is not
	{"invoices with payments", 100_000, func(h *longHistory, n int) {
		h.order(events.Postpaid, 100)
		h.repeat(n, func(i int) { h.charge(i, h.asOf.Date()-40); h.pay(1000) })
	}},
	{"renewals paid ahead", 30_000, func(h *longHistory, n int) { // by the day
		h.order(events.Prepaid, 100)
		h.pay(100)
		h.provision()
		h.repeat(n, func(int) { h.renew(events.Prepaid); h.pay(100) })
	}},
	{"renewals paid late", 30_000, func(h *longHistory, n int) {
		h.order(events.Postpaid, 100)
		h.provision()
		h.repeat(n, func(int) { h.renew(events.Postpaid) })
		h.repeat(n, func(int) { h.pay(100) })
	}},
	{"voids", 100_000, func(h *longHistory, n int) { // of every second payment
		h.order(events.Postpaid, 300*n)
		h.repeat(n, func(int) { h.pay(70); h.add(&events.Voided{Voids: h.pay(70), Reason: "test"}) })
	}},
	{"bounces", 100_000, func(h *longHistory, n int) { // of every second payment
		h.order(events.Postpaid, 300*n)
		h.repeat(n, func(int) { h.pay(70); h.add(&events.PaymentBounced{Payment: h.pay(70), Reason: "test"}) })
	}},
	{"late fee adjustments", 100_000, func(h *longHistory, n int) { // of as many invoices, from the earliest on
		h.order(events.Postpaid, 100)
		h.repeat(n, func(i int) { h.charge(i, h.asOf.Date()) })
		h.repeat(n, func(int) { h.add(&events.LateFeeAdjusted{Amount: fen(7), Authority: "court"}) })
	}},
	{"top-ups and pay-outs", 100_000, func(h *longHistory, n int) {
		h.order(events.Prepaid, 100)
		h.repeat(n, func(int) {
			h.add(&events.ToppedUp{Amount: fen(100), Channel: events.Online})
			h.add(&events.PaidOut{Amount: fen(90)})
		})
	}},
	{"suspensions", 100_000, func(h *longHistory, n int) { // which stop the term, each resumed
		h.order(events.Postpaid, 100)
		h.provision()
		h.repeat(n, func(int) {
			h.add(&events.Suspended{Reason: events.SuspendForceMajeure})
			h.next()
			h.add(&events.Resumed{})
		})
	}},
	{"suspensions of servers", 10_000, func(h *longHistory, n int) { // of a hundredth as many servers
		h.orderOf(max(1, n/100), events.Postpaid, 100*n)
		h.provision()
		h.repeat(n, func(int) {
			h.add(&events.Suspended{Reason: events.SuspendForceMajeure})
			h.next()
			h.add(&events.Resumed{})
		})
	}},
	{"servers ended", 10_000, func(h *longHistory, n int) { // one by one, each with an open renewal of it
		h.orderOf(n, events.Prepaid, 100*n)
		h.pay(100 * n)
		h.provision()
		h.repeat(n, func(i int) {
			h.add(&events.Renewed{Term: day, Fee: fen(100), Units: h.units[i : i+1]})
		})
		h.repeat(n, func(i int) {
			h.add(&events.Terminated{Reason: events.EndProviderBreach, Units: h.units[i : i+1]})
		})
	}},
	{"servers renewed, then ended", 10_000, func(h *longHistory, n int) { // a hundredth as many servers as renewals
		h.orderOf(max(1, n/100), events.Postpaid, 100*n)
		h.provision()
		h.repeat(n, func(int) { h.renew(events.Postpaid) })
		h.repeat(max(1, n/100), func(i int) {
			h.add(&events.Terminated{Reason: events.EndProviderBreach, Units: h.units[i : i+1]})
		})
	}},
	{"claims", 100_000, func(h *longHistory, n int) {
		h.order(events.Postpaid, 100*n)
		h.repeat(n, func(i int) {
			h.pay(50)
			h.add(&events.ClaimAccepted{Claim: fmt.Sprint("c", i), ClaimKind: events.ClaimDataLoss, Amount: fen(100),
				LossAt: events.SpelledInstant{At: h.asOf}})
		})
	}},
	{"contracts of one account", 50_000, func(h *longHistory, n int) {
		h.repeat(n, func(i int) {
			h.contract = fmt.Sprint("HT-", i+1)
			h.order(events.Postpaid, 100)
			h.provision()
			h.pay(50)
		})
	}},
	{"changes of configuration", 10_000, func(h *longHistory, n int) { // dearer and paid, by turns with cheaper
		h.order(events.Prepaid, 10_000_000)
		h.pay(10_000_000)
		h.provision()
		h.repeat(n, func(i int) { h.change(i) })
	}},
	{"changes of postpaid servers", 10_000, func(h *longHistory, n int) { // after the due day
		h.order(events.Postpaid, 10_000_000)
		h.provision()
		h.every(civil.Days(1), 2, func(int) {})
		h.repeat(n, func(i int) { h.change(i) })
	}},
	{"units added", 10_000, func(h *longHistory, n int) {
		h.order(events.Prepaid, 100)
		h.pay(100)
		h.provision()
		h.repeat(n, func(i int) {
			h.add(&events.UnitsAdded{Change: fmt.Sprint(i), Quantity: 1, Fee: fen(100), Term: day})
			h.pay(100)
			h.units = []string{fmt.Sprint("more-", i)}
			h.provision()
		})
	}},
	{"outages", 10_000, func(h *longHistory, n int) {
		h.order(events.Postpaid, 100_000_000)
		h.provision()
		h.repeat(n, func(i int) {
			id := fmt.Sprint("o", i)
			h.add(&events.OutageStarted{Outage: id, Cause: events.ProviderFault})
			h.next()
			h.add(&events.OutageResolved{Outage: id})
		})
	}},
}

// longHistories tells each kind once, with n facts of it.
func longHistories(n int) (list []longHistory) {
	for _, kind := range longKinds {
		list = append(list, longHistoryOf(kind.name, n))
	}
	return list
}

func longHistoryOf(name string, n int) longHistory {
	h := longHistory{name: name, asOf: civil.DateOf(2022, 1, 10).Start(), contract: contract}
	for _, kind := range longKinds {
		if kind.name == name {
			kind.tell(&h, n)
		}
	}
	h.contract = contract
	h.asOf = civil.Later(h.asOf, civil.DateOf(2027, 8, 1).Start())
	return h
}

// repeat calls tell n times over two years.
func (h *longHistory) repeat(n int, tell func(i int)) {
	h.every(civil.Seconds(int64(2*365*86_400/n)), n, tell)
}

// every calls tell n times, a pause after each.
func (h *longHistory) every(pause civil.Duration, n int, tell func(i int)) {
	h.pause = pause
	for i := range n {
		tell(i)
		h.next()
	}
}

func (h *longHistory) next() { h.asOf = h.asOf.Add(h.pause) }

// add appends a fact and returns its id.
func (h *longHistory) add(d events.Data) uuid.UUID {
	seq := uint64(len(h.facts) + 1)
	id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, seq))
	e := &events.Event{ID: id, Source: "/test", Time: h.asOf, Account: account, Contract: h.contract, Data: d}
	if k := e.Kind(); k == events.KindToppedUp || k == events.KindPaidOut || k == events.KindVoided {
		e.Contract = ""
	}
	h.facts = append(h.facts, projections.Fact{Seq: seq, Event: e})
	return id
}

var day = civil.Term{Count: 1, Unit: civil.Day}

func fen(n int) money.Amount { return money.Amount{Fen: money.Fen(n), Decimals: 2} }

// order begins a contract of one server for ten years; a postpaid fee is due at once.
func (h *longHistory) order(mode events.Mode, fee int) { h.orderOf(1, mode, fee) }

// orderOf orders some servers.
func (h *longHistory) orderOf(quantity int, mode events.Mode, fee int) {
	h.units = nil
	for n := range quantity {
		h.units = append(h.units, fmt.Sprint("u", n+1))
	}
	d := &events.Ordered{Product: events.Elastic, Quantity: quantity, Term: civil.Term{Count: 10, Unit: civil.Year},
		Fee: fen(fee), Mode: mode}
	if mode == events.Postpaid {
		d.DueDate = h.asOf.Date()
	}
	h.add(d)
}

func (h *longHistory) provision() { h.add(&events.Provisioned{Units: h.units}) }

func (h *longHistory) pay(fenPaid int) uuid.UUID {
	return h.add(&events.Paid{Amount: fen(fenPaid), Channel: events.BankTransfer,
		Reference: fmt.Sprint("B", len(h.facts))})
}

// renew orders a further day; a postpaid fee is due at once.
func (h *longHistory) renew(mode events.Mode) {
	d := &events.Renewed{Term: day, Fee: fen(100)}
	if mode == events.Postpaid {
		d.DueDate = h.asOf.Date()
	}
	h.add(d)
}

// credit lowers what is payable of the order.
func (h *longHistory) credit(i int, why events.CreditReason) {
	h.add(&events.InvoiceCredited{Credit: fmt.Sprint(i), Invoice: "order", Amount: fen(700), Reason: why})
}

// change makes the servers dearer, by turns with cheaper, and has an outage every now and then.
func (h *longHistory) change(i int) {
	fee, difference := 20_000_000, fen(1000)
	if i%2 == 1 {
		fee, difference = 10_000_000, fen(-700)
	}
	h.add(&events.Changed{Change: fmt.Sprint(i), Fee: fen(fee), Difference: &difference})
	if h.facts[0].Event.Data.(*events.Ordered).Mode == events.Prepaid && i%2 == 0 {
		h.pay(1000)
	}
	if i%1000 > 0 {
		return
	}
	id := fmt.Sprint("o", i)
	h.add(&events.OutageStarted{Outage: id, Cause: events.ProviderFault})
	h.asOf = h.asOf.Add(civil.Seconds(1))
	h.add(&events.OutageResolved{Outage: id})
}

func (h *longHistory) charge(i int, due civil.Date) {
	h.add(&events.ChargeAdded{Charge: fmt.Sprint("k", i), Amount: fen(1000), Description: "help", DueDate: due})
}
