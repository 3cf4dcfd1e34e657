package replica

import (
	"bytes"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what should come soon.
const patience = 20 * time.Second

// opened is when the stream of every test was created.
var opened = civil.DateOf(2026, time.March, 1).Start()

// message is the nth message of a stream: a top-up of an amount in yuan.
func message(t testing.TB, n uint64, yuan int) ledger.Arrival {
	t.Helper()
	id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, n))
	body := fmt.Appendf(nil, `{"specversion":"1.0","id":"%s","source":"/test","type":"billing.wallet.topped_up.v1",`+
		`"time":"2026-03-01T09:00:00+08:00",`+
		`"data":{"account_id":"acct-1","amount":"%d.00","currency":"CNY","channel":"online"}}`,
		id, yuan)
	event, err := events.DecodeJSON(body)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Arrival{StreamSeq: n, Received: opened.Add(civil.Seconds(int64(n))), Event: event, Body: body}
}

// instance is a log with its peers, and what was said in its diagnostics.
type instance struct {
	t     *testing.T
	log   *ledger.Log
	peers *Peers
	said  *diagnostics
}

// newInstance opens an empty log of the stream BILLING.
func newInstance(t *testing.T) *instance {
	t.Helper()
	return newInstanceOf(t, "BILLING", opened)
}

func newInstanceOf(t *testing.T, stream string, created civil.Instant) *instance {
	t.Helper()
	log, err := ledger.Open(t.TempDir(), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	if err := log.Bind(stream, created, false); err != nil {
		t.Fatal(err)
	}
	said := new(diagnostics)
	return &instance{t, log, New(log, "0.1.0", slog.New(slog.NewTextHandler(said, nil))), said}
}

// read takes messages up to the nth; at one of them, where it is not 0, something else is read than all others read.
func (i *instance) read(upTo, altered uint64) {
	i.t.Helper()
	var batch []ledger.Arrival
	for n := i.log.Position().StreamSeq + 1; n <= upTo; n++ {
		yuan := 10
		if n == altered {
			yuan = 11
		}
		batch = append(batch, message(i.t, n, yuan))
	}
	if _, err := i.log.Append(batch); err != nil {
		i.t.Fatal(err)
	}
}

// adopt makes the instance go on with the stream of the same name that was created a second later.
func (i *instance) adopt() {
	i.t.Helper()
	if err := i.log.Adopt("BILLING", opened.Add(civil.Seconds(1)), false); err != nil {
		i.t.Fatal(err)
	}
}

// announcement is what the instance has to say.
func (i *instance) announcement(name string) []byte {
	i.t.Helper()
	text, _, ok, err := i.peers.announcement(name)
	if err != nil || !ok {
		i.t.Fatalf("nothing to announce: %v", err)
	}
	return text
}

// hears lets an instance hear what another has to say, without NATS between them.
func (i *instance) hears(name string, other *instance) {
	i.t.Helper()
	i.peers.receive(other.announcement(name), time.Now())
	i.peers.compare()
}

// state is how a peer's log compares.
func (i *instance) state(name string) State {
	for _, peer := range i.peers.List() {
		if peer.Instance == name {
			return peer.State
		}
	}
	return ""
}

// start connects the instance to a server and has it announce and listen until the test ends.
func (i *instance) start(url, name string) {
	i.t.Helper()
	nc := connect(i.t, url)
	stop, err := i.peers.Start(nc, nc, name)
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(stop)
}

func startNATS(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(patience) {
		t.Fatal("NATS did not start")
	}
	return s.ClientURL()
}

func connect(t *testing.T, url string) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// await waits until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to pass: %s", what)
		}
	}
}

// diagnostics may be read while they are written.
type diagnostics struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (d *diagnostics) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.buffer.Write(p)
}

func (d *diagnostics) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.buffer.String()
}
