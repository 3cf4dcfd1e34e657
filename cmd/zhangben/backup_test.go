package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
)

// verifiedRoot is the root of a folder's log, which must verify.
func verifiedRoot(t *testing.T, dir string) string {
	t.Helper()
	report, err := ledger.Verify(t.Context(), dir)
	if err != nil || !report.OK() {
		t.Fatalf("%v %v", report.Problems, err)
	}
	return fmt.Sprint(report.Root, report.Records, report.Rejected, report.Duplicates)
}

// halt stops a server.
func (s serving) halt(t *testing.T) {
	t.Helper()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
}

// caughtUp waits until the server takes events.
func (s serving) caughtUp(t *testing.T) {
	t.Helper()
	waitFor(t, "ready", func() bool { status, _ := s.get(t, "/readyz"); return status == http.StatusOK })
}

// topUps posts n events to one account.
func (s serving) topUps(t *testing.T, n int) {
	t.Helper()
	for range n {
		if outcome := s.post(t, topUp("acct-1", "1.00")); outcome != "appended" {
			t.Fatal(outcome)
		}
	}
}

// Yesterday's backup and the stream are all that is left: nothing is lost, and the log is the same to the last hash.
func TestLedgerLostAndRestoredFromYesterday(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "yesterday.db")
	s := startServing(t, dir, nil)
	s.topUps(t, 70)
	if out, messages, code := runCommand("", "backup", file, "--server", s.HTTP); code != exit.Done ||
		!strings.Contains(out, "backed up 70 records") {
		t.Fatalf("backup: %d %s%s", code, out, messages)
	}
	s.topUps(t, 30)
	if outcome := s.post(t, strings.Replace(topUp("acct-1", "1.00"), `"CNY"`, `"USD"`, 1)); outcome != "rejected" {
		t.Fatal(outcome)
	}
	s.halt(t)
	undisturbed := verifiedRoot(t, dir)

	if err := os.Remove(filepath.Join(dir, ledger.FileName)); err != nil {
		t.Fatal(err)
	}
	if out, messages, code := runCommand("", "restore", file, "--data", dir); code != exit.Done ||
		!strings.Contains(out, "restored 70 records") {
		t.Fatalf("restore: %d %s%s", code, out, messages)
	}
	s = startServing(t, dir, nil)
	s.caughtUp(t)
	if _, body := s.get(t, "/v1/accounts/acct-1"); !strings.Contains(body, `"wallet":"100.00"`) {
		t.Errorf("account: %s", body)
	}
	s.halt(t)
	if restored := verifiedRoot(t, dir); restored != undisturbed {
		t.Errorf("restored %s, undisturbed %s", restored, undisturbed)
	}
}

// A server that sends no ledger, and has no end, is heard no longer than it takes to see that.
func TestBackupThatHasNoEndIsRefused(t *testing.T) {
	var sent atomic.Int64
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for block := make([]byte, 1<<20); sent.Load() < 256<<20; sent.Add(int64(len(block))) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	dir := t.TempDir()
	out, messages, code := runCommand("", "backup", filepath.Join(dir, "b.db"), "--server", endless.URL)
	if code == exit.Done || sent.Load() > 64<<20 {
		t.Errorf("exit code %d after %d bytes: %s%s", code, sent.Load(), out, messages)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
}

// Interrupting the command ends it, however slow the server is.
func TestBackupIsInterruptible(t *testing.T) {
	begun, ctx, cancel := make(chan struct{}), t.Context(), context.CancelFunc(nil)
	ctx, cancel = context.WithCancel(ctx)
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_ = http.NewResponseController(w).Flush()
		close(begun)
		<-r.Context().Done()
	}))
	defer silent.Close()
	go func() { <-begun; cancel() }()
	cmd := newBackupCommand()
	cmd.SetContext(ctx)
	var from readFlags
	from.Server = silent.URL
	if _, err := takeBackup(cmd, &from, filepath.Join(t.TempDir(), "b.db")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestBackupStraightFromTheFolder(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.topUps(t, 3)
	file := filepath.Join(t.TempDir(), "b.db")
	if _, messages, code := runCommand("", "backup", file, "--data", dir); code != exit.Failed ||
		!strings.Contains(messages, "--server") {
		t.Errorf("while it is served: %d %s", code, messages)
	}
	s.halt(t)
	out, messages, code := runCommand("", "backup", file, "--data", dir, "--json")
	var held struct {
		Records   int    `json:"records"`
		StreamSeq int    `json:"stream_seq"`
		Root      string `json:"root"`
	}
	if err := json.Unmarshal([]byte(out), &held); err != nil || code != exit.Done || held.Records != 3 ||
		held.StreamSeq != 3 || held.Root == "" {
		t.Errorf("%d %s%s", code, out, messages)
	}
	if _, _, code := runCommand("", "backup", file, "--data", dir); code != exit.Failed {
		t.Errorf("over another backup: %d", code)
	}
	if _, _, code := runCommand("", "restore", file, "--data", dir); code != exit.Failed {
		t.Errorf("over a ledger: %d", code)
	}
	if out, _, code := runCommand("", "verify", "--data", dir, "--repair"); code != exit.Done {
		t.Errorf("repair of a sound ledger: %d %s", code, out)
	}
}

func TestAlteredBackupIsNotRestored(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.post(t, topUp(marked, "1.00"))
	s.halt(t)
	file := filepath.Join(t.TempDir(), "b.db")
	if _, _, code := runCommand("", "backup", file, "--data", dir); code != exit.Done {
		t.Fatal(code)
	}
	alter(t, file)
	into := filepath.Join(t.TempDir(), "new")
	if _, messages, code := runCommand("", "restore", file, "--data", into); code != exit.Rejected ||
		!strings.Contains(messages, "damaged") {
		t.Errorf("%d %s", code, messages)
	}
	if _, err := os.Stat(filepath.Join(into, ledger.FileName)); err == nil {
		t.Error("there is a ledger")
	}
}

// marked is an account that no other event names, so that alter finds the record.
const marked, altered = "acct-marked", "acct-morked"

// alter changes the record of the marked account in a log.
func alter(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), marked) {
		t.Fatalf("%s has no %s", file, marked)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(content), marked, altered)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBackupTakesAnAdministratorsToken(t *testing.T) {
	dir := t.TempDir()
	tokens := filepath.Join(t.TempDir(), "tokens")
	reader, boss := strings.Repeat("r", 32), strings.Repeat("a", 32)
	if err := os.WriteFile(tokens, []byte("read "+reader+"\nadmin "+boss+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServing(t, dir, func(o *server.Config) { o.HTTP.Tokens = tokens })
	file := filepath.Join(t.TempDir(), "b.db")
	if _, _, code := runCommand("", "backup", file, "--server", s.HTTP, "--token", reader); code == exit.Done {
		t.Error("a reader has a copy")
	}
	if _, messages, code := runCommand("", "backup", file, "--server", s.HTTP, "--token", boss); code != exit.Done {
		t.Errorf("%d %s", code, messages)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".backup-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
