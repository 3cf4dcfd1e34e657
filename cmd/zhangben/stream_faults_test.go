package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// witness is one data folder, whose stream or log something happens to, and what publishers were told meanwhile: the
// ids that were acknowledged, which the ledger itself is never asked for.
type witness struct {
	killing
	acknowledged map[string]bool
	lines        []string // all events, as published
	rounds       int
}

func newWitness(t *testing.T) *witness {
	t.Helper()
	return &witness{
		killing:      killing{t: t, binary: buildBinary(t), dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")},
		acknowledged: map[string]bool{},
	}
}

// publish publishes a number of events, and writes down what was acknowledged: all of them.
func (w *witness) publish(nats string, many int) {
	w.t.Helper()
	var fresh []string
	for range many {
		fresh = append(fresh, topUp(uuid.Must(uuid.NewV7()).String()))
	}
	w.lines = append(w.lines, fresh...)
	w.send(nats, fresh)
}

// send publishes lines.
func (w *witness) send(nats string, lines []string) {
	w.t.Helper()
	w.rounds++
	verdicts := create(w.t, filepath.Join(w.dir, fmt.Sprintf("verdicts-%d.ndjson", w.rounds)))
	p := start(w.t, strings.NewReader(strings.Join(lines, "\n")), verdicts, w.binary, "publish", "--json", "--nats",
		"nats://"+nats)
	if code := p.exitCode(); code != 0 {
		w.t.Fatalf("publish: exit code %d\n%s", code, p.messages)
	}
	readAcknowledged(w.t, verdicts.Name(), w.acknowledged)
}

// ask wants every acknowledged event in the log, once, and as many as were published.
func (w *witness) ask() {
	w.t.Helper()
	if len(w.acknowledged) != len(w.lines) {
		w.t.Errorf("%d events acknowledged of %d", len(w.acknowledged), len(w.lines))
	}
	w.check(w.rounds, w.acknowledged)
}

// end stops a server as it should be.
func (w *witness) end(server *process) {
	w.t.Helper()
	if code := server.stop(); code != 0 {
		w.t.Errorf("exit code %d\n%s", code, server.messages)
	}
}

// halted waits until a server takes nothing in any more. It says which commands help, and serves what it has.
func (w *witness) halted(server *process, http, why string) {
	w.t.Helper()
	server.await("halted", func() bool { return strings.Contains(get(w.t, http, "/readyz"), "ingest is stopped: ") })
	for _, said := range []string{why, "zhangben stream adopt", "zhangben stream status"} {
		if ready := get(w.t, http, "/readyz"); !strings.Contains(ready, said) {
			w.t.Errorf("readiness does not say %q: %s", said, ready)
		}
	}
	if account := get(w.t, http, "/v1/accounts/acct-1"); !strings.Contains(account, `"wallet"`) {
		w.t.Errorf("reading: %s", account)
	}
}

// adopt does what the operator is told to.
func (w *witness) adopt(http string) {
	w.t.Helper()
	if p := start(w.t, nil, nil, w.binary, "stream", "adopt", "--server", "http://"+http); p.exitCode() != 0 {
		w.t.Errorf("stream adopt: %s", p.messages)
	}
}

func (w *witness) stream() string { return filepath.Join(w.data, "jetstream") }

// copyOf copies a folder elsewhere.
func copyOf(t *testing.T, folder string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return to
}

// putBack replaces a folder.
func putBack(t *testing.T, folder, by string) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(folder, os.DirFS(by)); err != nil {
		t.Fatal(err)
	}
}

func TestStreamRecreatedLosesNothingAcknowledged(t *testing.T) {
	w := newWitness(t)
	server, http, nats := w.serve()
	server.ready(http)
	w.publish(nats, 150)
	server.kill()
	if err := os.RemoveAll(w.stream()); err != nil {
		t.Fatal(err)
	}
	server, http, nats = w.serve()
	w.halted(server, http, "not the one the ledger was bound to")
	w.adopt(http)
	server.ready(http)
	w.send(nats, w.lines)
	w.publish(nats, 50)
	w.end(server)
	w.ask()
}

func TestStreamRolledBackLosesNothingAcknowledged(t *testing.T) {
	w := newWitness(t)
	server, http, nats := w.serve()
	server.ready(http)
	w.publish(nats, 100)
	w.end(server)
	early := copyOf(t, w.stream())
	server, http, nats = w.serve()
	server.ready(http)
	w.publish(nats, 100)
	server.kill()
	putBack(t, w.stream(), early)
	server, http, nats = w.serve()
	w.halted(server, http, "the stream lost messages that the log has")
	w.adopt(http)
	server.ready(http)
	w.send(nats, w.lines)
	w.publish(nats, 50)
	w.end(server)
	w.ask()
}

// A message that rotted in the stream's storage before the log had it is left out by the consumer, which says nothing.
func TestRecordSkippedByTheStreamLosesNothingAcknowledged(t *testing.T) {
	w := newWitness(t)
	server, http, nats := w.serve("--disk-floor", "9000000000000000") // takes nothing in
	server.await("serving", func() bool { return get(t, http, "/healthz") != "" })
	rotten := uuid.NewString()
	for n := range 20 {
		event := topUp(uuid.NewString())
		if n == 12 {
			event = topUp(rotten)
		}
		store(t, nats, event)
	}
	w.end(server) // killed, the stream would forget on its own what comes after, and there is nothing to be left out
	spoil(t, w.stream(), rotten)
	server, http, nats = w.serve()
	w.halted(server, http, "has no message 13")
	w.adopt(http)
	server.ready(http)
	w.publish(nats, 100)
	w.end(server)
	w.ask()
	if ids := w.countIDs(); len(ids) != 19+100 || ids[rotten] != 0 {
		t.Errorf("%d events", len(ids))
	}
}

// store puts one event into the stream, without waiting for the ledger.
func store(t *testing.T, address, event string) {
	t.Helper()
	nc, err := nats.Connect("nats://" + address)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Request("billing.events.acct-1.wallet.topped_up", []byte(event), patience); err != nil {
		t.Fatal(err)
	}
}

// spoil turns a bit of a text in the storage of a stream.
func spoil(t *testing.T, folder, text string) {
	t.Helper()
	spoilt := false
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".blk" {
			return err
		}
		content, err := os.ReadFile(path)
		if at := bytes.Index(content, []byte(text)); err == nil && at >= 0 {
			content[at] ^= 1
			spoilt, err = true, os.WriteFile(path, content, 0o600)
		}
		return err
	})
	if err != nil || !spoilt {
		t.Fatalf("the message is in no file: %v", err)
	}
}

func TestYesterdaysBackupLosesNothingAcknowledged(t *testing.T) {
	w := newWitness(t)
	file := filepath.Join(w.dir, "yesterday.db")
	server, http, nats := w.serve()
	server.ready(http)
	w.publish(nats, 100)
	if p := start(t, nil, nil, w.binary, "backup", file, "--server", "http://"+http); p.exitCode() != 0 {
		t.Fatalf("backup: %s", p.messages)
	}
	w.publish(nats, 100)
	server.kill()
	if err := os.Remove(filepath.Join(w.data, "ledger.db")); err != nil {
		t.Fatal(err)
	}
	if p := start(t, nil, nil, w.binary, "restore", file, "--data", w.data); p.exitCode() != 0 {
		t.Fatalf("restore: %s", p.messages)
	}
	server, http, nats = w.serve()
	server.ready(http)
	w.publish(nats, 50)
	w.end(server)
	w.ask()
	w.compareUndisturbed()
}

func TestTwoServersOnOneFolderLoseNothingAcknowledged(t *testing.T) {
	w := newWitness(t)
	server, http, nats := w.serve()
	server.ready(http)
	for range 3 {
		w.publish(nats, 50)
		second, _, _ := w.serve()
		if code := second.exitCode(); code != 1 || !strings.Contains(second.messages.String(), "in use by another process") {
			t.Errorf("the second server: exit code %d\n%s", code, second.messages)
		}
	}
	w.publish(nats, 50)
	w.end(server)
	w.ask()
	w.compareUndisturbed()
}

// The consumer is deleted again and again while events come in; and in the end the log is lost, so that everything is
// delivered once more, and everything is published once more.
func TestEverythingDeliveredAgainLosesNothingAcknowledged(t *testing.T) {
	w := newWitness(t)
	e := newExternal(t, buildNATS(t), "")
	e.awaitJetStream()
	server, http, _ := w.serveOn(e)
	server.ready(http)
	deleting, cancel := context.WithCancel(t.Context())
	deleted := make(chan int, 1)
	go func() { deleted <- deleteConsumers(deleting, e.url()) }()
	for range 4 {
		w.publish(e.address, 100)
	}
	cancel()
	if n := <-deleted; n == 0 {
		t.Error("no consumer was ever deleted")
	}
	w.send(e.address, w.lines)
	w.end(server)
	w.ask()

	if err := os.Remove(filepath.Join(w.data, "ledger.db")); err != nil {
		t.Fatal(err)
	}
	server, http, _ = w.serveOn(e)
	server.ready(http)
	w.send(e.address, w.lines)
	w.end(server)
	w.ask()
}

// serveOn serves with a NATS server outside.
func (w *witness) serveOn(e *external) (server *process, http, nats string) {
	http = freeAddress(w.t)
	return start(w.t, nil, nil, w.binary, "serve", "--data", w.data, "--http", http, "--nats", e.url()), http, e.address
}

// deleteConsumers deletes all consumers of the stream, over and over, and returns how many they were.
func deleteConsumers(ctx context.Context, url string) (deleted int) {
	nc, err := nats.Connect(url)
	if err != nil {
		return 0
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return 0
	}
	for ; ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		stream, err := js.Stream(ctx, "BILLING")
		if err != nil {
			continue
		}
		for name := range stream.ConsumerNames(ctx).Name() {
			if stream.DeleteConsumer(ctx, name) == nil {
				deleted++
			}
		}
	}
	return deleted
}
