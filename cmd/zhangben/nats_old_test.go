package main_test

import (
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/buildtest"
)

// The real server of the last version in which a publisher can purge the stream is refused: by a ledger that starts, by
// one that waited for it, and by the doctor where it takes the place of a newer one.
func TestNATSServerThatIsTooOldIsRefused(t *testing.T) {
	binary, old := buildBinary(t), buildtest.Program(t, "testdata/oldnats", "github.com/nats-io/nats-server/v2")
	serve := func(e *external) (server *process, http string) {
		http = freeAddress(t)
		data := filepath.Join(t.TempDir(), "data")
		return start(t, nil, nil, binary, "serve", "--data", data, "--http", http, "--nats", e.url()), http
	}
	wantRefused := func(server *process) {
		t.Helper()
		code, said := server.exitCode(), server.messages.String()
		if code != 1 || !strings.Contains(said, "is of version 2.15.2") || !strings.Contains(said, "install 2.15.3") {
			t.Errorf("exit code %d\n%s", code, said)
		}
	}
	e := newExternal(t, old, "")
	e.awaitJetStream()
	server, _ := serve(e)
	wantRefused(server)

	e.process.stop()
	server, http := serve(e)
	server.await("waiting for NATS",
		func() bool { return strings.Contains(get(t, http, "/readyz"), "NATS has not answered yet") })
	e.start()
	wantRefused(server)

	e = newExternal(t, buildNATS(t), "")
	e.awaitJetStream()
	server, http = serve(e)
	server.ready(http)
	e.process.stop()
	e.binary = old
	e.start()
	e.awaitJetStream()
	server.await("told to update it",
		func() bool { return strings.Contains(server.messages.String(), "the NATS server must be updated") })
	var findings lockedBuffer
	doctor := start(t, nil, &findings, binary, "doctor", "--server", "http://"+http)
	if code := doctor.exitCode(); code != 3 || !strings.Contains(findings.String(), "install 2.15.3") {
		t.Errorf("doctor: exit code %d: %s%s", code, findings.String(), doctor.messages)
	}
}
