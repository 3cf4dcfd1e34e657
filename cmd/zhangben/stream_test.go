package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

func streamStatus(t *testing.T, args ...string) (s ingest.Status, code int) {
	t.Helper()
	out, messages, code := runCommand("", append([]string{"stream", "status", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatalf("%d %s%s", code, out, messages)
	}
	return s, code
}

func TestStreamStatusServedAndStopped(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.topUps(t, 3)
	served, code := streamStatus(t, "--server", s.HTTP)
	if code != exit.Done || served.Condition != ingest.Fine || served.LastSeq != 3 || served.Position != 3 ||
		served.MaxBytes == 0 {
		t.Errorf("served: %d %+v", code, served)
	}
	s.halt(t)
	stopped, code := streamStatus(t, "--data", dir)
	if code != exit.Done || stopped.Condition != ingest.Fine || stopped.Created != served.Created ||
		stopped.Position != 3 {
		t.Errorf("stopped: %d %+v", code, stopped)
	}
}

func TestStreamLostWhileNobodyServesIsAdopted(t *testing.T) {
	dir := t.TempDir()
	event := topUp("acct-1", "10.00")
	s := startServing(t, dir, nil)
	s.post(t, event)
	s.halt(t)
	if err := os.RemoveAll(filepath.Join(dir, "jetstream")); err != nil {
		t.Fatal(err)
	}
	if status, code := streamStatus(t, "--data", dir); code != exit.Rejected || status.Condition != ingest.Absent {
		t.Errorf("%d %+v", code, status)
	}
	if _, messages, code := runCommand("", "stream", "adopt", "--data", dir); code != exit.Failed ||
		!strings.Contains(messages, "serve makes one") {
		t.Errorf("adopting nothing: %d %s", code, messages)
	}
	s = startServing(t, dir, nil) // makes another stream, and halts
	waitFor(t, "halted", func() bool { status, _ := s.get(t, "/readyz"); return status == http.StatusServiceUnavailable })
	if status, body := s.tryPost(t, event); status != http.StatusServiceUnavailable {
		t.Errorf("an event for the wrong stream: %d %s", status, body)
	}
	s.halt(t)
	if status, code := streamStatus(t, "--data", dir); code != exit.Rejected || status.Condition != ingest.Recreated {
		t.Errorf("%d %+v", code, status)
	}
	if out, messages, code := runCommand("", "stream", "adopt", "--data", dir); code != exit.Done ||
		!strings.Contains(out, "epoch 1") {
		t.Errorf("adopt: %d %s%s", code, out, messages)
	}
	s = startServing(t, dir, nil)
	s.caughtUp(t)
	if outcome := s.post(t, event); outcome != "duplicate" {
		t.Errorf("after adoption: %s", outcome)
	}
}

// What a backup holds is cut off the stream; with the backup the ledger comes back whole, and without it not at all.
func TestPurgedStreamAndItsBackup(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "b.db")
	s := startServing(t, dir, nil)
	s.topUps(t, 5)
	if _, messages, code := runCommand("", "backup", file, "--server", s.HTTP); code != exit.Done {
		t.Fatalf("%d %s", code, messages)
	}
	s.topUps(t, 2)
	if out, messages, code := runCommand("", "stream", "purge", "--backup", file, "--server", s.HTTP); code != exit.Done ||
		!strings.Contains(out, "purged 5 messages, up to 5") {
		t.Fatalf("purge: %d %s%s", code, out, messages)
	}
	s.topUps(t, 1)
	s.halt(t)
	want := verifiedRoot(t, dir)
	if out, messages, code := runCommand("", "stream", "purge", "--backup", file, "--data", dir); code != exit.Done ||
		!strings.Contains(out, "purged 0") {
		t.Errorf("once more: %d %s%s", code, out, messages)
	}

	for _, name := range []string{ledger.FileName, "index.cache"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	log, err := ledger.Open(dir, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log.Close()
	if err := os.Remove(filepath.Join(dir, ledger.FileName)); err != nil {
		t.Fatal(err)
	}
	if _, messages, code := runCommand("", "restore", file, "--data", dir); code != exit.Done {
		t.Fatalf("restore: %d %s", code, messages)
	}
	s = startServing(t, dir, nil)
	s.caughtUp(t)
	s.halt(t)
	if got := verifiedRoot(t, dir); got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

func TestPurgeTakesOnlyABackupOfThisLedger(t *testing.T) {
	file := filepath.Join(t.TempDir(), "other.db")
	other := startServing(t, t.TempDir(), nil)
	other.post(t, topUp(marked, "1.00"))
	if _, _, code := runCommand("", "backup", file, "--server", other.HTTP); code != exit.Done {
		t.Fatal(code)
	}
	s := startServing(t, t.TempDir(), nil)
	s.topUps(t, 5)
	if _, messages, code := runCommand("", "stream", "purge", "--backup", file, "--server", s.HTTP); code != exit.Failed ||
		!strings.Contains(messages, "nothing was purged") {
		t.Errorf("%d %s", code, messages)
	}
	alter(t, file)
	if _, messages, code := runCommand("", "stream", "purge", "--backup", file, "--server",
		other.HTTP); code != exit.Rejected || !strings.Contains(messages, "nothing was purged") {
		t.Errorf("altered: %d %s", code, messages)
	}
	if status, _ := streamStatus(t, "--server", s.HTTP); status.FirstSeq != 1 {
		t.Errorf("%+v", status)
	}
}
