package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/buildtest"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
)

// startWitness starts a reference witness for the log with a key and returns a policy that wants its cosignature, in a
// file.
func startWitness(t *testing.T, name, logKey string) (policy string) {
	t.Helper()
	program := buildtest.Program(t, "../../ledger/witness/reference", ".")
	cmd := exec.Command(program, name, logKey)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address, key, _ := strings.Cut(strings.TrimSpace(line), " ")
	return written(t, "policy", "witness w "+key+" "+address+"\nquorum w\n")
}

// keyOf makes the key of a folder's log, whose origin is a URL.
func keyOf(t *testing.T, dir string) string {
	t.Helper()
	s := startServing(t, dir, func(o *server.Config) { o.Checkpoints.Origin = "https://ledger.example/billing" })
	_, key := s.get(t, "/v1/checkpoint/key")
	s.halt(t)
	return strings.TrimSpace(key)
}

// witnessed serves a folder with the witnesses of a policy.
func witnessed(t *testing.T, dir, policy string) serving {
	t.Helper()
	return startServing(t, dir, func(o *server.Config) { o.Checkpoints.Witnesses = policy })
}

// cosign has the newest checkpoint of a server cosigned.
func (s serving) cosign(t *testing.T) told {
	return telling(t, "checkpoint", "--cosign", "--server", s.HTTP)
}

// copied is a copy of a data folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(to, checkpoint.KeyFileName), 0o600); err != nil { // CopyFS lets others read
		t.Fatal(err)
	}
	return to
}

func TestAReceiptWithWitnesses(t *testing.T) {
	dir := t.TempDir()
	key := keyOf(t, dir)
	policy := startWitness(t, "witness.example/one", key)
	s := witnessed(t, dir, policy)
	s.topUps(t, 10)
	if got := s.cosign(t); got.code != exit.Done || !strings.Contains(got.stdout, "— witness.example/one ") {
		t.Fatalf("%d %s%s", got.code, got.stdout, got.stderr)
	}
	s.topUps(t, 5)
	if again := s.cosign(t); again.code != exit.Done || !strings.Contains(again.stdout, "\n15\n") {
		t.Fatalf("%d %s%s", again.code, again.stdout, again.stderr)
	}
	if last := done(t, "checkpoint", "--cosigned", "--server", s.HTTP); !strings.Contains(last, "\n15\n") {
		t.Error(last)
	}
	_, row := s.get(t, "/v1/events?limit=1")
	id := row[strings.Index(row, `"id":"`)+6:][:36]
	receipt := written(t, "receipt", done(t, "prove", id, "--server", s.HTTP))

	known := done(t, "verify-proof", receipt, "--key", key, "--policy", policy)
	if !strings.Contains(known, "cosigned   witness.example/one at 20") || strings.Contains(known, "not checked") {
		t.Error(known)
	}
	unknown := done(t, "verify-proof", receipt, "--key", key)
	if !strings.Contains(unknown, "not checked  1 more of keys that are not known") {
		t.Error(unknown)
	}
	other := startWitness(t, "witness.example/two", key)
	got := telling(t, "verify-proof", receipt, "--key", key, "--policy", other)
	if got.code != exit.Rejected || !strings.Contains(got.stderr, "too few witnesses have cosigned: 0 of 1") {
		t.Errorf("%d %s%s", got.code, got.stdout, got.stderr)
	}
	if _, metrics := s.get(t, "/metrics"); !strings.Contains(metrics, "zhangben_cosigned_records 15") {
		t.Error("the metric does not tell")
	}
}

// Two copies of one folder and key go on differently: the second finds no witness, and signs nothing more.
func TestAWitnessFindsTwoCopiesOfOneLedger(t *testing.T) {
	first := t.TempDir()
	key := keyOf(t, first)
	policy := startWitness(t, "witness.example/one", key)
	s := startServing(t, first, nil)
	s.topUps(t, 5)
	s.halt(t)
	second := copied(t, first)

	s = witnessed(t, first, policy)
	s.topUps(t, 5)
	if got := s.cosign(t); got.code != exit.Done {
		t.Fatal(got.stderr)
	}
	s.halt(t)

	s = startServing(t, second, nil)
	s.topUps(t, 6)
	s.halt(t)
	s = witnessed(t, second, policy)
	if got := s.cosign(t); got.code != exit.Failed ||
		!strings.Contains(got.stderr, "has seen another history of this log") {
		t.Errorf("%d %s%s", got.code, got.stdout, got.stderr)
	}
	s.topUps(t, 1)
	s.silent(t, http.StatusInternalServerError, "forked", "a witness has seen another history of this log")
}

// A ledger that lost its end, and the checkpoints it signed, signs nothing until it has grown to where the witness saw
// it.
func TestAWitnessFindsALedgerPutBack(t *testing.T) {
	dir := t.TempDir()
	key := keyOf(t, dir)
	policy := startWitness(t, "witness.example/one", key)
	s := witnessed(t, dir, policy)
	s.topUps(t, 5)
	s.halt(t)
	early := copied(t, dir)
	s = witnessed(t, dir, policy)
	s.topUps(t, 5)
	if got := s.cosign(t); got.code != exit.Done {
		t.Fatal(got.stderr)
	}
	s.halt(t)

	if err := os.RemoveAll(filepath.Join(early, "checkpoints")); err != nil {
		t.Fatal(err)
	}
	s = witnessed(t, early, policy)
	if got := s.cosign(t); got.code != exit.Failed ||
		!strings.Contains(got.stderr, "a witness has seen more of this log") {
		t.Errorf("%d %s%s", got.code, got.stdout, got.stderr)
	}
	if status, answer := s.get(t, "/readyz"); status != http.StatusServiceUnavailable ||
		!strings.Contains(answer, "10 records, and here are 5") {
		t.Errorf("readiness: %d %s", status, answer)
	}
	s.halt(t)

	for _, name := range []string{"jetstream", ledger.FileName} { // the right end is found again
		if err := os.RemoveAll(filepath.Join(early, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(early, "jetstream"), os.DirFS(filepath.Join(dir, "jetstream"))); err != nil {
		t.Fatal(err)
	}
	s = witnessed(t, early, policy)
	s.caughtUp(t)
	if got := s.cosign(t); got.code != exit.Done {
		t.Errorf("%d %s", got.code, got.stderr)
	}
}

func TestPoliciesThatServeRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no quorum":  "witness w w.example/1+d3a0e5c6+BAAAAA== http://127.0.0.1:1\n",
		"no witness": "quorum none\n",
		"nonsense":   "hello\n",
	} {
		dir := filepath.Join(t.TempDir(), "data")
		got := telling(t, "serve", "--data", dir, "--witness", written(t, "policy", text))
		if _, err := os.Stat(dir); got.code != exit.BadUsage || !strings.Contains(got.stderr, "--witness") || err == nil {
			t.Errorf("%s: %d %s", name, got.code, got.stderr)
		}
	}
}
