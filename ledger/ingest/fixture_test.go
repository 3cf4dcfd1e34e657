package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"zhangben/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// fixture is a NATS server with its stream, and a log that reads it, as they are in production but for the syncing.
type fixture struct {
	t         *testing.T
	natsDir   string
	logDir    string
	server    *server.Server
	nc        *nats.Conn
	js        jetstream.JetStream
	log       *ledger.Log
	outcomes  *LogOutcomes
	publisher *Publisher
	cancel    context.CancelFunc
	ended     chan error // what Run returned
}

// newFixture starts everything, with a stream made as o says.
func newFixture(t *testing.T, o StreamOptions) *fixture {
	t.Helper()
	s := newStreamFixture(t, o)
	s.startLog()
	return s
}

// newStreamFixture starts NATS and makes the stream; nothing reads it yet.
func newStreamFixture(t *testing.T, o StreamOptions) *fixture {
	t.Helper()
	s := &fixture{t: t, natsDir: t.TempDir(), logDir: t.TempDir()}
	s.startServer(server.RANDOM_PORT)
	t.Cleanup(s.stopServer)
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 20
	}
	s.ensure(o)
	return s
}

func (s *fixture) startServer(port int) {
	s.t.Helper()
	var err error
	s.server, err = server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: s.natsDir, NoSigs: true, NoLog: true,
	})
	s.must(err)
	s.server.Start()
	if !s.server.ReadyForConnections(patience) {
		s.t.Fatal("NATS did not start")
	}
	if s.nc == nil {
		s.nc, err = nats.Connect(s.server.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
		s.must(err)
		s.js, err = jetstream.New(s.nc)
		s.must(err)
	}
}

func (s *fixture) stopServer() {
	s.stopLog()
	s.nc.Close()
	s.server.Shutdown()
	s.server.WaitForShutdown()
}

// restartServer takes the server down and up again at the same address; meanwhile is done in between.
func (s *fixture) restartServer(meanwhile func()) {
	s.t.Helper()
	port, before := s.server.Addr().(*net.TCPAddr).Port, s.nc.Stats().Reconnects
	s.server.Shutdown()
	s.server.WaitForShutdown()
	meanwhile()
	s.startServer(port)
	for begun := time.Now(); s.nc.Stats().Reconnects == before; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > patience {
			s.t.Fatal("the client does not find the server again")
		}
	}
}

func (s *fixture) ensure(o StreamOptions) *Stream {
	s.t.Helper()
	stream, err := EnsureStream(s.ctx(), s.js, o)
	s.must(err)
	return stream
}

// startLog opens the log and starts reading.
func (s *fixture) startLog() {
	s.t.Helper()
	var err error
	s.log, err = ledger.Open(s.logDir, ledger.Options{})
	s.must(err)
	log := s.log
	s.outcomes = &LogOutcomes{Log: log, Reading: new(Reading), End: NewStreamEnd(s.js)}
	reading := s.outcomes.Reading
	s.publisher, err = NewPublisher(s.nc, s.outcomes)
	s.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	s.cancel, s.ended = cancel, ended
	go func() {
		ended <- Run(ctx, s.js, log, Options{Logger: slog.New(slog.DiscardHandler), Reading: reading})
		close(ended)
	}()
}

// stopLog stops reading and closes the log, if it is open.
func (s *fixture) stopLog() {
	if s.log == nil {
		return
	}
	s.cancel()
	<-s.ended
	s.must(s.log.Close())
	s.log = nil
}

// publish publishes events and returns their outcomes.
func (s *fixture) publish(events ...[]byte) []ledger.Outcome {
	s.t.Helper()
	outcomes, err := s.publisher.Publish(s.ctx(), events)
	s.must(err)
	return outcomes
}

// put stores one message with a plain client, and returns its stream sequence.
func (s *fixture) put(subject string, header nats.Header, body []byte) uint64 {
	s.t.Helper()
	ack, err := s.js.PublishMsg(s.ctx(), &nats.Msg{Subject: subject, Header: header, Data: body})
	s.must(err)
	return ack.Sequence
}

// outcome waits for the outcome of one message.
func (s *fixture) outcome(streamSeq uint64) ledger.Outcome {
	s.t.Helper()
	outcomes, err := s.outcomes.Outcomes(s.ctx(), Question{StreamSeqs: []uint64{streamSeq}})
	s.must(err)
	return outcomes[0]
}

// halted waits for Run to give up, and returns why.
func (s *fixture) halted() error {
	s.t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(patience):
		s.t.Fatal("the log goes on reading")
		return nil
	}
}

func (s *fixture) wantHalt(reason error) {
	s.t.Helper()
	if err := s.halted(); !errors.Is(err, reason) {
		s.t.Fatalf("halted with %v, want %v", err, reason)
	}
}

// wantLast checks the number of records in the log.
func (s *fixture) wantLast(want int) {
	s.t.Helper()
	if got := s.log.Last(); got != ledger.Seq(want) {
		s.t.Fatalf("the log has %d records, want %d", got, want)
	}
}

func (s *fixture) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.t.Cleanup(cancel)
	return ctx
}

func (s *fixture) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// topUp is a well-formed event of its own.
func topUp(account, amount string) []byte {
	return topUpWithID(uuid.Must(uuid.NewV7()), account, amount)
}

func topUpWithID(id uuid.UUID, account, amount string) []byte {
	return fmt.Appendf(nil, `{"specversion":"1.0","id":"%s","source":"/test","type":"billing.wallet.topped_up.v1",`+
		`"time":"2025-03-01T09:00:00+08:00","data":{"account_id":"%s","amount":"%s","currency":"CNY","channel":"online"}}`,
		id, account, amount)
}

// topUps makes n events.
func topUps(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = topUp(fmt.Sprintf("acct-%d", i%7), "10.00")
	}
	return all
}

// countByStatus counts outcomes by status.
func countByStatus(outcomes []ledger.Outcome) map[ledger.Status]int {
	counts := map[ledger.Status]int{}
	for _, v := range outcomes {
		counts[v.Status]++
	}
	return counts
}
