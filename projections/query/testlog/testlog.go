// Package testlog makes logs for tests of the reading side: real ones in a temporary folder, fed without a stream.
package testlog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// Opened is when the stream of every test was created. The nth message is received n hours later.
var Opened = civil.Unix(1_754_006_400, 0) // 2025-08-01T08:00:00+08:00

// Stream stands in for JetStream and for what carries its messages into the log.
type Stream struct {
	Log  *ledger.Log
	Dir  string
	last uint64
}

// Open makes an empty log that is closed when the test ends.
func Open(t testing.TB) *Stream {
	t.Helper()
	s := &Stream{Dir: t.TempDir()}
	log, err := ledger.Open(s.Dir, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := log.Bind("BILLING", Opened, false); err != nil {
		t.Fatal(err)
	}
	s.Log = log
	return s
}

// Publish takes bodies as they come over NATS.
func (s *Stream) Publish(_ context.Context, bodies [][]byte) ([]ledger.Outcome, error) {
	return s.publish(events.Origin{}, bodies)
}

// Post takes bodies as they come over HTTP, with a token of a name.
func (s *Stream) Post(_ context.Context, publisher string, bodies [][]byte) ([]ledger.Outcome, error) {
	return s.publish(events.Origin{By: events.OverHTTP, Publisher: publisher}, bodies)
}

// Came takes one body of an origin.
func (s *Stream) Came(t testing.TB, origin events.Origin, body string) ledger.Outcome {
	t.Helper()
	verdicts, err := s.publish(origin, [][]byte{[]byte(body)})
	if err != nil {
		t.Fatal(err)
	}
	return verdicts[0]
}

func (s *Stream) publish(origin events.Origin, bodies [][]byte) ([]ledger.Outcome, error) {
	arrivals := make([]ledger.Arrival, len(bodies))
	for i, body := range bodies {
		arrivals[i] = s.arrival(body)
		arrivals[i].Origin = origin
	}
	return s.Log.Append(arrivals)
}

func (s *Stream) arrival(body []byte) ledger.Arrival {
	s.last++
	a := ledger.Arrival{StreamSeq: s.last, Received: Opened.Add(civil.Seconds(int64(s.last) * 3600)),
		Subject: "billing.events.all.unreadable", Header: map[string][]string{"Nats-Msg-Id": {"m"}}, Body: body}
	event, err := events.DecodeJSON(body)
	if err != nil {
		if !errors.As(err, &a.Refusal) {
			panic(err)
		}
		return a
	}
	a.Event, a.Subject = event, events.Subject(event.Account, event.Kind())
	return a
}

// Arrival is an event as it comes out of the stream.
func (s *Stream) Arrival(e *events.Event) ledger.Arrival {
	s.last++
	return ledger.Arrival{StreamSeq: s.last, Received: Opened, Event: e, Subject: events.Subject(e.Account, e.Kind())}
}

// Retry sends a refused body again.
func (s *Stream) Retry(_ context.Context, by string, refused ledger.Rejected) (ledger.Outcome, error) {
	a := s.arrival(refused.Body)
	a.Retry = events.Retry{Of: refused.ID, By: by}
	return s.one(a)
}

// Dismiss closes a refused message.
func (s *Stream) Dismiss(_ context.Context, by string, rejectionID uint64, reason string) (ledger.Outcome, error) {
	body, err := ingest.Dismissal(rejectionID, reason)
	if err != nil {
		return ledger.Outcome{}, err
	}
	a := s.arrival(body)
	a.Origin = events.Origin{By: events.ByLedger, Publisher: by}
	return s.one(a)
}

func (s *Stream) one(a ledger.Arrival) (ledger.Outcome, error) {
	verdicts, err := s.Log.Append([]ledger.Arrival{a})
	if err != nil {
		return ledger.Outcome{}, err
	}
	return verdicts[0], nil
}

// Take publishes and wants every event appended.
func (s *Stream) Take(t testing.TB, bodies ...string) {
	t.Helper()
	var raw [][]byte
	for _, body := range bodies {
		raw = append(raw, []byte(body))
	}
	verdicts, err := s.Publish(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range verdicts {
		if v.Status != ledger.Appended {
			t.Fatalf("%s\nbecame %+v", bodies[i], v)
		}
	}
}

// ID is the id of the nth event of a test.
func ID(n int) string { return fmt.Sprintf("01960f2e-0000-7000-8000-%012d", n) }

// Event spells the nth event of a test: at is its effective time in Shanghai, whole minutes; data its members beside
// account_id.
func Event(n int, kind, at, account, data string) string {
	if data != "" && !strings.HasPrefix(data, ",") {
		data = "," + data
	}
	return fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"/test","type":"billing.%s.v1",`+
		`"time":"%s:00+08:00","data":{"account_id":"%s"%s}}`,
		ID(n), kind, at, account, data)
}

// Story is three accounts: acct-1 pays half of a postpaid order late; acct-2 pays in advance and has money in the
// wallet; acct-3 orders under the id that acct-1's contract has; and terms that lower the late fee from 2026.
var Story = []string{
	Event(1, "contract.ordered", "2025-06-01T09:00", "acct-1",
		`"contract_id":"HT-1","product":"elastic","quantity":1,"term":"P3M","fee":"1000.00","currency":"CNY",`+
			`"mode":"postpaid","due_date":"2025-06-30"`),
	Event(2, "contract.provisioned", "2025-06-01T09:00", "acct-1", `"contract_id":"HT-1","unit_ids":["u1"]`),
	Event(3, "contract.paid", "2025-07-05T10:00", "acct-1",
		`"contract_id":"HT-1","amount":"500.00","currency":"CNY","channel":"bank_transfer"`),
	Event(4, "contract.ordered", "2025-06-10T09:00", "acct-2",
		`"contract_id":"HT-2","product":"vps","quantity":2,"term":"P1M","fee":"310.00","currency":"CNY",`+
			`"mode":"prepaid"`),
	Event(5, "contract.paid", "2025-06-10T10:00", "acct-2",
		`"contract_id":"HT-2","amount":"310.00","currency":"CNY","channel":"online"`),
	Event(6, "contract.provisioned", "2025-06-10T11:00", "acct-2", `"contract_id":"HT-2","unit_ids":["a","b"]`),
	Event(7, "wallet.topped_up", "2025-06-11T09:00", "acct-2", `"amount":"100.00","currency":"CNY","channel":"online"`),
	Event(8, "contract.ordered", "2025-07-20T09:00", "acct-3",
		`"contract_id":"HT-1","product":"package","quantity":1,"term":"P1Y","fee":"1200.00","currency":"CNY",`+
			`"mode":"prepaid"`),
	Event(9, "terms.published", "2026-01-01T00:00", "all", `"version":"2026","params":{"late_fee_rate":"0.001"}`),
}

// Told opens a log that holds the story.
func Told(t testing.TB) *Stream {
	t.Helper()
	s := Open(t)
	s.Take(t, Story...)
	return s
}
