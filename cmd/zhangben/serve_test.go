package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"zhangben/cmd/zhangben/build"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
)

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// serving is a server that runs within the test.
type serving struct {
	server.Endpoints
	stop func() error // ends it, and returns what serve returned
}

// startServing serves dir on free ports. change adjusts the options; it may be nil.
func startServing(t *testing.T, dir string, change func(*server.Config)) serving {
	t.Helper()
	o := server.Config{Data: dir, Sync: "always"}
	o.HTTP.Listen, o.Embedded.Listen = "127.0.0.1:0", "127.0.0.1:0"
	if change != nil {
		change(&o)
	}
	started := make(chan server.Endpoints, 1)
	o.Started = func(at server.Endpoints) { started <- at }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx, o, slog.New(slog.DiscardHandler)) }()
	stop := func() error {
		cancel()
		err := <-ended
		ended <- err
		return err
	}
	t.Cleanup(func() { _ = stop() })
	select {
	case at := <-started:
		return serving{at, stop}
	case err := <-ended:
		ended <- err
		t.Fatalf("serve: %v", err)
	case <-time.After(patience):
		t.Fatal("serve did not start")
	}
	return serving{}
}

// get reads a path of the HTTP server.
func (s serving) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	response, err := http.Get(s.HTTP + path)
	if err != nil {
		t.Fatal(err)
	}
	return bodyOf(t, response)
}

// bodyOf reads an answer to its end.
func bodyOf(t *testing.T, response *http.Response) (status int, body string) {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// post sends one event over HTTP and returns its outcome.
func (s serving) post(t *testing.T, event string) string {
	t.Helper()
	response, err := http.Post(s.HTTP+"/v1/events", "application/cloudevents+json", strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ Results []struct{ Outcome string } }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || len(answer.Results) != 1 {
		t.Fatalf("%s: %+v (%v)", response.Status, answer, err)
	}
	return answer.Results[0].Outcome
}

// runCommand runs a command line with input on stdin.
func runCommand(input string, args ...string) (stdout, stderr string, code int) {
	var out, messages bytes.Buffer
	root := newRootCommand()
	root.SetIn(strings.NewReader(input))
	root.SetOut(&out)
	root.SetErr(&messages)
	root.SetArgs(args)
	code = report(&messages, root.ExecuteContext(context.Background()))
	return out.String(), messages.String(), code
}

// topUp is a well-formed event of its own.
func topUp(account, amount string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"/test","type":"billing.wallet.topped_up.v1",`+
		`"time":"2025-03-01T09:00:00+08:00","data":{"account_id":"%s","amount":"%s","currency":"CNY","channel":"online"}}`,
		uuid.New(), account, amount)
}

func TestEventsOverHTTPAndNATSAreServedAtOnce(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	if outcome := s.post(t, topUp("acct-1", "10.00")); outcome != "appended" {
		t.Fatalf("over HTTP: %s", outcome)
	}
	if out, messages, code := runCommand(topUp("acct-1", "5.00"), "publish", "--nats", s.NATS); code != exit.Done ||
		out != "1 appended, 0 duplicate, 0 rejected\n" {
		t.Fatalf("over NATS: %d %s%s", code, out, messages)
	}
	if _, body := s.get(t, "/v1/accounts/acct-1"); !strings.Contains(body, `"wallet":"15.00"`) {
		t.Errorf("account: %s", body)
	}
	if status, body := s.get(t, "/readyz"); status != http.StatusOK {
		t.Errorf("not ready: %s", body)
	}
}

func TestRestartServesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	event := topUp("acct-1", "10.00")
	s := startServing(t, dir, nil)
	s.post(t, event)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s = startServing(t, dir, nil)
	if outcome := s.post(t, event); outcome != "duplicate" {
		t.Errorf("posted again after a restart: %s", outcome)
	}
}

func TestStoppingLetsRequestsEnd(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	posted := make(chan error)
	go func() {
		for {
			response, err := http.Post(s.HTTP+"/v1/events", "application/cloudevents+json",
				strings.NewReader(topUp("acct-1", "1.00")))
			if err != nil {
				close(posted)
				return
			}
			body, err := io.ReadAll(response.Body)
			if response.Body.Close(); err != nil || !strings.Contains(string(body), `"appended"`) {
				err = fmt.Errorf("%s: %s (%w)", response.Status, body, err)
			}
			posted <- err
		}
	}()
	for range 20 {
		if err := <-posted; err != nil {
			t.Fatal(err)
		}
	}
	begun := time.Now()
	go func() { _ = s.stop() }()
	for err := range posted {
		if err != nil {
			t.Error(err)
		}
	}
	if err := s.stop(); err != nil || time.Since(begun) > mostStopTime {
		t.Errorf("stopped after %v: %v", time.Since(begun), err)
	}
}

func TestOneFolderHasOneServer(t *testing.T) {
	dir := t.TempDir()
	startServing(t, dir, nil)
	_, messages, code := runCommand("", "serve", "--data", dir, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0")
	if code != exit.Failed || !strings.Contains(messages, ledger.ErrLocked.Error()) {
		t.Errorf("%d %s", code, messages)
	}
}

func TestServeRefusesWhatCouldDoHarm(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "any")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"HTTP for everybody", []string{"--http", "0.0.0.0:0"}, "--tokens"},
		{"HTTP on every interface", []string{"--http", ":0"}, "--tokens"},
		{"HTTP on a name", []string{"--http", "ledger.example:0"}, "--tokens"},
		{"tokens without TLS", []string{"--http", "0.0.0.0:0", "--tokens", file}, "--tls-cert"},
		{"TLS without tokens", []string{"--http", "0.0.0.0:0", "--behind-tls-proxy"}, "--tokens"},
		{"a certificate without its key", []string{"--tls-cert", file}, "tls-key"},
		{"a tokens file without tokens", []string{"--tokens", file}, "tokens"},
		{"no address", []string{"--http", "here"}, "host:port"},
		{"NATS for everybody", []string{"--nats-listen", "0.0.0.0:0"}, "--nats-auth"},
		{"NATS with users, without TLS", []string{"--nats-listen", "0.0.0.0:0", "--nats-auth", file}, "--nats-tls-cert"},
		{"NATS inside and outside", []string{"--nats", "nats://127.0.0.1:1", "--nats-listen", "127.0.0.1:0"}, "nats-listen"},
		{"no port", []string{"--nats-listen", "127.0.0.1:99999"}, "host:port"},
		{"no certificate", []string{"--nats-tls-cert", file, "--nats-tls-key", file}, "--nats-tls-cert"},
		{"no users file", []string{"--nats-auth", filepath.Join(dir, "none")}, "--nats-auth"},
		{"no way of syncing", []string{"--stream-sync", "never"}, "--stream-sync"},
		{"no size", []string{"--stream-max-bytes", "-1"}, "--stream-max-bytes"},
		{"an argument", []string{"now"}, "now"},
		{"an unknown flag", []string{"--fast"}, "--fast"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"serve", "--data", filepath.Join(dir, "data")}, test.args...)
			if !strings.Contains(strings.Join(args, " "), "--http") {
				args = append(args, "--http", "127.0.0.1:0")
			}
			if !strings.Contains(strings.Join(args, " "), "--nats") {
				args = append(args, "--nats-listen", "127.0.0.1:0")
			}
			_, messages, code := runCommand("", args...)
			if code != exit.BadUsage || !strings.Contains(messages, test.says) {
				t.Errorf("exit code %d: %s", code, messages)
			}
		})
	}
}

func TestLostStreamHaltsTheIntakeAndServesOn(t *testing.T) {
	dir := t.TempDir()
	event := topUp("acct-1", "10.00")
	s := startServing(t, dir, nil)
	s.post(t, event)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "jetstream")); err != nil {
		t.Fatal(err)
	}

	s = startServing(t, dir, nil)
	waitFor(t, "not ready", func() bool {
		status, body := s.get(t, "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "zhangben stream adopt")
	})
	if status, body := s.get(t, "/v1/accounts/acct-1"); status != http.StatusOK || !strings.Contains(body, `"10.00"`) {
		t.Errorf("reading: %d %s", status, body)
	}
	if out, messages, code := runCommand("", "stream", "status", "--server", s.HTTP); code != exit.Rejected ||
		!strings.Contains(out, "recreated") {
		t.Errorf("status: %d %s%s", code, out, messages)
	}
	if out, messages, code := runCommand("", "stream", "adopt", "--server", s.HTTP); code != exit.Done ||
		!strings.Contains(out, "fine") {
		t.Errorf("adopt: %d %s%s", code, out, messages)
	}
	if outcome := s.post(t, event); outcome != "duplicate" {
		t.Errorf("after adoption: %s", outcome)
	}
}

// waitFor waits until something holds.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never came to be: %s", what)
		}
	}
}

func TestExitCodes(t *testing.T) {
	tests := []struct {
		err  error
		code int
		says string
	}{
		{nil, exit.Done, ""},
		{errors.New("broken"), exit.Failed, "zhangben: broken\n"},
		{exit.Usagef("no such thing"), exit.BadUsage, "zhangben: no such thing\n"},
		{exit.With(exit.Rejected, nil), exit.Rejected, ""},
		{fmt.Errorf("write: %w", ledger.ErrStorage), exit.Storage, "zhangben: write: "},
		{fmt.Errorf("open: %w", ledger.ErrDamaged), exit.Storage, "zhangben: open: the ledger is damaged\n"},
	}
	for _, test := range tests {
		var w bytes.Buffer
		if code := report(&w, test.err); code != test.code || !strings.HasPrefix(w.String(), test.says) || test.says == "" &&
			w.Len() > 0 {
			t.Errorf("%v: exit code %d, %q", test.err, code, w.String())
		}
	}
}

func TestVersion(t *testing.T) {
	out, _, code := runCommand("", "version", "--json")
	var b versionView
	if err := json.Unmarshal([]byte(out), &b); err != nil || code != exit.Done || b.Version != build.Version ||
		b.Format != build.LogFormat {
		t.Errorf("%d %s (%v)", code, out, err)
	}
	if out, _, _ := runCommand("", "version"); !strings.HasPrefix(out, "zhangben "+build.Version+"\n") {
		t.Errorf("%s", out)
	}
}
