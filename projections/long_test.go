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
}

// longKinds are the ways in which a history gets long; each is told with n facts of its kind.
var longKinds = []struct {
	name string
	tell func(h *longHistory, n int)
}{
	{"payments", func(h *longHistory, n int) { // in parts of an overdue fee
		h.order(events.Postpaid, 100*n)
		h.repeat(n, func(int) { h.pay(100) })
	}},
	{"payments ahead", func(h *longHistory, n int) { // more than is ever owed
		h.order(events.Prepaid, 1)
		h.repeat(n, func(int) { h.pay(100) })
	}},
	{"charges", func(h *longHistory, n int) { // without a due date, none paid
		h.order(events.Postpaid, 1)
		h.repeat(n, func(i int) { h.charge(i, 0) })
	}},
	{"invoices", func(h *longHistory, n int) { // each with a due date of its own, none paid
		h.order(events.Postpaid, 1)
		h.repeat(n, func(i int) { h.charge(i, h.asOf.Date()+civil.Date(i%1000)) })
	}},
	{"invoices and payments", func(h *longHistory, n int) { // half and half; each payment is a part of several fees
		h.order(events.Postpaid, 1)
		h.repeat(n/2, func(i int) { h.charge(i, h.asOf.Date()+civil.Date(i%100)) })
		h.repeat(n/2, func(int) { h.pay(33) })
	}},
	{"renewals", func(h *longHistory, n int) { // by the day, each paid
		h.order(events.Prepaid, 1)
		h.pay(100)
		h.provision()
		h.repeat(n, func(int) { h.renew(events.Prepaid); h.pay(100) })
	}},
	{"renewals afterwards", func(h *longHistory, n int) {
		h.order(events.Postpaid, 1)
		h.provision()
		h.repeat(n, func(int) { h.renew(events.Postpaid) })
	}},
	{"voids", func(h *longHistory, n int) {
		h.order(events.Postpaid, 100*n)
		h.repeat(n/2, func(int) { h.void(h.pay(100)) })
	}},
	{"bounces", func(h *longHistory, n int) {
		h.order(events.Postpaid, 100*n)
		h.repeat(n/2, func(int) { h.bounce(h.pay(100)) })
	}},
	{"adjustments", func(h *longHistory, n int) { // of the late fees of many invoices, from the earliest on
		h.order(events.Postpaid, 100*n)
		h.repeat(n/2, func(i int) { h.charge(i, h.asOf.Date()) })
		h.asOf = h.asOf.Add(civil.Days(40))
		h.repeat(n/2, func(int) { h.add(&events.LateFeeAdjusted{Amount: fen(7), Authority: "court"}) })
	}},
	{"wallet", func(h *longHistory, n int) {
		h.repeat(n/2, func(int) {
			h.add(&events.ToppedUp{Amount: fen(100), Channel: events.Online})
			h.add(&events.PaidOut{Amount: fen(90)})
		})
	}},
	{"suspensions", func(h *longHistory, n int) {
		h.order(events.Postpaid, 1)
		h.provision()
		h.repeat(n/2, func(int) {
			h.add(&events.Suspended{Reason: events.SuspendForceMajeure})
			h.add(&events.Resumed{})
		})
	}},
	{"outages", func(h *longHistory, n int) {
		h.order(events.Postpaid, 1000)
		h.provision()
		h.repeat(n/2, func(i int) {
			id := fmt.Sprint("o", i)
			h.add(&events.OutageStarted{Outage: id, Cause: events.ProviderFault})
			h.add(&events.OutageResolved{Outage: id})
		})
	}},
	{"claims", func(h *longHistory, n int) {
		h.order(events.Postpaid, 100*n)
		h.repeat(n, func(i int) {
			h.add(&events.ClaimAccepted{Claim: fmt.Sprint("c", i), ClaimKind: events.ClaimDataLoss, Amount: fen(100), LossAt: events.SpelledInstant{At: h.asOf}})
		})
	}},
	{"contracts", func(h *longHistory, n int) {
		h.repeat(n/2, func(i int) {
			h.contract = fmt.Sprint("HT-", i+1)
			h.order(events.Postpaid, 1)
			h.pay(50)
		})
	}},
}

// longHistories tells each kind once, with n facts of it.
func longHistories(n int) (list []longHistory) {
	for _, kind := range longKinds {
		h := longHistory{name: kind.name, asOf: civil.DateOf(2022, 1, 10).Start(), contract: contract}
		kind.tell(&h, n)
		h.asOf = h.asOf.Add(civil.Days(200))
		list = append(list, h)
	}
	return list
}

// repeat calls tell n times over five years.
func (h *longHistory) repeat(n int, tell func(i int)) {
	for i := range n {
		tell(i)
		h.asOf = h.asOf.Add(civil.Seconds(int64(5 * 365 * 86_400 / n)))
	}
}

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

// order begins a contract for a hundred days; a postpaid fee is due at once.
func (h *longHistory) order(mode events.Mode, fee int) {
	d := &events.Ordered{Product: events.Elastic, Quantity: 1, Term: civil.Term{Count: 100, Unit: civil.Day}, Fee: fen(fee), Mode: mode}
	if mode == events.Postpaid {
		d.DueDate = h.asOf.Date()
	}
	h.add(d)
}

func (h *longHistory) provision() { h.add(&events.Provisioned{Units: []string{"u1"}}) }

func (h *longHistory) pay(fenPaid int) uuid.UUID {
	return h.add(&events.Paid{Amount: fen(fenPaid), Channel: events.BankTransfer, Reference: fmt.Sprint("B", len(h.facts))})
}

// renew orders a further day; a postpaid fee is due at once.
func (h *longHistory) renew(mode events.Mode) {
	d := &events.Renewed{Term: day, Fee: fen(100)}
	if mode == events.Postpaid {
		d.DueDate = h.asOf.Date()
	}
	h.add(d)
}

func (h *longHistory) charge(i int, due civil.Date) {
	h.add(&events.ChargeAdded{Charge: fmt.Sprint("k", i), Amount: fen(1000), Description: "help", DueDate: due})
}

func (h *longHistory) void(id uuid.UUID) { h.add(&events.Voided{Voids: id, Reason: "test"}) }

func (h *longHistory) bounce(id uuid.UUID) {
	h.add(&events.PaymentBounced{Payment: id, Reason: "test"})
}
