package main_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestServerWhoseLogCannotBeWritten lets writes and syncs of the log fail under load. The server must end with exit
// code 4, and what it acknowledged before must be there when it is started again.
func TestServerWhoseLogCannotBeWritten(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		// others may be at it
		install := exec.Command("flock", filepath.Join(os.TempDir(), "zhangben-strace.lock"), "sh", "-c",
			"command -v strace || { apt-get update -qq && apt-get install -qq -y --no-install-recommends strace; }")
		if output, err := install.CombinedOutput(); err != nil {
			t.Fatalf("this test needs strace, and installing it failed: %v\n%s", err, output)
		}
	}
	k := killing{t: t, binary: buildBinary(t), dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")}
	acknowledged := map[string]bool{}
	for n, failure := range []string{
		"pwrite64:error=EIO:when=7", "fdatasync:error=EIO:when=4", "pwrite64:error=ENOSPC:when=12+",
		"fdatasync:error=EIO:when=9+",
	} {
		k.restart() // so that it is the load that is not written, and not what the server reads as it starts
		readAcknowledged(t, k.failing(n, failure), acknowledged)
		k.check(n, acknowledged)
	}
	k.restart()
	k.check(4, acknowledged)
	t.Logf("%d events acknowledged", len(acknowledged))
}

// failing serves and publishes until the failure has ended the server, and returns the file of the verdicts. strace
// counts the calls of each thread.
func (k *killing) failing(n int, failure string) string {
	http, nats := freeAddress(k.t), freeAddress(k.t)
	server := start(k.t, nil, nil, "strace", "-f", "-qq", "-o", "/dev/null", "-P", filepath.Join(k.data, "ledger.db"),
		"-e", "trace=pwrite64,fdatasync", "-e", "inject="+failure,
		k.binary, "serve", "--data", k.data, "--http", http, "--nats-listen", nats)
	server.ready(http)
	verdicts := create(k.t, filepath.Join(k.dir, fmt.Sprintf("verdicts-%d.ndjson", n)))
	lines, events := io.Pipe()
	publisher := start(k.t, lines, verdicts, k.binary, "publish", "--json", "--nats", "nats://"+nats)
	go writeTopUps(events)
	if code := server.exitCode(); code != 4 {
		k.t.Errorf("%s: exit code %d\n%s", failure, code, server.messages)
	}
	publisher.kill()
	lines.Close()
	return verdicts.Name()
}
