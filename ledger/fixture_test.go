package ledger

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// opened is when the stream of every test was created.
var opened = civil.DateOf(2025, time.March, 1).Start()

// second is the instant n seconds after the stream was created.
func second(n int) civil.Instant { return opened.Add(civil.Seconds(int64(n))) }

// idOf is the id of the nth event of a test.
func idOf(n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	id[6], id[8] = 0x40, 0x80
	return id
}

// paid is a payment of an amount in fen, with the id of the nth event.
func paid(n int, account, contract string, fen int64) *events.Event {
	return &events.Event{
		ID: idOf(n), Source: "/cashier", Time: second(n), Account: account, Contract: contract,
		Data: &events.Paid{
			Amount:    money.Amount{Fen: money.Fen(fen), Decimals: 2},
			Channel:   events.Online,
			Reference: fmt.Sprintf("BOC-%d", n),
		},
	}
}

// stated is the nth message of the stream, received n seconds after the start; e is what it says.
func stated(n int, e *events.Event) Arrival {
	return Arrival{
		StreamSeq: uint64(n), Received: second(n), Event: e,
		Subject: "billing.events.acct-1.contract.paid", Header: map[string][]string{"Nats-Msg-Id": {e.ID.String()}},
		Body: []byte(e.ID.String()),
	}
}

// malformed is the nth message of the stream, and says nothing that can be understood.
func malformed(n int) Arrival {
	return Arrival{
		StreamSeq: uint64(n), Received: second(n), Subject: "billing.events.acct-1.contract.paid", Body: []byte("{"),
		Header:  map[string][]string{"b": {"2", "3"}, "a": {"1"}, "none": {}},
		Refusal: &events.Rejection{Code: events.CodeMissing, Pointer: "/data/amount", Message: "an amount is needed"},
	}
}

// keeping opens a bound ledger in a folder, and closes and verifies it when the test is over.
func keeping(t testing.TB, dir string) *Log {
	t.Helper()
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, l, dir) })
	if err := l.Bind("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	return l
}

// closed closes a ledger, and verifies what it left.
func closed(t testing.TB, l *Log, dir string) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	sound(t, dir)
}

// sound asks that verifying finds nothing, when the test's own context may be done already.
func sound(t testing.TB, dir string) Report {
	t.Helper()
	report, err := Verify(context.WithoutCancel(t.Context()), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Problems {
		t.Errorf("%s: %s", p.Where, p.What)
	}
	return report
}

// appended appends a batch that must be taken, and returns the outcomes.
func appended(t rapid.TB, l *Log, batch ...Arrival) []Outcome {
	t.Helper()
	outcomes, err := l.Append(batch)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// payments appends messages from..to, each a payment of its own, in one batch.
func payments(t rapid.TB, l *Log, from, to int) {
	t.Helper()
	var batch []Arrival
	for n := from; n <= to; n++ {
		batch = append(batch, stated(n, paid(n, fmt.Sprintf("acct-%d", n%7), fmt.Sprintf("HT-%d", n%11), int64(n))))
	}
	appended(t, l, batch...)
}
