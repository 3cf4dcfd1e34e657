package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
)

// heard is the next refusal that a subscription hears.
func (s *fixture) heard(sub *nats.Subscription) (subject string, r Refusal) {
	s.t.Helper()
	msg, err := sub.NextMsg(patience)
	s.must(err)
	s.must(json.Unmarshal(msg.Data, &r))
	return msg.Subject, r
}

func TestRefusalsArePublished(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	sub, err := s.nc.SubscribeSync("billing.rejected.>")
	s.must(err)
	s.must(s.nc.Flush())
	id := uuid.New()
	const subject = "billing.events.acct-1.wallet.topped_up"
	for _, c := range []struct {
		subject string
		body    []byte
		want    string
	}{
		{subject, topUpWithID(id, "acct-1", "10.00"), ""},
		{subject, topUpWithID(id, "acct-1", "11.00"), "billing.rejected.acct-1"},
		{subject, topUpWithID(id, "acct-1", "10.00"), ""},
		{subject, topUp("acct-2", "10.00"), "billing.rejected.acct-1"},
		{"billing.posted.acct-3.wallet.topped_up", topUp("acct-3", "-1"), "billing.rejected.acct-3"},
		{"billing.events.acct-4.nothing", topUp("acct-4", "1.00"), "billing.rejected.acct-4"},
		{"billing.events.-.wallet.topped_up", []byte("hello"), "billing.rejected.all"},
		{unreadable, nil, "billing.rejected.all"},
	} {
		outcome := s.outcome(s.put(c.subject, nil, c.body))
		if c.want == "" {
			continue
		}
		got, r := s.heard(sub)
		want := Refusal{outcome.StreamSeq, outcome.StreamSeq, outcome.ID, outcome.Code, outcome.Pointer, outcome.Message}
		if got != c.want || r != want || r.Code == "" {
			t.Errorf("%s: heard %+v at %s, want %+v at %s", c.body, r, got, want, c.want)
		}
	}
	if msg, err := sub.NextMsg(50 * time.Millisecond); err == nil {
		t.Errorf("heard too: %s", msg.Data)
	}
}

// The id is the one under which the message is kept, also after a stream was adopted.
func TestRefusalsNameTheRejection(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	s.stopLog()
	s.must(s.js.DeleteStream(s.ctx(), events.StreamName))
	stream := s.ensure(StreamOptions{MaxBytes: 64 << 20})
	log, err := ledger.Open(s.logDir, ledger.Options{})
	s.must(err)
	s.must(Adopt(log, stream))
	s.must(log.Close())
	sub, err := s.nc.SubscribeSync("billing.rejected.all")
	s.must(err)
	s.startLog()
	s.put(unreadable, nil, []byte("hello"))
	_, r := s.heard(sub)
	kept, err := s.log.RejectedAt(r.RejectionID)
	s.must(err)
	if r.RejectionID == r.StreamSeq || string(kept.Body) != "hello" {
		t.Errorf("heard %+v, kept %+v", r, kept)
	}
}

// A flood of refusals is heard, and does not hold up what comes with it.
func TestAFloodOfRefusals(t *testing.T) {
	const n = 10_000
	s := newStreamFixture(t, StreamOptions{})
	sub, err := s.nc.SubscribeSync("billing.rejected.*")
	s.must(err)
	bodies := make([][]byte, 0, 2*n)
	for _, good := range topUps(n) {
		bodies = append(bodies, good, []byte(strings.Replace(string(good), `"CNY"`, `"USD"`, 1)))
	}
	publisher, err := NewPublisher(s.nc, nil)
	s.must(err)
	_, err = publisher.Store(s.ctx(), bodies)
	s.must(err)
	begun := time.Now()
	s.startLog()
	s.outcome(2 * n)
	t.Logf("%d good events and %d refused ones are in the log after %v", n, n, time.Since(begun))
	s.wantLast(n)
	for range n {
		s.heard(sub)
	}
}

// hangingProxy passes a connection on until it is told to take nothing more.
func hangingProxy(t *testing.T, address string) (url string, hang func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hung, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		client, err := listener.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		defer server.Close()
		go func() { _, _ = io.Copy(client, server) }()
		buffer := make([]byte, 4096)
		for {
			select {
			case <-hung:
				<-t.Context().Done()
				return
			default:
			}
			n, err := client.Read(buffer)
			if err != nil {
				return
			}
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { listener.Close(); <-ended })
	return "nats://" + listener.Addr().String(), func() { close(hung) }
}

// Refusals wait for no connection: those that it does not take are left out, and the diagnostics say how many.
func TestRefusalsWaitForNoConnection(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	url, hang := hangingProxy(t, s.server.Addr().String())
	nc, err := nats.Connect(url, nats.NoReconnect(), nats.FlusherTimeout(time.Second))
	s.must(err)
	defer nc.Close()
	told := make(lines, 10)
	r := newRefusals(nc, slog.New(slog.NewTextHandler(told, nil)))
	hang()
	const n, batch = 400_000, 5_000
	arrivals, outcomes := make([]ledger.Arrival, batch), make([]ledger.Outcome, batch)
	for i := range outcomes {
		arrivals[i].Subject = "billing.events.acct-1.wallet.topped_up"
		outcomes[i] = ledger.Outcome{Status: ledger.Refused, Code: events.CodeInvalid, Message: strings.Repeat("x", 100)}
	}
	begun := time.Now()
	for range n / batch {
		r.add(0, arrivals, outcomes)
	}
	r.stop()
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("%d refusals held the log up for %v", n, took)
	}
	rejected, unsent := 0, 0
	for rejected < n {
		line := <-told
		var more, left int
		_, counts, _ := strings.Cut(line, " rejected=")
		if _, err := fmt.Sscanf(counts, "%d codes.invalid=%d unsent=%d", &more, new(int), &left); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		rejected, unsent = rejected+more, unsent+left
	}
	if rejected != n || unsent == 0 {
		t.Errorf("%d were rejected and %d of them not sent", rejected, unsent)
	}
}

// lines passes on what is written, line by line.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}
