package testlog

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
)

// ManyEvents is how many events each contract of Many has.
const ManyEvents = 10

// ManySize is how many contracts benchmarks load: ZHANGBEN_CONTRACTS, or few.
func ManySize(t testing.TB) int {
	text := os.Getenv("ZHANGBEN_CONTRACTS")
	if text == "" {
		return 3_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("ZHANGBEN_CONTRACTS is %q, not a number above 0", text)
	}
	return n
}

// manyAtOnce is how many contracts live side by side in the log: their events are interleaved.
const manyAtOnce = 64

// Many opens a log of n contracts of ten events each, two to an account, in four ways of life. They were ordered one
// after the other in the year before Opened.
func Many(t testing.TB, n int) *Stream {
	t.Helper()
	s := Open(t)
	var batch []ledger.Arrival
	for first := 0; first < n; first += manyAtOnce {
		for stage := range ManyEvents {
			for number := first; number < min(first+manyAtOnce, n); number++ {
				batch = append(batch, s.Arrival(lifeEvent(number, stage, n)))
			}
		}
		if len(batch) >= 5_000 || first+manyAtOnce >= n {
			if _, err := s.Log.Append(batch); err != nil {
				t.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	return s
}

// ManyContract and ManyAccount are the ids of contract number n of Many.
func ManyContract(n int) string { return fmt.Sprintf("HT-%07d", n) }
func ManyAccount(n int) string  { return fmt.Sprintf("acct-%06d", n/2) }

// lifeEvent is an event of one of n contracts.
func lifeEvent(number, stage, n int) *events.Event {
	ordered := Opened.Add(civil.Seconds(-365 * 86_400 * int64(n-number) / int64(n)))
	life := lives[number%len(lives)][stage]
	e := &events.Event{
		Source: "/many", Account: ManyAccount(number), Contract: ManyContract(number),
		Time: ordered.Add(civil.Seconds(life.minutes * 60)), Data: life.data,
	}
	switch d := life.data.(type) {
	case *events.Ordered:
		if d.Mode == events.Postpaid {
			postpaid := *d
			postpaid.DueDate = ordered.Date() + 30
			e.Data = &postpaid
		}
	case *events.ToppedUp, *events.PaidOut:
		e.Contract = ""
	}
	e.ID = NumberedID(uint64(number*ManyEvents + stage + 1))
	return e
}

// NumberedID is a UUID of version 7 that holds a number below 2 to the 48th.
func NumberedID(n uint64) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], n<<16|0x7000)
	id[8] = 0x80
	return id
}

// stage is an event in a life: the minutes since the order, and what it says.
type stage struct {
	minutes int64
	data    events.Data
}

const day = 24 * 60

func yuan(n int64) money.Amount { return money.Amount{Fen: money.Fen(n * 100), Decimals: 2} }

var (
	month   = civil.Term{Count: 1, Unit: civil.Month}
	quarter = civil.Term{Count: 3, Unit: civil.Month}
	year    = civil.Term{Count: 1, Unit: civil.Year}
)

var lives = [...][ManyEvents]stage{
	{ // months paid in advance, an outage, two renewals
		{0, &events.Ordered{Product: events.Elastic, Quantity: 1, Term: quarter, Fee: yuan(930), Mode: events.Prepaid}},
		{5, &events.Paid{Amount: yuan(930), Channel: events.BankTransfer}},
		{10, &events.Provisioned{Units: []string{"u1"}}},
		{6 * day, &events.OutageStarted{Outage: "o1", Cause: events.ProviderFault}},
		{6*day + 47, &events.OutageResolved{Outage: "o1"}},
		{80 * day, &events.Renewed{Term: month, Fee: yuan(310)}},
		{80*day + 3, &events.Paid{Amount: yuan(310), Channel: events.Online}},
		{110 * day, &events.Renewed{Term: year, Fee: yuan(3600)}},
		{110*day + 3, &events.Paid{Amount: yuan(3600), Channel: events.Online}},
		{120 * day, &events.NoticeSent{NoticeKind: "maintenance", Channel: "email"}},
	},
	{ // paid afterwards, late, and not all of it
		{0, &events.Ordered{Product: events.Package, Quantity: 2, Term: year, Fee: yuan(4000), Mode: events.Postpaid}},
		{30, &events.Provisioned{Units: []string{"u1", "u2"}}},
		{31 * day, &events.Overdue{Invoice: "order"}},
		{33 * day, &events.Suspended{Reason: events.SuspendArrears}},
		{36 * day, &events.Paid{Amount: yuan(1000), Channel: events.BankTransfer}},
		{36*day + 20, &events.Resumed{}},
		{40 * day, &events.ChargeAdded{Charge: "help-1", Amount: yuan(120), Description: "restoring a data disk"}},
		{41 * day, &events.Paid{Amount: yuan(120), Channel: events.Online, Invoice: "help-1"}},
		{42 * day, &events.LateFeeAdjusted{Invoice: "order", Amount: yuan(5), Authority: "goodwill of the service desk"}},
		{50 * day, &events.Paid{Amount: yuan(500), Channel: events.BankTransfer}},
	},
	{ // from the wallet
		{-60, &events.ToppedUp{Amount: yuan(800), Channel: events.Online}},
		{0, &events.Ordered{Product: events.VPS, Quantity: 1, Term: year, Fee: yuan(600), Mode: events.Prepaid}},
		{1, &events.Paid{Amount: yuan(600), Channel: events.ByWallet}},
		{12, &events.Provisioned{Units: []string{"u1"}}},
		{90 * day, &events.ChargeAdded{Charge: "help-1", Amount: yuan(120), Description: "restoring a data disk"}},
		{91 * day, &events.Paid{Amount: yuan(120), Channel: events.Online, Invoice: "help-1"}},
		{92 * day, &events.NoticeSent{NoticeKind: "maintenance", Channel: "email"}},
		{93 * day, &events.OutageStarted{Outage: "o1", Cause: events.Maintenance}},
		{93*day + 120, &events.OutageResolved{Outage: "o1"}},
		{94 * day, &events.ToppedUp{Amount: yuan(50), Channel: events.Online}},
	},
	{ // ended by force majeure
		{0, &events.Ordered{Product: events.Elastic, Quantity: 1, Term: quarter, Fee: yuan(930), Mode: events.Prepaid}},
		{9, &events.Paid{Amount: yuan(930), Channel: events.Online}},
		{15, &events.Provisioned{Units: []string{"u1"}}},
		{20 * day, &events.OutageStarted{Outage: "o1", Cause: events.CauseUnknown}},
		{20*day + 9, &events.OutageResolved{Outage: "o1"}},
		{21 * day, &events.OutageReclassified{Outage: "o1", Cause: events.Carrier}},
		{60 * day, &events.Renewed{Term: quarter, Fee: yuan(930)}},
		{60*day + 1, &events.Paid{Amount: yuan(930), Channel: events.Online}},
		{100 * day, &events.Terminated{Reason: events.EndForceMajeure}},
		{103 * day, &events.PaidOut{Amount: yuan(300)}},
	},
}
