package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/projections/query/testlog"
)

// rest pays what HT-5 still owes, on a day in March.
func rest(id int, day string) string {
	return testlog.Event(id, "contract.paid", "2025-03-"+day+"T09:00", "acct-5",
		`"contract_id":"HT-5","amount":"135.00","currency":"CNY","channel":"bank_transfer"`)
}

func TestPreviewsForPeople(t *testing.T) {
	data := folderOf(t, append(testlog.Story[3:7:7], lateAndOutFrom(20)...))
	before := fileOf(t, data)
	with := termsFile(t, "\n"+rest(40, "15")+"\n\n"+testlog.Event(41, "charge.added", "2025-03-16T09:00", "acct-5",
		`"contract_id":"HT-5","charge_id":"setup","amount":"40.00","description":"help"`)+"\n")
	terms := termsFile(t, `{"late_fee_rate": "0.001", "sla_multiplier": {"elastic": 10}}`)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"preview_contract", []string{"preview", "--with", with, "--contract", "HT-5", "--as-of", "2025-03-31"}},
		{"preview_account", []string{"preview", "--with", with, "--as-of", "2025-03-31"}},
		{"preview_terms", []string{"preview", "--terms", terms, "--contract", "HT-5", "--as-of", "2025-03-31"}},
		{"preview_all", []string{"preview", "--terms", terms, "--all", "--as-of", "2025-06-30"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := telling(t, append(c.args, "--data", data)...)
			if got.code != exit.Done || got.stderr != "" {
				t.Fatalf("%+v", got)
			}
			golden(t, c.name, got.stdout)
		})
	}
	if !bytes.Equal(fileOf(t, data), before) {
		t.Error("a preview wrote to the ledger")
	}
}

// lateAndOutFrom is the story under other event ids.
func lateAndOutFrom(first int) (story []string) {
	for i, event := range lateAndOut {
		story = append(story, strings.Replace(event, testlog.ID(i+1), testlog.ID(first+i), 1))
	}
	return story
}

func fileOf(t *testing.T, folder string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, ledger.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A file of terms that serve takes is one for a preview too.
func TestPreviewTakesTheTermsOfServe(t *testing.T) {
	data := folderOf(t, append(testlog.Story[3:7:7], lateAndOutFrom(20)...))
	const params = `{"late_fee_rate": "0.001"}`
	ask := func(text string) (string, string, int) {
		return runCommand("", "preview", "--terms", termsFile(t, text), "--contract", "HT-5", "--as-of", "2025-03-31",
			"--data", data, "--json")
	}
	want, messages, code := ask(params)
	if code != exit.Done {
		t.Fatalf("%d %s", code, messages)
	}
	for _, text := range []string{`{"version": "2025-01", "params": ` + params + `}`,
		`{"params": ` + params + `, "version": "1", "time": "2025-01-01T00:00:00+08:00"}`} {
		if got, messages, code := ask(text); code != exit.Done || got != want {
			t.Errorf("%s: %d %s%s", text, code, got, messages)
		}
	}
	if _, messages, code := ask(`{"version": "2025-01", "params": {"rate": 1}}`); code != exit.BadUsage ||
		!strings.Contains(messages, "/rate") {
		t.Errorf("%d %s", code, messages)
	}
}

func TestPreviewReadsStandardInput(t *testing.T) {
	data := folderOf(t, lateAndOut)
	out, messages, code := runCommand(rest(40, "15"), "preview", "--with", "-", "--as-of", "2025-03-31", "--data", data)
	if code != exit.Done || !strings.Contains(out, "-135.00") {
		t.Errorf("%d %s%s", code, out, messages)
	}
}

func TestExitCodesOfPreviews(t *testing.T) {
	s := testlog.Open(t)
	s.Take(t, lateAndOut...)
	server := serverOf(t, s, nil)
	good, goodTerms := termsFile(t, rest(40, "15")), termsFile(t, `{"late_fee_rate":"0.001"}`)
	broken := strings.Replace(rest(41, "16"), `"135.00"`, `"1e2"`, 1)
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"nothing supposed", []string{"--contract", "HT-5"}, exit.BadUsage, "--with FILE or --terms FILE"},
		{"terms for no account", []string{"--terms", goodTerms}, exit.BadUsage, "--all"},
		{"all and one", []string{"--terms", goodTerms, "--all", "--contract", "HT-5"}, exit.BadUsage, "--all"},
		{"all without terms", []string{"--with", good, "--all"}, exit.BadUsage, "--all"},
		{"no such file", []string{"--with", filepath.Join(t.TempDir(), "none")}, exit.Failed, "none"},
		{"no such file of terms", []string{"--terms", filepath.Join(t.TempDir(), "none"), "--all"}, exit.Failed, "none"},
		{"an empty file", []string{"--with", termsFile(t, "\n")}, exit.BadUsage, "is empty"},
		{"terms that are none", []string{"--terms", termsFile(t, `{"rate":1}`), "--all"}, exit.BadUsage, "/rate"},
		{"a line that is no JSON", []string{"--with", termsFile(t, rest(40, "15")+"\n{\n")}, exit.Rejected,
			"line 2: invalid"},
		{"a broken event", []string{"--with", termsFile(t, "\n"+rest(40, "15")+"\n"+broken)}, exit.Rejected,
			"line 3: /data/amount: invalid"},
		{"an id that is taken", []string{"--with", termsFile(t, rest(1, "15"))}, exit.Rejected, "line 1: /id: conflict"},
		{"events of two",
			[]string{"--with", termsFile(t, rest(40, "15")+"\n"+testlog.Event(41, "wallet.topped_up", "2025-03-16T09:00",
				"acct-6", `"amount":"1.00","currency":"CNY","channel":"online"`))}, exit.BadUsage, "exactly one account"},
		{"an unknown contract", []string{"--with", good, "--contract", "HT-6"}, exit.Failed, "contract HT-6: not found"},
		{"a bad instant", []string{"--with", good, "--as-of", "soon"}, exit.BadUsage, "RFC 3339"},
		{"a bad instant for all", []string{"--terms", goodTerms, "--all", "--as-of", "soon"}, exit.BadUsage, "RFC 3339"},
		{"an argument", []string{"HT-5", "--with", good}, exit.BadUsage, "HT-5"},
	} {
		got := telling(t, append(append([]string{"preview"}, c.args...), "--server", server)...)
		if got.code != c.code || !strings.Contains(got.stderr, c.says) || got.stdout != "" {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
