package main_test

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"zhangben/ledger"
)

// fileLimit is the size in blocks of 1 KiB beyond which no file may grow: less than the log's second step of 16 MiB.
const fileLimit = 20 << 10

// A log that cannot grow any more ends the program with its own exit code and acknowledges nothing that it does not have;
// with room again it reads the rest from the stream.
func TestLogThatCannotGrowLosesNothing(t *testing.T) {
	k := killing{t: t, binary: buildBinary(t), dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")}
	http, nats := freeAddress(t), freeAddress(t)
	server := start(t, nil, nil, "bash", "-c", fmt.Sprintf(`ulimit -f %d && exec "$0" "$@"`, fileLimit),
		k.binary, "serve", "--data", k.data, "--http", http, "--nats-listen", nats, "--disk-floor", "0")
	server.ready(http)
	verdicts := create(t, filepath.Join(k.dir, "verdicts.ndjson"))
	lines, events := io.Pipe()
	publisher := start(t, lines, verdicts, k.binary, "publish", "--json", "--nats", "nats://"+nats)
	go writeLongTopUps(events)
	if code := server.exitCode(); code != 4 {
		t.Fatalf("exit code %d\n%s", code, server.messages)
	}
	publisher.kill()
	lines.Close()
	acknowledged := map[string]bool{}
	readAcknowledged(t, verdicts.Name(), acknowledged)
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged before the log was full")
	}
	k.check(0, acknowledged)
	before := lastSeq(t, k.data)
	k.restart()
	k.check(1, acknowledged)
	if after := lastSeq(t, k.data); after <= before {
		t.Errorf("%d records, before the restart %d: the rest of the stream was not read", after, before)
	}
}

// The embedded stream's storage fails: the program ends as for the log's, and the restart brings what was stored.
func TestStreamThatCannotBeWrittenLosesNothing(t *testing.T) {
	k := killing{t: t, binary: buildBinary(t), dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")}
	http, nats := freeAddress(t), freeAddress(t)
	server := start(t, nil, nil, "bash", "-c", fmt.Sprintf(`ulimit -f %d && exec "$0" "$@"`, streamLimit),
		k.binary, "serve", "--data", k.data, "--http", http, "--nats-listen", nats, "--disk-floor", "0")
	server.ready(http)
	verdicts := create(t, filepath.Join(k.dir, "verdicts.ndjson"))
	lines, events := io.Pipe()
	publisher := start(t, lines, verdicts, k.binary, "publish", "--json", "--nats", "nats://"+nats)
	go writeLongTopUps(events)
	if code := server.exitCode(); code != 4 {
		t.Fatalf("exit code %d\n%s", code, server.messages)
	}
	publisher.kill()
	lines.Close()
	acknowledged := map[string]bool{}
	readAcknowledged(t, verdicts.Name(), acknowledged)
	k.restart()
	k.check(1, acknowledged)
}

// streamLimit lets neither a block of the stream nor the log grow to its first full size.
const streamLimit = 4 << 10

// writeLongTopUps writes events of some 10 KB as fast as they are read.
func writeLongTopUps(w io.Writer) {
	note := `,"note":"` + strings.Repeat("x", 10_000) + `"}}`
	for {
		event := strings.TrimSuffix(topUp(uuid.Must(uuid.NewV7()).String()), "}}") + note
		if _, err := fmt.Fprintln(w, event); err != nil {
			return
		}
	}
}

func lastSeq(t *testing.T, data string) ledger.Seq {
	t.Helper()
	log, err := ledger.Open(data, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	return log.Last()
}
