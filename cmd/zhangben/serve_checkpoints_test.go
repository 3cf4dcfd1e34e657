package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
)

// signedAndRestored is the folder of a server that signed a checkpoint of 100 events, and was then put back to a backup
// of 70; and what was signed. early is a copy of the stream as it was then.
func signedAndRestored(t *testing.T) (dir, early, signed string) {
	t.Helper()
	dir, early = t.TempDir(), filepath.Join(t.TempDir(), "jetstream")
	file := filepath.Join(t.TempDir(), "yesterday.db")
	s := startServing(t, dir, nil)
	s.topUps(t, 70)
	s.halt(t)
	if _, messages, code := runCommand("", "backup", file, "--data", dir); code != exit.Done {
		t.Fatalf("%d %s", code, messages)
	}
	if err := os.CopyFS(early, os.DirFS(filepath.Join(dir, "jetstream"))); err != nil {
		t.Fatal(err)
	}
	s = startServing(t, dir, nil)
	s.topUps(t, 30)
	status, signed := s.get(t, "/v1/checkpoint")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, signed)
	}
	s.halt(t)
	if err := os.Remove(filepath.Join(dir, ledger.FileName)); err != nil {
		t.Fatal(err)
	}
	if _, messages, code := runCommand("", "restore", file, "--data", dir); code != exit.Done {
		t.Fatalf("%d %s", code, messages)
	}
	return dir, early, signed
}

// silent asks that a server signs nothing, and says so on every channel.
func (s serving) silent(t *testing.T, status int, code, why string) {
	t.Helper()
	if got, answer := s.get(t, "/v1/checkpoint"); got != status || !strings.Contains(answer, `"`+code+`"`) ||
		!strings.Contains(answer, why) {
		t.Errorf("a checkpoint: %d %s", got, answer)
	}
	if got, answer := s.get(t, "/readyz"); got != http.StatusServiceUnavailable ||
		!strings.Contains(answer, "no checkpoints are signed") || !strings.Contains(answer, why) {
		t.Errorf("readiness: %d %s", got, answer)
	}
	if _, metrics := s.get(t, "/metrics"); !strings.Contains(metrics, "zhangben_checkpoints_refused 1") {
		t.Error("the metric does not tell")
	}
	if got, answer := s.get(t, "/v1/accounts/acct-1"); got != http.StatusOK {
		t.Errorf("reading: %d %s", got, answer)
	}
}

// A ledger put back to yesterday signs nothing until the stream has brought all that was signed, and then the same
// bytes.
func TestRestoredLedgerSignsOnceItAgrees(t *testing.T) {
	dir, _, signed := signedAndRestored(t)
	s := startServing(t, dir, func(o *server.Config) { o.Watch.DiskFloor = 1 << 62 }) // so that it takes in nothing
	s.silent(t, http.StatusServiceUnavailable, "not_caught_up", "it has 70 records, and was signed with 100")
	s.halt(t)

	s = startServing(t, dir, nil)
	s.caughtUp(t)
	if status, again := s.get(t, "/v1/checkpoint"); status != http.StatusOK || again != signed {
		t.Errorf("%d\n%s\nwas\n%s", status, again, signed)
	}
	s.topUps(t, 1)
	if status, more := s.get(t, "/v1/checkpoint"); status != http.StatusOK || !strings.Contains(more, "\n101\n") {
		t.Errorf("%d %s", status, more)
	}
}

// One that the stream fills with other events is never signed again, and says why.
func TestRestoredLedgerFilledOtherwiseSignsNothing(t *testing.T) {
	dir, early, _ := signedAndRestored(t)
	stream := filepath.Join(dir, "jetstream")
	if err := os.RemoveAll(stream); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(stream, os.DirFS(early)); err != nil {
		t.Fatal(err)
	}
	s := startServing(t, dir, nil)
	s.silent(t, http.StatusServiceUnavailable, "not_caught_up", "it has 70 records, and was signed with 100")
	s.topUps(t, 40)
	waitFor(t, "compared",
		func() bool { _, answer := s.get(t, "/readyz"); return strings.Contains(answer, "contradicts") })
	s.silent(t, http.StatusInternalServerError, "forked", "its first 100 records are not those that were signed")
	s.halt(t)

	s = startServing(t, dir, nil)
	s.silent(t, http.StatusInternalServerError, "forked", "its first 100 records are not those that were signed")
	if _, messages, code := runCommand("", "checkpoint", "--server", s.HTTP); code != exit.Failed ||
		!strings.Contains(messages, "contradicts") {
		t.Errorf("%d %s", code, messages)
	}
}
