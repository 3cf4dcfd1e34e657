package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
)

func TestPublishTellsWhatBecameOfEachEvent(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	good := topUp("acct-1", "10.00")
	input := strings.Join([]string{good, "", topUp("acct-1", "-1.00"), "garbage", good}, "\n")

	out, _, code := runCommand(input, "publish", "--json", "--nats", s.NATS, "-")
	if code != exit.Rejected {
		t.Errorf("exit code %d", code)
	}
	want := []string{"appended", "rejected", "rejected", "duplicate"}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines:\n%s", len(lines), out)
	}
	for i, line := range lines {
		var v struct{ Outcome string }
		if err := json.Unmarshal([]byte(line), &v); err != nil || string(v.Outcome) != want[i] {
			t.Errorf("line %d: %s", i+1, line)
		}
	}
}

func TestPublishSumsUpAndPointsAtRefusals(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	file := filepath.Join(t.TempDir(), "events.ndjson")
	text := topUp("acct-1", "10.00") + "\r\n\r\n" + topUp("acct-1", "-1.00") + "\r\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, messages, code := runCommand("", "publish", "--nats", s.NATS, file)
	if code != exit.Rejected || out != "1 appended, 0 duplicate, 1 rejected\n" ||
		!strings.HasPrefix(messages, "line 3: invalid at /data/amount: ") {
		t.Errorf("exit code %d\n%s%s", code, out, messages)
	}
}

// A dry run says what the events themselves tell, and needs no server.
func TestPublishDryRun(t *testing.T) {
	good := topUp("acct-1", "10.00")
	conflicting := strings.Replace(good, `"10.00"`, `"11.00"`, 1)
	input := strings.Join([]string{good, "", topUp("acct-1", "-1.00"), "garbage", good, conflicting,
		topUp("acct-2", "1.00")}, "\n")
	out, messages, code := runCommand(input, "publish", "--dry-run", "--nats", "nats://127.0.0.1:1")
	if code != exit.Rejected || out != "2 well-formed, 1 duplicate, 3 rejected; nothing was sent\n" {
		t.Errorf("%d %s", code, out)
	}
	for _, said := range []string{"line 3: invalid at /data/amount", "line 4: invalid",
		"line 6: conflict at /id: line 1 has this id"} {
		if !strings.Contains(messages, said) {
			t.Errorf("it does not say %q: %s", said, messages)
		}
	}
	out, _, code = runCommand(good+"\n"+good, "publish", "--dry-run", "--json")
	if code != exit.Done || strings.Count(out, `"outcome":"well_formed"`) != 1 ||
		strings.Count(out, `"outcome":"duplicate"`) != 1 {
		t.Errorf("%d %s", code, out)
	}
}

// What a dry run finds is what the ledger finds.
func TestPublishDryRunForetellsRefusals(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	good := topUp("acct-1", "10.00")
	input := strings.Join([]string{good, topUp("acct-1", "0"), topUp("acct 1", "1.00"), "{}",
		strings.Replace(good, "10.00", "9.00", 1), topUp("all", "1.00")}, "\n")
	_, foretold, _ := runCommand(input, "publish", "--dry-run")
	_, said, _ := runCommand(input, "publish", "--nats", s.NATS)
	if said = strings.Replace(said, "record 1 has", "line 1 has", 1); foretold != said {
		t.Errorf("foretold\n%sand then\n%s", foretold, said)
	}
}

func TestPublishManyEvents(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	var input strings.Builder
	for range 3_500 {
		input.WriteString(topUp("acct-1", "0.01") + "\n")
	}
	if out, messages, code := runCommand(input.String(), "publish", "--nats", s.NATS); code != exit.Done ||
		out != "3500 appended, 0 duplicate, 0 rejected\n" {
		t.Errorf("%d %s%s", code, out, messages)
	}
}

func TestPublishFails(t *testing.T) {
	if _, messages, code := runCommand("", "publish", "--nats", "nats://127.0.0.1:1"); code != exit.Failed ||
		!strings.Contains(messages, "connect to NATS") || !strings.Contains(messages, "zhangben serve starts one") {
		t.Errorf("no server: %d %s", code, messages)
	}
	if _, _, code := runCommand("", "publish", filepath.Join(t.TempDir(), "none")); code != exit.Failed {
		t.Errorf("no file: %d", code)
	}
	if _, _, code := runCommand("", "publish", "one", "two"); code != exit.BadUsage {
		t.Errorf("two files: %d", code)
	}
}
