package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events/civil"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// told is what a command line printed, and its exit code.
type told struct {
	code           int
	stdout, stderr string
}

func telling(t *testing.T, args ...string) told {
	t.Helper()
	return tellingUntil(t.Context(), args...)
}

func tellingUntil(ctx context.Context, args ...string) told {
	var stdout, stderr bytes.Buffer
	root := newRootCommand()
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	root.SetArgs(args)
	code := report(&stderr, root.ExecuteContext(ctx))
	return told{code, stdout.String(), stderr.String()}
}

// folder is a data folder that holds the story, and that no process has open.
func folder(t *testing.T, refused ...string) string {
	t.Helper()
	s := testlog.Told(t)
	for _, body := range refused {
		if _, err := s.Publish(t.Context(), [][]byte{[]byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Dir
}

// serverOf serves a log to commands.
func serverOf(t *testing.T, s *testlog.Stream, tokens *api.Tokens) string {
	t.Helper()
	server := httptest.NewServer(api.New(api.Config{Log: s.Log, Publish: s.Post, Retry: s.Retry, Dismiss: s.Dismiss,
		Tokens: tokens,
		Now:    func() civil.Instant { return civil.Of(time.Now()) }}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestContractForPeople(t *testing.T) {
	got := telling(t, "contract", "HT-1", "--account", "acct-1", "--as-of", "2025-07-10T18:00:00+08:00", "--data",
		folder(t))
	const want = `contract  HT-1
account   acct-1
as of     2025-07-10T18:00:00+08:00
known at  record 9
status    active
flags     overdue, may_withhold, may_terminate
order     1 elastic postpaid
starts    2025-06-01T09:00:00+08:00
ends      2025-09-02T00:00:00+08:00

principal           500.00  CNY
late fee             22.50  CNY
due in total        522.50  CNY
late fee accrued     22.50  CNY
paid                500.00  CNY
refund                0.00  CNY
forfeited             0.00  CNY
revenue             423.91  CNY
contract liability  576.09  CNY

invoices
  invoice   amount  due         principal  days overdue  late fee
  order    1000.00  2025-06-30     500.00            10     22.50

units
  unit  ends                       outage s  raw s  granted s  value  provisional s
  u1    2025-09-02T00:00:00+08:00         0      0          0   0.00              0
`
	if got.code != exit.Done || got.stderr != "" || got.stdout != want {
		t.Errorf("exit %d, %s\n%s\nwant\n%s", got.code, got.stderr, got.stdout, want)
	}
}

func TestAccountForPeople(t *testing.T) {
	got := telling(t, "account", "acct-2", "--as-of", "2025-07-10", "--known-at", "7", "--data", folder(t))
	const want = `account   acct-2
as of     2025-07-11T00:00:00+08:00
known at  record 7

wallet            100.00  CNY
wallet shortfall    0.00  CNY
principal           0.00  CNY
late fee            0.00  CNY
due in total        0.00  CNY

contracts
  HT-2
`
	if got.code != exit.Done || got.stdout != want {
		t.Errorf("exit %d, %s\n%s\nwant\n%s", got.code, got.stderr, got.stdout, want)
	}
}

func TestFolderAndServerGiveTheSameBytes(t *testing.T) {
	s := testlog.Told(t)
	if _, err := s.Publish(t.Context(), [][]byte{[]byte(`{"id":"账"}`)}); err != nil {
		t.Fatal(err)
	}
	commands := [][]string{
		{"contract", "HT-2", "--as-of", "2025-07-01", "--json"},
		{"account", "acct-1", "--as-of", "2025-07-01", "--known-at", "2025-08-02", "--json"},
		{"events", "--after", "2"},
		{"events", "--account", "acct-2", "--kind", "contract.paid"},
		{"events", "--contract", "HT-1"},
		{"replay", "--as-of", "2025-07-25"},
		{"replay", "--as-of", "2025-07-25", "--known-at", "3"},
		{"rejected", "list"},
		{"rejected", "list", "--json"},
		{"rejected", "show", "10"},
		{"verify"},
		{"verify", "--json"},
	}
	sameOfFolderAndServer(t, s, commands)
}

// sameOfFolderAndServer has commands read a ledger while it is served, and then its folder, and wants the same bytes.
// It returns what the commands said.
func sameOfFolderAndServer(t *testing.T, s *testlog.Stream, commands [][]string) (served []told) {
	t.Helper()
	server := serverOf(t, s, nil)
	for _, command := range commands {
		served = append(served, telling(t, append(command, "--server", server)...))
	}
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	for i, command := range commands {
		read := telling(t, append(command, "--data", s.Dir)...)
		if command[0] == "replay" { // each has its own order
			read.stdout, served[i].stdout = sortedLines(read.stdout), sortedLines(served[i].stdout)
		}
		if read != served[i] || read.code != exit.Done || read.stdout == "" {
			t.Errorf("%v:\nfolder %+v\nserver %+v", command, read, served[i])
		}
	}
	return served
}

func sortedLines(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

func TestEventsAreRowsOfTheLog(t *testing.T) {
	got := telling(t, "events", "--after", "7", "--data", folder(t))
	want := `{"seq":8,"recordedtime":"2025-08-01T16:00:00+08:00","publisher":null,"event":` + testlog.Story[7] + "}\n" +
		`{"seq":9,"recordedtime":"2025-08-01T17:00:00+08:00","publisher":null,"event":` + testlog.Story[8] + "}\n"
	if got.code != exit.Done || got.stdout != want {
		t.Errorf("%+v\nwant %s", got, want)
	}
}

func TestEventsGoOnBeyondOnePage(t *testing.T) {
	s := testlog.Open(t)
	const n = eventsPage*2 + 1
	var bodies []string
	for i := range n {
		bodies = append(bodies, testlog.Event(i+1, "wallet.topped_up", "2025-07-01T00:00", "acct-1",
			`"amount":"1","currency":"CNY","channel":"online"`))
	}
	s.Take(t, bodies...)
	got := telling(t, "events", "--server", serverOf(t, s, nil))
	if lines := strings.Count(got.stdout, "\n"); got.code != exit.Done || lines != n {
		t.Errorf("exit %d, %d lines of %d: %s", got.code, lines, n, got.stderr)
	}
}

func TestFollowingEndsQuietlyWhenStopped(t *testing.T) {
	s := testlog.Told(t)
	server := serverOf(t, s, nil)
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	got := tellingUntil(ctx, "events", "--follow", "--after", "8", "--server", server)
	if got.code != exit.Done || strings.Count(got.stdout, "\n") != 1 || got.stderr != "" {
		t.Errorf("%+v", got)
	}
}

func TestReplayToAFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "figures.ndjson")
	from := folder(t)
	printed := telling(t, "replay", "--as-of", "2025-07-25", "--data", from)
	got := telling(t, "replay", "--as-of", "2025-07-25", "--data", from, "--out", out)
	written, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if got.code != exit.Done || got.stdout != "" || got.stderr != "3 contracts\n" || string(written) != printed.stdout ||
		strings.Count(printed.stdout, "\n") != 3 {
		t.Errorf("%+v\nwritten %s\nprinted %s", got, written, printed.stdout)
	}
	if entries, _ := os.ReadDir(filepath.Dir(out)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestReplayIsInOrderOfAccountsAndThenContracts(t *testing.T) {
	got := telling(t, "replay", "--as-of", "2025-07-25", "--data", folder(t))
	var order []string
	for line := range strings.Lines(got.stdout) {
		var ids struct {
			Account  string `json:"account_id"`
			Contract string `json:"contract_id"`
		}
		if err := json.Unmarshal([]byte(line), &ids); err != nil {
			t.Fatal(err)
		}
		order = append(order, ids.Account+" "+ids.Contract)
	}
	if want := []string{"acct-1 HT-1", "acct-2 HT-2", "acct-3 HT-1"}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}

func TestReplayThatFailsLeavesNoFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "figures.ndjson")
	got := telling(t, "replay", "--as-of", "tomorrow", "--data", folder(t), "--out", out)
	if entries, _ := os.ReadDir(filepath.Dir(out)); got.code != exit.BadUsage || len(entries) != 0 {
		t.Errorf("%+v, left behind: %v", got, entries)
	}
}

func TestRetryTellsOfEach(t *testing.T) {
	s := testlog.Told(t)
	if _, err := s.Publish(t.Context(), [][]byte{[]byte("{"), []byte(`{"specversion":"1.0"}`)}); err != nil {
		t.Fatal(err)
	}
	got := telling(t, "rejected", "retry", "10", "11", "--server", serverOf(t, s, nil))
	if got.code != exit.Rejected || strings.Count(got.stdout, "rejected") != 2 ||
		!strings.Contains(got.stderr, "2 of 2 refused again") {
		t.Errorf("%+v", got)
	}
}

func TestExitCodesOfReading(t *testing.T) {
	locked := testlog.Told(t)
	server := serverOf(t, locked, nil)
	data := folder(t)
	damaged := folder(t)
	spoil(t, damaged)
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown contract", []string{"contract", "HT-9", "--data", data}, exit.Failed, "contract HT-9: not found"},
		{"contract of two accounts", []string{"contract", "HT-1", "--data", data}, exit.Failed, "acct-1, acct-3"},
		{"unknown account", []string{"account", "acct-9", "--server", server}, exit.Failed, "account acct-9: not found"},
		{"bad instant", []string{"account", "acct-1", "--as-of", "soon", "--data", data}, exit.BadUsage, "RFC 3339"},
		{"bad kind", []string{"events", "--kind", "x", "--server", server}, exit.BadUsage, "is not known"},
		{"two contracts named", []string{"contract", "HT-1", "HT-2"}, exit.BadUsage, "arg"},
		{"unknown flag", []string{"account", "acct-1", "--at", "x"}, exit.BadUsage, "--at"},
		{"both sources", []string{"account", "acct-1", "--data", data, "--server", server}, exit.BadUsage, "exclude"},
		{"both sources of a replay", []string{"replay", "--data", data, "--server", server}, exit.BadUsage, "exclude"},
		{"no address", []string{"account", "acct-1", "--server", "localhost"}, exit.BadUsage, "localhost"},
		{"no server", []string{"account", "acct-1", "--server", "http://127.0.0.1:1"}, exit.Failed, "is a server running"},
		{"no ledger there", []string{"account", "acct-1", "--data", t.TempDir()}, exit.Failed, "no ledger here"},
		{"following a folder", []string{"events", "--follow", "--data", data}, exit.BadUsage, "running server"},
		{"retrying in a folder", []string{"rejected", "retry", "10", "--data", folder(t, "{")}, exit.Failed, "reading only"},
		{"unknown rejection", []string{"rejected", "show", "3", "--data", data}, exit.Failed, "rejection 3"},
		{"a folder in use", []string{"account", "acct-1", "--data", locked.Dir}, exit.Failed, "--server"},
		{"verifying a folder in use", []string{"verify", "--data", locked.Dir}, exit.Failed, "--server"},
		{"verifying what is damaged", []string{"verify", "--data", damaged}, exit.Rejected, "did not verify"},
		{"reading what is damaged", []string{"account", "acct-1", "--data", damaged}, exit.Storage, ""},
	} {
		got := telling(t, c.args...)
		if got.code != c.code || !strings.Contains(got.stderr, c.says) {
			t.Errorf("%s: exit %d, want %d: %s%s", c.name, got.code, c.code, got.stdout, got.stderr)
		}
	}
}

// spoil turns over a bit of an event in a log file.
func spoil(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; ; at++ { // every copy of the page
		next := bytes.Index(content[at:], []byte("acct-2"))
		if next < 0 {
			break
		}
		at += next
		content[at] ^= 1
	}
	if err := os.WriteFile(files[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTokenIsSent(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	tokens, err := api.ParseTokens(strings.NewReader("read " + token))
	if err != nil {
		t.Fatal(err)
	}
	server := serverOf(t, testlog.Told(t), tokens)
	if got := telling(t, "account", "acct-1", "--server", server); got.code != exit.Failed ||
		!strings.Contains(got.stderr, "token") {
		t.Errorf("without: %+v", got)
	}
	if got := telling(t, "account", "acct-1", "--server", server, "--token", token); got.code != exit.Done {
		t.Errorf("with a flag: %+v", got)
	}
	file := secretFile(t, t.TempDir()+"/token", token+"\n")
	if got := telling(t, "account", "acct-1", "--server", server, "--token-file", file); got.code != exit.Done {
		t.Errorf("from a file: %+v", got)
	}
	t.Setenv("ZHANGBEN_TOKEN", "another-another-another-another-another")
	if got := telling(t, "account", "acct-1", "--server", server, "--token-file", file); got.code != exit.Done {
		t.Errorf("a file counts before the environment: %+v", got)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := telling(t, "account", "acct-1", "--server", server, "--token-file", file); got.code != exit.BadUsage ||
		!strings.Contains(got.stderr, "chmod") {
		t.Errorf("from a file that others may read: %+v", got)
	}
	secretFile(t, file, "read "+token)
	if got := telling(t, "account", "acct-1", "--server", server, "--token-file", file); got.code != exit.BadUsage ||
		strings.Contains(got.stderr, token) {
		t.Errorf("from a file for the server: %+v", got)
	}
	t.Setenv("ZHANGBEN_TOKEN", token)
	if got := telling(t, "account", "acct-1", "--server", server); got.code != exit.Done {
		t.Errorf("from the environment: %+v", got)
	}
}
