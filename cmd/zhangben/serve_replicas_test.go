package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	natsd "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
)

// startStreamServer starts a NATS server with JetStream that several instances share.
func startStreamServer(t *testing.T) (url string) {
	t.Helper()
	s, err := natsd.NewServer(&natsd.Options{
		Host: "127.0.0.1", Port: natsd.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoSigs: true,
		NoLog: true,
	})
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

// startReplica serves dir as one of several instances on a NATS server.
func startReplica(t *testing.T, dir, url string) serving {
	t.Helper()
	return startServing(t, dir, func(o *server.Config) { o.Outside.URL = url })
}

// knows waits until an instance says of each other one that it is in a state.
func (s serving) knows(t *testing.T, others int, state replica.State) ingest.Status {
	t.Helper()
	var status ingest.Status
	waitFor(t, string(state), func() bool {
		status, _ = streamStatus(t, "--server", s.HTTP)
		for _, peer := range status.Replicas {
			if peer.State != state {
				return false
			}
		}
		return len(status.Replicas) == others
	})
	return status
}

func TestReplicasOfOneStreamAgreeAndAnyMayBeAsked(t *testing.T) {
	url := startStreamServer(t)
	dirs := []string{t.TempDir(), t.TempDir()}
	a, b := startReplica(t, dirs[0], url), startReplica(t, dirs[1], url)
	a.topUps(t, 100)
	event := topUp(marked, "10.00")
	if outcome := a.post(t, event); outcome != "appended" {
		t.Fatal(outcome)
	}
	if outcome := b.post(t, event); outcome != "duplicate" { // b had it from the stream before it answered
		t.Error(outcome)
	}
	a.knows(t, 1, replica.Agrees)
	b.knows(t, 1, replica.Agrees)
	if _, figures := b.get(t, "/v1/accounts/"+marked); !strings.Contains(figures, `"wallet":"10.00"`) {
		t.Error(figures)
	}
	if _, metrics := a.get(t, "/metrics"); !strings.Contains(metrics, "zhangben_replicas 1\n") ||
		!strings.Contains(metrics, "zhangben_replicas_differing 0\n") {
		t.Error("the metrics do not tell of the other instance")
	}
	if out, _, _ := runCommand("", "doctor", "--server", a.HTTP); !strings.Contains(out, "ok  replica") ||
		!strings.Contains(out, ": agrees, has read up to") {
		t.Error(out)
	}
	if out, _, code := runCommand("", "stream", "status", "--server", a.HTTP); code != exit.Done ||
		!strings.Contains(out, ": agrees, has read up to") {
		t.Error(out)
	}
	a.halt(t)
	b.halt(t)
	if one, other := verifiedRoot(t, dirs[0]), verifiedRoot(t, dirs[1]); one != other {
		t.Errorf("root %s and %s", one, other)
	}
}

// plant makes a folder whose log is that of another, but for one record.
func plant(t *testing.T, from string, altered ledger.Seq) (dir string) {
	t.Helper()
	right, err := ledger.Open(from, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer right.Close()
	dir = t.TempDir()
	wrong, err := ledger.Open(dir, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer wrong.Close()
	at := right.Position()
	if err := wrong.Bind(at.Stream, at.Created, false); err != nil {
		t.Fatal(err)
	}
	err = right.Scan(0, func(r ledger.Record) error {
		event, err := r.Event()
		if err != nil {
			return err
		}
		origin, err := r.Origin()
		if err != nil {
			return err
		}
		if r.Seq == altered {
			event.Time = event.Time.Add(civil.Seconds(1))
		}
		_, err = wrong.Append([]ledger.Arrival{{StreamSeq: r.StreamSeq, Received: r.Recorded, Origin: origin, Event: event}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Neither instance knows which is right: both take nothing in any more and sign nothing, and both say which message it
// is.
func TestReplicaWhoseLogDiffersInOneRecordStopsBothLoudly(t *testing.T) {
	url, dir := startStreamServer(t), t.TempDir()
	a := startReplica(t, dir, url)
	a.topUps(t, 150)
	a.halt(t)
	planted := plant(t, dir, 97)
	a = startReplica(t, dir, url)
	a.caughtUp(t)
	b := startReplica(t, planted, url)
	for name, s := range map[string]serving{"the right one": a, "the wrong one": b} {
		status := s.knows(t, 1, replica.Differs)
		waitFor(t, name+" names the message", func() bool {
			code, body := s.get(t, "/readyz")
			return code == http.StatusServiceUnavailable &&
				strings.Contains(body, "the first message that they took differently is 97,") &&
				strings.Contains(body, "zhangben verify")
		})
		if status.Condition != ingest.Differs || status.Remedy == "" {
			t.Errorf("%s: %+v", name, status)
		}
		if code, body := s.get(t, "/v1/checkpoint"); code != http.StatusServiceUnavailable ||
			!strings.Contains(body, `"differs"`) {
			t.Errorf("%s signs: %d %s", name, code, body)
		}
		if code, _ := s.get(t, "/v1/accounts/acct-1"); code != http.StatusOK {
			t.Errorf("%s can no longer be read: %d", name, code)
		}
		if code, body := s.tryPost(t, topUp("acct-1", "1.00")); code != http.StatusServiceUnavailable ||
			!strings.Contains(body, "paused") {
			t.Errorf("%s takes events: %d %s", name, code, body)
		}
		if _, metrics := s.get(t, "/metrics"); !strings.Contains(metrics, "zhangben_replicas_differing 1\n") {
			t.Errorf("%s: the metric does not tell", name)
		}
		if out, _, code := runCommand("", "doctor", "--server", s.HTTP); code != exit.Rejected ||
			!strings.Contains(out, "!!  replica") {
			t.Errorf("%s: doctor says %s", name, out)
		}
		if _, code := streamStatus(t, "--server", s.HTTP); code != exit.Rejected {
			t.Errorf("%s: stream status exits with %d", name, code)
		}
	}
	storeInStream(t, url, topUp("acct-1", "1.00"))
	time.Sleep(300 * time.Millisecond) // a hundred times what taking it in needs
	for name, s := range map[string]serving{"the right one": a, "the wrong one": b} {
		if status, _ := streamStatus(t, "--server", s.HTTP); status.Position != 150 {
			t.Errorf("%s went on to message %d", name, status.Position)
		}
		s.halt(t)
	}

	if err := os.Remove(filepath.Join(planted, ledger.FileName)); err != nil { // the wrong one reads the stream again
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(planted, "checkpoints")); err != nil {
		t.Fatal(err)
	}
	a, b = startReplica(t, dir, url), startReplica(t, planted, url)
	b.caughtUp(t)
	a.knows(t, 1, replica.Agrees)
	if outcome := b.post(t, topUp("acct-1", "1.00")); outcome != "appended" {
		t.Error(outcome)
	}
}

// A publisher cannot pose as an instance whose log differs, neither itself nor by having answers sent to where
// instances announce; an administrator could.
func TestPublisherCannotAnnounce(t *testing.T) {
	users := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(users, []byte("anybody let-me-in-too publisher\nroot let-me-in-please admin\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	s := startServing(t, t.TempDir(), func(o *server.Config) { o.Embedded.Users = users })
	s.topUps(t, 3)
	status, _ := streamStatus(t, "--server", s.HTTP)
	forged := fmt.Appendf(nil,
		`{"form":1,"version":"0.1.0","instance":"elsewhere:1","run":"%s","stream":"BILLING","created":"%s",`+
			`"epoch":0,"position":3,"stream_seq":3,"seq":3,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}`,
		uuid.New(), status.Bound)
	announce := func(user, password string) {
		nc, err := nats.Connect(s.NATS, nats.UserInfo(user, password))
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		answered := nats.Msg{Subject: "billing.events.acct-1.wallet.topped_up", Reply: replica.Subject, Data: forged}
		if err := errors.Join(nc.Publish(replica.Subject, forged), nc.PublishMsg(&answered), nc.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	announce("anybody", "let-me-in-too")
	waitFor(t, "the answer was heard and ignored", func() bool {
		_, metrics := s.get(t, "/metrics")
		return strings.Contains(metrics, "zhangben_replicas_ignored_total 1\n")
	})
	if status, _ := streamStatus(t, "--server", s.HTTP); status.Condition != ingest.Fine || len(status.Replicas) != 0 {
		t.Errorf("a publisher was listened to: %+v", status)
	}
	announce("root", "let-me-in-please")
	s.knows(t, 1, replica.Differs)
}

// A purge waits for the instance that has yet to read what would go.
func TestPurgeWaitsForInstancesThatAreBehind(t *testing.T) {
	url, dir, behind := startStreamServer(t), t.TempDir(), t.TempDir()
	a := startReplica(t, dir, url)
	a.topUps(t, 5)
	// whose disk is full
	b := startServing(t, behind, func(o *server.Config) { o.Outside.URL, o.Watch.DiskFloor = url, 1<<62 })
	a.knows(t, 1, replica.Agrees)
	file := filepath.Join(t.TempDir(), "b.db")
	if _, messages, code := runCommand("", "backup", file, "--server", a.HTTP); code != exit.Done {
		t.Fatal(messages)
	}
	purge := func() (out, messages string, code int) {
		return runCommand("", "stream", "purge", "--backup", file, "--server", a.HTTP)
	}
	if out, messages, code := purge(); code == exit.Done || !strings.Contains(messages, "yet to read") {
		t.Errorf("purged: %d %s%s", code, out, messages)
	}
	b.halt(t)
	startServing(t, behind, func(o *server.Config) {
		o.Outside.URL, o.HTTP.Listen = url,
			strings.TrimPrefix(b.HTTP, "http://")
	})
	waitFor(t, "b has read all", func() bool { return a.knows(t, 1, replica.Agrees).Replicas[0].Position == 5 })
	if out, messages, code := purge(); code != exit.Done || !strings.Contains(out, "purged 5 messages") {
		t.Errorf("not purged: %d %s%s", code, out, messages)
	}
}

// storeInStream puts an event into the stream, whether or not anybody reads it.
func storeInStream(t *testing.T, url, event string) {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "billing.events.acct-1.wallet.topped_up", []byte(event)); err != nil {
		t.Fatal(err)
	}
}

// tryPost posts an event and returns the answer, whatever it is.
func (s serving) tryPost(t *testing.T, event string) (status int, body string) {
	t.Helper()
	response, err := http.Post(s.HTTP+"/v1/events", "application/cloudevents+json", strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	return bodyOf(t, response)
}
