package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"zhangben/events/civil"
)

// cohort is how many contracts live side by side in the generated history: their events are interleaved, as those of
// many customers are.
const cohort = 64

// eventGenerator makes a deterministic history of valid events: contracts are ordered, paid, provisioned, suffer
// outages, are renewed, and run into arrears, each in one of a few ways of life.
type eventGenerator struct {
	random *rand.Rand
	idsV4  bool
	count  int       // events made so far
	clock  time.Time // of the v7 ids, one millisecond an event
	first  int       // number of the cohort's first contract
	stage  int       // how far the cohort's lives are
	turn   int       // which contract of the cohort is next
}

// newEventGenerator starts the history that belongs to seed. With idsV4 the ids are random, else ordered by time.
func newEventGenerator(seed uint64, idsV4 bool) *eventGenerator {
	return &eventGenerator{
		random: rand.New(rand.NewPCG(seed, seed)),
		idsV4:  idsV4,
		clock:  time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC),
	}
}

// eventsAsJSON makes the next n events, each one structured CloudEvent.
func (g *eventGenerator) eventsAsJSON(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = g.next()
	}
	return all
}

func (g *eventGenerator) next() []byte {
	for {
		number := g.first + g.turn
		life := lives[number%len(lives)]
		stage := g.stage
		g.advance()
		if stage < len(life) {
			return g.event(number, life[stage])
		}
	}
}

// advance hands the turn to the next contract, then to the next stage, then to the next cohort.
func (g *eventGenerator) advance() {
	if g.turn++; g.turn < cohort {
		return
	}
	g.turn = 0
	if g.stage++; g.stage < longestLife {
		return
	}
	g.stage, g.first = 0, g.first+cohort
}

// lifeEvent is one event in a life: its kind, the minutes since the contract was ordered, and its data beside the ids.
// In data, {date} stands for the date thirty days after the order.
type lifeEvent struct {
	kind    string
	minutes int
	data    string
}

const day = 24 * 60

// lives are the ways in which contracts go.
var lives = [...][]lifeEvent{
	{ // a month paid in advance, one outage, renewed
		{"contract.ordered", 0, `"product":"elastic","quantity":1,"term":"P1M","fee":"310.00","currency":"CNY","mode":"prepaid","spec":{"cpu":"4","memory":"8 GiB"}`},
		{"contract.paid", 5, `"amount":"310.00","currency":"CNY","channel":"bank_transfer"`},
		{"contract.provisioned", 10, `"unit_ids":["u1"]`},
		{"outage.started", 6 * day, `"outage_id":"o1","cause":"provider_fault"`},
		{"outage.resolved", 6*day + 47, `"outage_id":"o1"`},
		{"contract.renewed", 25 * day, `"term":"P1M","fee":"310.00"`},
		{"contract.paid", 25*day + 3, `"amount":"310.00","currency":"CNY","channel":"online","invoice_id":"renewal-1"`},
		{"contract.renewal_declined", 50 * day, ``},
	},
	{ // a quarter paid afterwards, and late
		{"contract.ordered", 0, `"product":"package","quantity":2,"term":"P3M","fee":"1000.00","currency":"CNY","mode":"postpaid","due_date":"{date}"`},
		{"contract.provisioned", 30, `"unit_ids":["u1","u2"]`},
		{"contract.overdue", 31 * day, `"invoice_id":"order"`},
		{"contract.suspended", 33 * day, `"reason":"arrears"`},
		{"contract.paid", 36 * day, `"amount":"500.00","currency":"CNY","channel":"bank_transfer"`},
		{"contract.paid", 41 * day, `"amount":"500.00","currency":"CNY","channel":"bank_transfer"`},
		{"contract.resumed", 41*day + 20, ``},
		{"late_fee.adjusted", 42 * day, `"invoice_id":"order","amount":"5.00","authority":"goodwill of the service desk"`},
	},
	{ // paid from the wallet, with chargeable help
		{"wallet.topped_up", -60, `"amount":"800.00","currency":"CNY","channel":"online"`},
		{"contract.ordered", 0, `"product":"vps","quantity":1,"term":"P1Y","fee":"600.00","currency":"CNY","mode":"prepaid"`},
		{"contract.paid", 1, `"amount":"600.00","currency":"CNY","channel":"wallet"`},
		{"contract.provisioned", 12, `"unit_ids":["u1"]`},
		{"charge.added", 90 * day, `"charge_id":"restore-1","amount":"120.00","description":"restoring a data disk"`},
		{"contract.paid", 91 * day, `"amount":"120.00","currency":"CNY","channel":"online","invoice_id":"restore-1"`},
		{"notice.sent", 92 * day, `"notice_kind":"maintenance","channel":"email"`},
		{"outage.started", 93 * day, `"outage_id":"o1","cause":"maintenance"`},
		{"outage.resolved", 93*day + 120, `"outage_id":"o1"`},
	},
	{ // ended by the provider
		{"contract.ordered", 0, `"product":"elastic","quantity":1,"term":"P6M","fee":"1860.00","currency":"CNY","mode":"prepaid"`},
		{"contract.paid", 9, `"amount":"1860.00","currency":"CNY","channel":"online"`},
		{"contract.provisioned", 15, `"unit_ids":["u1"]`},
		{"outage.started", 20 * day, `"outage_id":"o1","cause":"unknown"`},
		{"outage.resolved", 20*day + 9, `"outage_id":"o1"`},
		{"outage.reclassified", 21 * day, `"outage_id":"o1","cause":"carrier"`},
		{"contract.terminated", 100 * day, `"reason":"force_majeure"`},
		{"wallet.paid_out", 103 * day, `"amount":"300.00","currency":"CNY"`},
	},
}

// longestLife is the most events a life has.
const longestLife = 9

// eachRound is how many contracts are ordered before the calendar begins again: about nine months of 2025, so that
// however many there are, they lie in the past.
const eachRound = 20_000

// event spells one event of a contract. Contracts are ordered twenty minutes apart, three to an account.
func (g *eventGenerator) event(number int, e lifeEvent) []byte {
	ordered := civil.DateOf(2025, time.January, 2).Start().Time().Add(time.Duration(number%eachRound) * 20 * time.Minute)
	at := civil.Of(ordered.Add(time.Duration(e.minutes) * time.Minute))
	account, contract := fmt.Sprintf("acct-%06d", number/3), fmt.Sprintf("HT-2025-%06d", number)
	event := fmt.Appendf(make([]byte, 0, 512), `{"specversion":"1.0","id":"%s","source":"/bench","type":"billing.%s.v1"`, g.id(), e.kind)
	ofWallet := e.kind[:7] == "wallet."
	if !ofWallet {
		event = fmt.Appendf(event, `,"subject":"%s"`, contract)
	}
	event = fmt.Appendf(event, `,"time":"%s","data":{"account_id":"%s"`, at, account)
	if !ofWallet {
		event = fmt.Appendf(event, `,"contract_id":"%s"`, contract)
	}
	if e.data != "" {
		event = append(append(event, ','), withDate(e.data, civil.Of(ordered).Date()+30)...)
	}
	return append(event, "}}"...)
}

// id makes the next event id: version 7 with its millisecond, or version 4.
func (g *eventGenerator) id() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], g.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], g.random.Uint64())
	version := byte(4)
	if !g.idsV4 {
		version = 7
		var ms [8]byte
		binary.BigEndian.PutUint64(ms[:], uint64(g.clock.UnixMilli()+int64(g.count)))
		copy(id[:6], ms[2:])
	}
	g.count++
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

func withDate(data string, date civil.Date) string {
	return strings.Replace(data, "{date}", date.String(), 1)
}
