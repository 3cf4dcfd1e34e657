package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/doctor"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
	"zhangben/projections/api"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestNearlyFullDiskTakesNoEventsAndSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, func(o *server.Config) { o.Watch.DiskFloor = 1 << 62 })
	response, err := http.Post(s.HTTP+"/v1/events", "application/cloudevents+json",
		strings.NewReader(topUp("acct-1", "1.00")))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var problem api.Problem
	if err := json.NewDecoder(response.Body).Decode(&problem); err != nil ||
		response.StatusCode != http.StatusServiceUnavailable ||
		problem.Code != "paused" || !strings.Contains(problem.Detail, "make room there") {
		t.Errorf("%s %+v %v", response.Status, problem, err)
	}
	if status, body := s.get(t, "/readyz"); status != http.StatusServiceUnavailable ||
		!strings.Contains(body, "make room there") {
		t.Errorf("%d %s", status, body)
	}
	if _, messages, code := runCommand("", "backup", filepath.Join(t.TempDir(), "b"), "--server",
		s.HTTP); code != exit.Failed || !strings.Contains(messages, "enough room") {
		t.Errorf("backup: %d %s", code, messages)
	}

	// What came through NATS all the same waits in the stream, and is taken in when there is room.
	nc := connect(t, s.NATS)
	event := topUp("acct-1", "2.00")
	if msg, err := nc.Request("billing.events.acct-1.wallet.topped_up", []byte(event), patience); err != nil ||
		!strings.Contains(string(msg.Data), `"seq":1`) {
		t.Fatalf("%v %v", msg, err)
	}
	s.halt(t)
	if root := verifiedRoot(t, dir); !strings.Contains(root, " 0 0") && !strings.HasSuffix(root, "0 0 0") {
		t.Errorf("written all the same: %s", root)
	}
	s = startServing(t, dir, nil)
	s.caughtUp(t)
	if outcome := s.post(t, event); outcome != "duplicate" {
		t.Error(outcome)
	}
}

// Rot beneath a running server is found, said on every channel, and takes nothing away from reading.
func TestScrubTellsOfRot(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.post(t, topUp(marked, "1.00"))
	s.topUps(t, 70)
	s.halt(t)
	alter(t, filepath.Join(dir, ledger.FileName))
	s = startServing(t, dir, func(o *server.Config) { o.Watch.ScrubRate = server.DefaultScrubRate })
	waitFor(t, "found", func() bool {
		status, body := s.get(t, "/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "restore a backup")
	})
	if _, body := s.get(t, "/metrics"); !strings.Contains(body, "zhangben_scrub_damage 1") {
		t.Error("the metric does not tell")
	}
	s.halt(t)
	if out, messages, code := runCommand("", "verify", "--data", dir); code != exit.Rejected ||
		!strings.Contains(out, "chunk") {
		t.Errorf("verify: %d %s%s", code, out, messages)
	}
	before, _ := os.ReadFile(filepath.Join(dir, ledger.FileName))
	if _, messages, code := runCommand("", "verify", "--repair", "--data", dir); code != exit.Rejected ||
		!strings.Contains(messages, "restore a backup") {
		t.Errorf("repair: %d %s", code, messages)
	}
	if after, _ := os.ReadFile(filepath.Join(dir, ledger.FileName)); string(after) != string(before) {
		t.Error("repair changed the file")
	}
}

func TestExceptionsAndExport(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	for range 3 {
		unknown := strings.Replace(strings.Replace(topUp("acct-1", "1.00"), "wallet.topped_up", "contract.paid", 1),
			`"amount"`, `"contract_id":"HT-1","amount"`, 1)
		if outcome := s.post(t, unknown); outcome != "appended" {
			t.Fatal(outcome)
		}
		s.post(t, strings.Replace(topUp("acct-1", "1.00"), `"CNY"`, `"USD"`, 1))
	}
	out, messages, code := runCommand("", "exceptions", "--server", s.HTTP, "--json")
	var all struct{ Exceptions []json.RawMessage }
	if err := json.Unmarshal([]byte(out), &all); err != nil || code != exit.Done || len(all.Exceptions) != 3 {
		t.Fatalf("%d %s%s", code, out, messages)
	}
	var paged []json.RawMessage
	for arguments := []string{"exceptions", "--server", s.HTTP, "--json", "--limit", "1"}; ; {
		out, _, _ := runCommand("", arguments...)
		var page struct {
			Exceptions []json.RawMessage
			Next       *string
		}
		if err := json.Unmarshal([]byte(out), &page); err != nil {
			t.Fatal(err)
		}
		paged = append(paged, page.Exceptions...)
		if page.Next == nil {
			break
		}
		arguments = append(arguments[:6], "--after", *page.Next)
	}
	if one, other := toJSON(t, paged), toJSON(t, all.Exceptions); one != other {
		t.Errorf("page by page %s, at once %s", one, other)
	}
	if status, _ := s.get(t, "/v1/exceptions?after=nowhere"); status != http.StatusBadRequest {
		t.Errorf("a cursor that is none: %d", status)
	}
	if _, body := s.get(t, "/v1/exceptions?known_at=0"); !strings.Contains(body, `"exceptions":[]`) {
		t.Errorf("before anything was known: %s", body)
	}

	file := filepath.Join(t.TempDir(), "refused.ndjson")
	if _, messages, code := runCommand("", "rejected", "export", "--server", s.HTTP, "--out", file); code != exit.Done {
		t.Fatalf("%d %s", code, messages)
	}
	text, err := os.ReadFile(file)
	if lines := strings.Count(string(text), "\n"); err != nil || lines != 3 ||
		strings.Count(string(text), `\"currency\":\"USD\"`) != 3 {
		t.Errorf("%s %v", text, err)
	}
}

func toJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDoctorFindsWhatToDo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := startServing(t, dir, nil)
	s.topUps(t, 3)
	s.halt(t)
	if out, messages, code := runCommand("", "backup", filepath.Join(t.TempDir(), "b"), "--data", dir); code != exit.Done {
		t.Fatalf("%d %s%s", code, out, messages)
	}
	if out, messages, code := runCommand("", "doctor", "--data", dir, "--disk-floor", "0"); code != exit.Done {
		t.Fatalf("healthy: %d %s%s", code, out, messages)
	}
	s = startServing(t, dir, nil)
	s.post(t, strings.Replace(topUp("acct-1", "1.00"), `"CNY"`, `"USD"`, 1))
	if out, _, code := runCommand("", "doctor", "--server", s.HTTP); code != exit.Rejected ||
		!strings.Contains(out, "rejected list") || !strings.Contains(out, "is ready") {
		t.Errorf("running: %d %s", code, out)
	}
	s.halt(t)
	tokens := filepath.Join(t.TempDir(), "tokens")
	if err := errors.Join(os.WriteFile(tokens, nil, 0o644), os.Chmod(dir, 0o755),
		os.Remove(filepath.Join(dir, "backup.json")),
		os.RemoveAll(filepath.Join(dir, "jetstream"))); err != nil {
		t.Fatal(err)
	}
	out, messages, code := runCommand("", "doctor", "--data", dir, "--json", "--tokens", tokens, "--disk-floor",
		"1152921504606846976")
	var found doctor.Findings
	if err := json.Unmarshal([]byte(out), &found); err != nil || code != exit.Rejected || found.OK {
		t.Fatalf("%d %s%s", code, out, messages)
	}
	wanted := map[string]int{"permissions": 2, "disk": 1, "backup": 1, "stream": 1, "rejected": 1}
	for _, x := range found.List {
		if !x.OK {
			wanted[x.Check]--
			if x.Do == "" {
				t.Errorf("%s: nothing to do", x.Check)
			}
		}
	}
	for check, left := range wanted {
		if left != 0 {
			t.Errorf("%s: %d too few: %s", check, left, out)
		}
	}
	if out, _, code := runCommand("", "doctor", "--data", t.TempDir()); code != exit.Failed {
		t.Errorf("a folder without a ledger: %d %s", code, out)
	}
}
