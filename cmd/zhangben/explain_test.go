package main

import (
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/projections/query/testlog"
)

var update = flag.Bool("update", false, "write what is printed into testdata/*.golden; review the difference")

// lateAndOut is a postpaid server whose fee is paid in part and late, and which was out of use for longer than what was
// paid for it can make good.
var lateAndOut = []string{
	testlog.Event(1, "contract.ordered", "2025-03-01T09:00", "acct-5",
		`"contract_id":"HT-5","product":"elastic","quantity":1,"term":"P1M","fee":"310.00","currency":"CNY",`+
			`"mode":"postpaid","due_date":"2025-03-10"`),
	testlog.Event(2, "contract.provisioned", "2025-03-01T10:00", "acct-5", `"contract_id":"HT-5","unit_ids":["vm-1"]`),
	testlog.Event(3, "contract.paid", "2025-03-14T15:00", "acct-5",
		`"contract_id":"HT-5","amount":"155.00","currency":"CNY","channel":"bank_transfer"`),
	testlog.Event(4, "outage.started", "2025-03-18T08:00", "acct-5",
		`"contract_id":"HT-5","outage_id":"o-1","cause":"provider_fault"`),
	testlog.Event(5, "outage.resolved", "2025-03-18T14:00", "acct-5", `"contract_id":"HT-5","outage_id":"o-1"`),
	testlog.Event(6, "wallet.topped_up", "2025-03-19T08:00", "acct-5",
		`"amount":"30.00","currency":"CNY","channel":"online"`),
	testlog.Event(7, "contract.paid", "2025-03-19T09:00", "acct-5",
		`"contract_id":"HT-5","amount":"20.00","currency":"CNY","channel":"wallet"`),
}

// folderOf is a data folder that holds events, and that no process has open.
func folderOf(t *testing.T, events []string) string {
	t.Helper()
	s := testlog.Open(t)
	s.Take(t, events...)
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Dir
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func TestExplanationsForPeople(t *testing.T) {
	data := folderOf(t, lateAndOut)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"explain_contract", []string{"explain", "HT-5", "--lang", "both"}},
		{"explain_late_fee_zh", []string{"explain", "HT-5", "--figure", "late_fee", "--lang", "zh"}},
		{"explain_cap_en", []string{"explain", "HT-5", "--figure", "sla.granted_seconds", "--lang", "en"}},
		{"explain_nothing", []string{"explain", "HT-5", "--figure", "refund", "--lang", "en"}},
		{"explain_wallet", []string{"explain", "--wallet", "acct-5", "--lang", "both"}},
		{"explain_why_not", []string{"explain", "HT-5", "--why-not", "may_terminate", "--lang", "both"}},
		{"timeline", []string{"timeline", "HT-5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := telling(t, append(c.args, "--as-of", "2025-03-20", "--data", data)...)
			if got.code != exit.Done || got.stderr != "" {
				t.Fatalf("%+v", got)
			}
			golden(t, c.name, got.stdout)
		})
	}
}

// What the tree says at its head is what the contract's figures say.
func TestTreesAddUpToTheFigures(t *testing.T) {
	data := folderOf(t, lateAndOut)
	var figures map[string]any
	if err := json.Unmarshal([]byte(telling(t, "contract", "HT-5", "--as-of", "2025-03-20", "--data", data,
		"--json").stdout), &figures); err != nil {
		t.Fatal(err)
	}
	tree := telling(t, "explain", "HT-5", "--as-of", "2025-03-20", "--data", data).stdout
	shown := 0
	for _, name := range render.Figures {
		value, ok := figures[name].(string)
		if _, amount := new(big.Rat).SetString(value); amount {
			value += " CNY"
		}
		if !ok || value == "0.00 CNY" {
			continue
		}
		shown++
		if !strings.Contains(tree, "\n"+name+"  "+value+"\n") {
			t.Errorf("%s is %s: %s", name, value, tree)
		}
	}
	if shown < 6 {
		t.Errorf("only %d figures are not zero", shown)
	}
}

func TestLanguageOfTheUser(t *testing.T) {
	data := folderOf(t, lateAndOut)
	const chinese, english = "不构成法律意见", "no legal advice"
	for _, c := range []struct {
		lcAll, lang string
		says, not   string
	}{
		{"", "zh_CN.UTF-8", chinese, english},
		{"", "en_US.UTF-8", english, chinese},
		{"", "", english, chinese},
		{"C", "zh_CN.UTF-8", english, chinese},
	} {
		t.Setenv("LC_ALL", c.lcAll)
		t.Setenv("LC_MESSAGES", "")
		t.Setenv("LANG", c.lang)
		got := telling(t, "explain", "HT-5", "--data", data).stdout
		if !strings.Contains(got, c.says) || strings.Contains(got, c.not) {
			t.Errorf("LC_ALL=%s LANG=%s: %s", c.lcAll, c.lang, got)
		}
	}
}

func TestFolderAndServerExplainAlike(t *testing.T) {
	s := testlog.Told(t)
	terms := termsFile(t, `{"late_fee_rate":"0.001"}`)
	with := termsFile(t, testlog.Event(20, "contract.paid", "2025-07-10T10:00", "acct-1",
		`"contract_id":"HT-1","amount":"500.00","currency":"CNY","channel":"online"`))
	var commands [][]string
	for _, command := range [][]string{
		{"explain", "HT-1", "--account", "acct-1"},
		{"explain", "HT-1", "--account", "acct-1", "--known-at", "2"},
		{"explain", "HT-1", "--account", "acct-1", "--why-not", "late_fee"},
		{"explain", "--wallet", "acct-2"},
		{"timeline", "HT-1", "--account", "acct-1"},
		{"preview", "--with", with},
		{"preview", "--with", with, "--contract", "HT-1", "--account", "acct-1"},
		{"preview", "--terms", terms, "--contract", "HT-2"},
		{"preview", "--with", with, "--terms", terms, "--account", "acct-1", "--known-at", "4"},
		{"preview", "--terms", terms, "--all"},
	} {
		command = append(command, "--as-of", "2025-07-25")
		commands = append(commands, command, append(command[:len(command):len(command)], "--json"))
	}
	sameOfFolderAndServer(t, s, commands)
}

func TestExitCodesOfExplaining(t *testing.T) {
	data := folder(t)
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown contract", []string{"explain", "HT-9"}, exit.Failed, "contract HT-9: not found"},
		{"contract of two accounts", []string{"explain", "HT-1"}, exit.Failed, "acct-1, acct-3"},
		{"unknown wallet", []string{"explain", "--wallet", "acct-9"}, exit.Failed, "account acct-9: not found"},
		{"unknown timeline", []string{"timeline", "HT-9"}, exit.Failed, "contract HT-9: not found"},
		{"nothing named", []string{"explain"}, exit.BadUsage, "--wallet ACCOUNT"},
		{"both named", []string{"explain", "HT-2", "--wallet", "acct-2"}, exit.BadUsage, "--wallet ACCOUNT"},
		{"a wallet's account", []string{"explain", "--wallet", "acct-2", "--account", "acct-2"}, exit.BadUsage, "--account"},
		{"unknown question", []string{"explain", "HT-2", "--why-not", "refund"}, exit.BadUsage, "may_terminate"},
		{"unknown figure", []string{"explain", "HT-2", "--figure", "profit"}, exit.BadUsage, "contract_liability"},
		{"figure of a question", []string{"explain", "HT-2", "--figure", "paid", "--why-not", "sla"}, exit.BadUsage,
			"exclude"},
		{"unknown language", []string{"explain", "HT-2", "--lang", "fr"}, exit.BadUsage, "zh, en or both"},
		{"bad instant", []string{"timeline", "HT-2", "--as-of", "soon"}, exit.BadUsage, "RFC 3339"},
	} {
		got := telling(t, append(c.args, "--data", data)...)
		if got.code != c.code || !strings.Contains(got.stderr, c.says) || got.stdout != "" {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
