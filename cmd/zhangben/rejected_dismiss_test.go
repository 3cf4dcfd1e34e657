package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/projections/query"
)

// What was dismissed is listed no more unless all is asked for, and leaves the doctor content.
func TestDismissedMessagesNeedNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := startServing(t, dir, nil)
	command := func(want int, args ...string) string {
		t.Helper()
		out, messages, code := runCommand("", append(args, "--server", s.HTTP)...)
		if code != want {
			t.Fatalf("%v: exit %d, want %d: %s%s", args, code, want, out, messages)
		}
		return out + messages
	}
	for range 3 {
		s.post(t, strings.Replace(topUp("acct-1", "1.00"), `"CNY"`, `"USD"`, 1))
	}
	if found := command(exit.Rejected, "doctor"); !strings.Contains(found, "dismiss the others") {
		t.Errorf("the doctor does not say what to do: %s", found)
	}
	command(exit.BadUsage, "rejected", "dismiss", "1")
	command(exit.BadUsage, "rejected", "dismiss", "1", "--reason", "\x1b[2J")
	if told := command(exit.Done, "rejected", "dismiss", "1", "2", "--reason", "sent again"); strings.Count(told,
		"dismissed") != 2 {
		t.Errorf("%s", told)
	}
	command(exit.Failed, "rejected", "dismiss", "1", "--reason", "once more")
	command(exit.Failed, "rejected", "dismiss", "99", "--reason", "there is none")
	if list := command(exit.Done, "rejected", "list"); strings.Contains(list, "closed") ||
		strings.Count(list, "/data/currency") != 1 {
		t.Errorf("the open ones:\n%s", list)
	}
	if list := command(exit.Done, "rejected", "list", "--all"); strings.Count(list, ": sent again") != 2 ||
		strings.Count(list, "/data/currency") != 3 {
		t.Errorf("all:\n%s", list)
	}
	var told query.Rejection
	if err := json.Unmarshal([]byte(command(exit.Done, "rejected", "dismiss", "3", "--reason", "a test", "--json")),
		&told); err != nil ||
		told.Closed == nil || told.Closed.Reason != "a test" {
		t.Errorf("%v %+v", err, told)
	}
	if shown := command(exit.Done, "rejected", "show", "3"); !strings.Contains(shown, ": a test") {
		t.Errorf("%s", shown)
	}
	command(exit.Done, "doctor")
	s.halt(t)
	if out, messages, code := runCommand("", "verify", "--data", dir); code != exit.Done {
		t.Errorf("%d %s%s", code, out, messages)
	}
}
