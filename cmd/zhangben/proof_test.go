package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// signedFolder is a data folder that holds the story and the key of its checkpoints, and that no process has open.
func signedFolder(t *testing.T) (dir, key string) {
	t.Helper()
	s := testlog.Told(t)
	public, err := s.Signer(t).Key()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Dir, public.String()
}

// written is a file with a text.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// done runs a command line that must succeed, and returns what it printed.
func done(t *testing.T, args ...string) string {
	t.Helper()
	got := telling(t, args...)
	if got.code != exit.Done {
		t.Fatalf("%v: exit %d, %s", args, got.code, got.stderr)
	}
	return got.stdout
}

func TestAReceiptForPeople(t *testing.T) {
	dir, key := signedFolder(t)
	receipt := filepath.Join(t.TempDir(), "receipt.tlog-proof")
	told := telling(t, "prove", testlog.ID(3), "-o", receipt, "--data", dir)
	origin, _, _ := strings.Cut(key, "+")
	if want := "event " + testlog.ID(3) + " is record 3 of the first 9 of " + origin + ": " + receipt +
		"\n"; told.stderr != want {
		t.Errorf("told %q, want %q", told.stderr, want)
	}
	got := done(t, "verify-proof", receipt, "--key", key, "--event", written(t, "event.json", testlog.Story[2]))
	want := "proved: event " + testlog.ID(3) + " is record 3 of the log " + origin + `

kind       contract.paid
account    acct-1
contract   HT-1
happened   2025-07-05T10:00:00+08:00
recorded   2025-08-01T11:00:00+08:00
published  over NATS
content    the same as in the file
log size   9 records
`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A receipt says by whom an event was published.
func TestAReceiptNamesThePublisher(t *testing.T) {
	for want, origin := range map[string]events.Origin{
		"over HTTP":                                 {By: events.OverHTTP},
		"over HTTP, with the token shop":            {By: events.OverHTTP, Publisher: "shop"},
		"by the ledger itself":                      {By: events.ByLedger},
		"by the ledger itself, with the token desk": {By: events.ByLedger, Publisher: "desk"},
	} {
		s := testlog.Open(t)
		s.Came(t, origin, testlog.Story[0])
		server := serverSigning(t, s)
		receipt := written(t, "receipt", done(t, "prove", testlog.ID(1), "--server", server))
		key := written(t, "key", done(t, "checkpoint", "--key", "--server", server))
		if got := done(t, "verify-proof", receipt, "--key", key); !strings.Contains(got, "\npublished  "+want+"\n") {
			t.Errorf("want %s, got\n%s", want, got)
		}
		got := done(t, "verify-proof", receipt, "--key", key, "--json")
		if told := strings.Contains(got, `"publisher":"`+origin.Publisher+`"`); told != (origin.Publisher != "") {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}

func TestGrowthForPeople(t *testing.T) {
	dir, key := signedFolder(t)
	file := written(t, "growth", done(t, "consistency", "4", "7", "--data", dir))
	origin, _, _ := strings.Cut(key, "+")
	want := "proved: the log " + origin + " of 7 records begins with the 4 records it had, unchanged\n"
	if got := done(t, "verify-proof", file, "--key", written(t, "key", key+"\n")); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestProofsFromFolderAndServerAreTheSame(t *testing.T) {
	s := testlog.Told(t)
	server := serverSigning(t, s)
	commands := [][]string{
		{"checkpoint"}, {"checkpoint", "--size", "4"}, {"checkpoint", "--size", "0"}, {"checkpoint", "--json"},
		{"checkpoint", "--key"}, {"checkpoint", "--key", "--json"},
		{"prove", testlog.ID(5)}, {"prove", testlog.ID(5), "--size", "6"}, {"prove", testlog.ID(5), "--json"},
		{"consistency", "3"}, {"consistency", "3", "8"}, {"consistency", "3", "8", "--json"},
	}
	var served []string
	for _, command := range commands {
		served = append(served, done(t, append(command, "--server", server)...))
	}
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	for i, command := range commands {
		if got := done(t, append(command, "--data", s.Dir)...); got != served[i] {
			t.Errorf("%v: from the folder\n%s\nfrom the server\n%s", command, got, served[i])
		}
	}
}

func serverSigning(t *testing.T, s *testlog.Stream) string {
	t.Helper()
	server := httptest.NewServer(api.New(api.Config{Log: s.Log, Checkpoints: s.Signer(t), Now: api.Now}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestWhatVerifyProofRefuses(t *testing.T) {
	dir, key := signedFolder(t)
	_, other := signedFolder(t)
	receipt := done(t, "prove", testlog.ID(3), "--data", dir)
	file := written(t, "receipt", receipt)
	growth := written(t, "growth", done(t, "consistency", "4", "--data", dir))
	private := filepath.Join(dir, checkpoint.KeyFileName)
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"another log's key": {[]string{file, "--key", other}, exit.Rejected},
		"another index": {[]string{written(t, "r", strings.Replace(receipt, "index 2", "index 3", 1)),
			"--key", key}, exit.Rejected},
		"another size": {[]string{written(t, "r", strings.Replace(receipt, "\n9\n", "\n8\n", 1)), "--key",
			key}, exit.Rejected},
		"half of it":     {[]string{written(t, "r", receipt[:len(receipt)/2]), "--key", key}, exit.Rejected},
		"something else": {[]string{written(t, "r", "{}"), "--key", key}, exit.Rejected},
		"an event of other content": {[]string{file, "--key", key, "--event", written(t, "e", testlog.Story[3])},
			exit.Rejected},
		"an event that is none":      {[]string{file, "--key", key, "--event", written(t, "e", "{}")}, exit.Rejected},
		"an event that is not there": {[]string{file, "--key", key, "--event", file + ".none"}, exit.BadUsage},
		"an event with growth": {[]string{growth, "--key", key, "--event", written(t, "e", testlog.Story[3])},
			exit.BadUsage},
		"no key":                         {[]string{file}, exit.BadUsage},
		"a key that is none":             {[]string{file, "--key", "zhangben"}, exit.BadUsage},
		"a file without a key":           {[]string{file, "--key", file}, exit.BadUsage},
		"the private key":                {[]string{file, "--key", private}, exit.BadUsage},
		"a proof that is not there":      {[]string{file + ".none", "--key", key}, exit.BadUsage},
		"growth under another log's key": {[]string{growth, "--key", other}, exit.Rejected},
		"growth under its own key":       {[]string{growth, "--key", key}, exit.Done},
		"the receipt under its own key":  {[]string{file, "--key", key}, exit.Done},
		"the receipt, as JSON":           {[]string{file, "--key", key, "--json"}, exit.Done},
		"a receipt of another, in JSON":  {[]string{file, "--key", other, "--json"}, exit.Rejected},
		"an event of the same content": {[]string{file, "--key", key, "--event", written(t, "e", testlog.Story[2])},
			exit.Done},
		"an event spelled in another way": {[]string{file, "--key", key, "--event",
			written(t, "e", strings.Replace(testlog.Story[2], "10:00:00+08:00", "02:00:00Z", 1))}, exit.Done},
	} {
		got := telling(t, append([]string{"verify-proof"}, c.args...)...)
		if got.code != c.want {
			t.Errorf("%s: exit %d, want %d\n%s%s", name, got.code, c.want, got.stdout, got.stderr)
		}
		if got.code == exit.Rejected && !strings.Contains(got.stderr, "not proved: ") {
			t.Errorf("%s: %s", name, got.stderr)
		}
		if strings.Contains(got.stderr, "PRIVATE") {
			t.Errorf("%s shows the private key: %s", name, got.stderr)
		}
	}
}

func TestAFailedProofInJSON(t *testing.T) {
	_, key := signedFolder(t)
	got := telling(t, "verify-proof", written(t, "r", "{}"), "--key", key, "--json")
	id := key[:strings.LastIndex(key[:strings.Index(key, "+")+10], "+")]
	want := `{"ok":false,"problem":"it is neither a receipt nor a consistency proof","key":"` + id
	if !strings.HasPrefix(got.stdout, want) {
		t.Errorf("got %s, want %s", got.stdout, want)
	}
}

// TestAFolderWithoutItsKey wants what was signed before, and nothing else.
func TestAFolderWithoutItsKey(t *testing.T) {
	dir, key := signedFolder(t)
	elsewhere := filepath.Join(t.TempDir(), "key")
	if err := os.Rename(filepath.Join(dir, checkpoint.KeyFileName), elsewhere); err != nil {
		t.Fatal(err)
	}
	if got := telling(t, "prove", testlog.ID(3), "--data", dir); got.code != exit.Failed ||
		!strings.Contains(got.stderr, "no key") {
		t.Errorf("nothing signed yet: exit %d, %s", got.code, got.stderr)
	}
	signed := done(t, "checkpoint", "--size", "5", "--data", dir, "--checkpoint-key", elsewhere)
	if got := done(t, "checkpoint", "--data", dir); got != signed {
		t.Errorf("got\n%s\nwant\n%s", got, signed)
	}
	receipt := written(t, "receipt", done(t, "prove", testlog.ID(3), "--data", dir))
	done(t, "verify-proof", receipt, "--key", key)
	if got := telling(t, "prove", testlog.ID(6), "--data", dir); got.code != exit.Failed {
		t.Errorf("a record after what was signed: exit %d, %s", got.code, got.stderr)
	}
}

func TestWrongQuestionsAboutProofs(t *testing.T) {
	dir, _ := signedFolder(t)
	for _, args := range [][]string{
		{"prove", "7", "--data", dir}, {"prove", "--data", dir}, {"consistency", "--data", dir},
		{"consistency", "x", "--data", dir},
		{"consistency", "-1", "--data", dir}, {"consistency", "5", "4", "--data", dir},
		{"checkpoint", "--key", "--size", "3", "--data", dir},
		{"checkpoint", "--checkpoint-key", "k"}, {"checkpoint", "--data", dir, "--checkpoint-key", dir + "/none"},
		{"checkpoint", "--data", dir, "--server", "http://x"},
	} {
		if got := telling(t, args...); got.code != exit.BadUsage {
			t.Errorf("%v: exit %d, %s", args, got.code, got.stderr)
		}
	}
	for _, args := range [][]string{{"prove", testlog.ID(99)}, {"checkpoint", "--size", "10"},
		{"consistency", "5", "10"}} {
		if got := telling(t, append(args, "--data", dir)...); got.code != exit.Failed {
			t.Errorf("%v: exit %d, %s", args, got.code, got.stderr)
		}
	}
}

// TestServeKeepsItsKey restarts a server, and asks that its proofs go on where they were.
func TestServeKeepsItsKey(t *testing.T) {
	dir := t.TempDir()
	first := startServing(t, dir, nil)
	first.post(t, testlog.Story[0])
	_, key := first.get(t, "/v1/checkpoint/key")
	_, signed := first.get(t, "/v1/checkpoint")
	info, err := os.Stat(filepath.Join(dir, checkpoint.KeyFileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := startServing(t, dir, nil)
	if _, again := second.get(t, "/v1/checkpoint/key"); again != key {
		t.Errorf("the key was %s and is %s", key, again)
	}
	if _, again := second.get(t, "/v1/checkpoint"); again != signed {
		t.Errorf("the checkpoint was %s and is %s", signed, again)
	}
	second.post(t, testlog.Story[1])
	_, growth := second.get(t, "/v1/consistency?old=1")
	done(t, "verify-proof", written(t, "growth", growth), "--key", key)
	_, receipt := second.get(t, "/v1/events/"+testlog.ID(2)+"/proof")
	done(t, "verify-proof", written(t, "receipt", receipt), "--key", key)
}

// TestServeNamesItsLog names the log when its key is made, and otherwise later.
func TestServeNamesItsLog(t *testing.T) {
	dir, keyFile := t.TempDir(), filepath.Join(t.TempDir(), "key")
	named := func(origin string) func(*server.Config) {
		return func(o *server.Config) { o.Checkpoints = server.CheckpointConfig{KeyFile: keyFile, Origin: origin} }
	}
	s := startServing(t, dir, named("example.com/books"))
	if _, key := s.get(t, "/v1/checkpoint/key"); !strings.HasPrefix(key, "example.com/books+") {
		t.Errorf("key %s", key)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	got := telling(t, "serve", "--data", dir, "--checkpoint-key", keyFile, "--checkpoint-origin", "example.com/others",
		"--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0")
	if got.code != exit.BadUsage {
		t.Errorf("exit %d, %s", got.code, got.stderr)
	}
}

// TestServeSignsNoOtherLog starts a server on a new log beside what was signed of the old one.
func TestServeSignsNoOtherLog(t *testing.T) {
	dir := t.TempDir()
	first := startServing(t, dir, nil)
	first.post(t, testlog.Story[0])
	first.get(t, "/v1/checkpoint")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ledger.FileName, "jetstream"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	second := startServing(t, dir, nil)
	second.post(t, testlog.Story[1])
	if status, answer := second.get(t, "/v1/checkpoint"); status != http.StatusInternalServerError ||
		!strings.Contains(answer, `"forked"`) {
		t.Errorf("%d %s", status, answer)
	}
	if status, answer := second.get(t, "/v1/events/"+testlog.ID(2)); status != http.StatusOK {
		t.Errorf("reading goes on: %d %s", status, answer)
	}
}
