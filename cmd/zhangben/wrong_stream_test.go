package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/micro"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/ingest"
)

// The stream's storage is lost, and the log is asked about messages of the stream made in its place: under their
// sequences it has others.
func TestNothingIsAcknowledgedWhileTheStreamIsAnother(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	before := topUp("acct-1", "1.00") + "\n" + topUp("acct-1", "2.00") + "\n" + topUp("acct-1", "3.00") + "\n" +
		"no event\n"
	if out, messages, code := runCommand(before, "publish", "--nats", s.NATS); code != exit.Rejected {
		t.Fatalf("exit code %d: %s%s", code, out, messages)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "jetstream"), filepath.Join(t.TempDir(), "jetstream")); err != nil {
		t.Fatal(err)
	}

	s = startServing(t, dir, nil)
	lines := topUp("acct-2", "1.00") + "\n" + topUp("acct-2", "2.00") + "\n" + topUp("acct-2", "3.00") + "\n"
	for _, form := range []string{"--json", "--json=false"} {
		out, messages, code := runCommand(lines, "publish", "--nats", s.NATS, form)
		if code != exit.Failed || out != "" || !strings.Contains(messages, "not the one the ledger was bound to") {
			t.Errorf("exit code %d: %s%s", code, out, messages)
		}
	}
	nc := connect(t, s.NATS)
	for _, request := range []string{`{"stream_seqs":[1]}`, `{"stream_seqs":[1,2,3]}`, ""} {
		msg, err := nc.Request(ingest.VerdictSubject, []byte(request), patience)
		if err != nil {
			t.Fatal(err)
		}
		if msg.Header.Get(micro.ErrorCodeHeader) == "" || strings.Contains(string(msg.Data), "outcome") {
			t.Errorf("%q is answered %v %s", request, msg.Header, msg.Data)
		}
	}
	if out, messages, code := runCommand("", "stream", "adopt", "--server", s.HTTP); code != exit.Done {
		t.Fatalf("adopt: exit code %d: %s%s", code, out, messages)
	}
	if out, messages, code := runCommand(lines, "publish", "--nats", s.NATS); code != exit.Done ||
		!strings.HasPrefix(out, "3 appended, 0 duplicate") {
		t.Errorf("after adoption: exit code %d: %s%s", code, out, messages)
	}
}
