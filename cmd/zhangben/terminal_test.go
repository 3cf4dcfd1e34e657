package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"zhangben/cmd/zhangben/exit"
	"zhangben/projections/query"
)

// hostileText is a text that would take over a terminal: it clears the screen, rings, turns text around and hides some.
const hostileText = "a\x1b[2J\x07\u009b31mb\u202ec\u2066d\u200ee\u200bf\ufeffg\u2028h\u00adi\U000e0041j\x7fk"

// seen reports what in an output would act on a terminal.
func seen(t *testing.T, what string, output string) {
	t.Helper()
	if !utf8.ValidString(output) {
		t.Errorf("%s: not UTF-8: %q", what, output)
	}
	for _, r := range output {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%s: %q in %q", what, r, output)
			return
		}
	}
}

// Whatever is stored, and by whatever command it is printed, nothing of it acts on the terminal; JSON stays JSON.
func TestNoCommandPrintsWhatActsOnATerminal(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	quoted, _ := json.Marshal(hostileText)
	text := strings.NewReplacer("\u202e", `\u202e`).Replace(string(quoted))
	// as JSON may have it unescaped
	raw := strings.NewReplacer("\x1b", "", "\x07", "", "\x7f", "\x7f").Replace(hostileText)
	order := fmt.Sprintf(
		`{"specversion":"1.0","id":"0195a0b1-0000-7000-8000-0000000000aa","source":"/test",`+
			`"type":"billing.contract.ordered.v1","time":"2025-03-01T09:00:00+08:00",`+
			`"data":{"account_id":"acct-1","contract_id":"HT-1","product":"elastic","quantity":1,"term":"P1Y",`+
			`"fee":"1000.00","currency":"CNY","mode":"postpaid","due_date":"2025-03-10","note":"%s","other":%s}}`,
		raw, text)
	voided := strings.Replace(topUp("acct-1", "1.00"), `"channel":"online"`,
		`"channel":"online","reference":"`+strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, hostileText)+`"`, 1)
	for _, event := range []string{order, voided} {
		if outcome := s.post(t, event); outcome != "appended" {
			t.Fatalf("%s: %s", outcome, event)
		}
	}
	for _, refused := range []string{
		`{"specversion":"1.0","` + hostileText + "\xff\xc3\n" + `rejection  1`,
		strings.Replace(topUp("acct-1", "1.00"), `"online"`, text, 1),
		strings.Replace(topUp("acct-1", "1.00"), `"/test"`, text, 1),
		strings.Replace(topUp("acct-1", "1.00"), `"amount"`, text, 1),
	} {
		out, messages, code := runCommand("{}\n"+refused, "publish", "--nats", s.NATS)
		if seen(t, "publish", out+messages); code != exit.Rejected {
			t.Errorf("publish: %d %s%s", code, out, messages)
		}
		out, messages, _ = runCommand("{}\n"+refused, "publish", "--nats", s.NATS, "--json")
		seen(t, "publish --json", out+messages)
		out, messages, _ = runCommand("{}\n"+refused, "publish", "--dry-run")
		seen(t, "publish --dry-run", out+messages)
	}
	out, _, _ := runCommand("", "rejected", "list", "--json", "--server", s.HTTP)
	var list query.RejectionPage
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Rejected) < 8 {
		t.Fatalf("%v: %s", err, out)
	}
	commands := [][]string{
		{"rejected", "list"}, {"rejected", "export"}, {"events"}, {"contract", "HT-1"}, {"account", "acct-1"},
		{"explain", "HT-1"},
		{"explain", "--wallet", "acct-1"}, {"explain", "HT-1", "--why-not", "overdue"}, {"timeline", "HT-1"}, {"exceptions"},
		{"replay"},
		{"doctor"}, {"stream", "status"}, {"contract", hostileText}, {"account", hostileText},
		{"explain", "HT-1", "--account", hostileText},
		{"contract", "HT-1", "--as-of", hostileText}, {"events", "--kind", hostileText}, {"rejected", "show", hostileText},
		{"rejected", "retry", "3"}, {hostileText},
		{"contract", "--" + hostileText}, {"verify-proof", "--key", hostileText, hostileText},
		{"restore", hostileText, "--data", filepath.Join(t.TempDir(), "x")},
	}
	for _, x := range list.Rejected {
		commands = append(commands, []string{"rejected", "show", fmt.Sprint(x.ID)})
	}
	for _, command := range commands {
		for _, more := range [][]string{nil, {"--json"}} {
			args := append(append([]string{}, command...), more...)
			if flagged := command[0] != "replay" && command[0] != "restore" && command[0] != "verify-proof" &&
				command[0] != hostileText; flagged {
				args = append(args, "--server", s.HTTP)
			} else if command[0] == "replay" {
				continue // the server has the folder
			}
			out, messages, code := runCommand("", args...)
			seen(t, fmt.Sprintf("%q", args), out+messages)
			if more == nil || code != exit.Done {
				continue
			}
			for line := range strings.Lines(out) {
				if !json.Valid([]byte(line)) {
					t.Errorf("%q is no JSON: %s", args, line)
				}
			}
		}
	}
	s.halt(t)
	for _, command := range [][]string{{"replay"}, {"events"}, {"rejected", "list"}, {"verify"}, {"doctor"},
		{"exceptions"}} {
		out, messages, _ := runCommand("", append(command, "--data", dir)...)
		seen(t, fmt.Sprintf("%q", command), out+messages)
	}
}
