package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"zhangben/ledger"
)

// usualKills is how many times the server is killed under load, unless ZHANGBEN_KILLS says otherwise.
const usualKills = 25

// TestKilledServerLosesNothingAcknowledged kills the server at random moments while another process publishes and
// writes each verdict it gets to a file. Whatever stands in the file must be in the log, once, whatever the moment.
//
// In the end the tree is that of a ledger that read the same stream undisturbed.
//
// The moments follow from a seed; ZHANGBEN_SEED=n repeats a run.
func TestKilledServerLosesNothingAcknowledged(t *testing.T) {
	seed, kills := fromEnvironment(t, "ZHANGBEN_SEED", rand.Uint64()),
		int(fromEnvironment(t, "ZHANGBEN_KILLS", usualKills))
	t.Logf("ZHANGBEN_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	k := killing{t: t, binary: buildBinary(t), dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")}
	acknowledged := map[string]bool{}
	for n := range kills {
		verdicts := k.round(n, time.Duration(random.IntN(400))*time.Millisecond)
		readAcknowledged(t, verdicts, acknowledged)
		k.check(n, acknowledged)
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was ever acknowledged: the load never got through")
	}
	k.restart()
	k.check(kills, acknowledged)
	k.compareUndisturbed()
	t.Logf("%d events acknowledged over %d kills", len(acknowledged), kills)
}

// fromEnvironment reads a number from the environment, where it is given.
func fromEnvironment(t *testing.T, name string, otherwise uint64) uint64 {
	text, given := os.LookupEnv(name)
	if !given {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// killing is one data folder and the program that is killed over it.
type killing struct {
	t      *testing.T
	binary string
	dir    string // of the verdicts
	data   string
}

// serve starts the server on ports of its own.
func (k *killing) serve(flags ...string) (server *process, http, nats string) {
	http, nats = freeAddress(k.t), freeAddress(k.t)
	words := append([]string{"serve", "--data", k.data, "--http", http, "--nats-listen", nats}, flags...)
	return start(k.t, nil, nil, k.binary, words...), http, nats
}

// round serves and publishes, kills the server after a while, and returns the file of the verdicts. Where the while is
// short the server is killed as it starts.
func (k *killing) round(n int, life time.Duration) string {
	server, http, nats := k.serve()
	if n%5 == 4 {
		time.Sleep(life)
		server.kill()
		return ""
	}
	server.ready(http)
	verdicts := create(k.t, filepath.Join(k.dir, fmt.Sprintf("verdicts-%d.ndjson", n)))
	lines, events := io.Pipe()
	publisher := start(k.t, lines, verdicts, k.binary, "publish", "--json", "--nats", "nats://"+nats)
	go writeTopUps(events)
	time.Sleep(life)
	server.kill()
	publisher.kill()
	lines.Close()
	return verdicts.Name()
}

// writeTopUps writes events as fast as they are read, until the reader is gone.
func writeTopUps(w io.Writer) {
	for {
		if _, err := fmt.Fprintln(w, topUp(uuid.Must(uuid.NewV7()).String())); err != nil {
			return
		}
	}
}

// topUp is a well-formed event.
func topUp(id string) string {
	return `{"specversion":"1.0","id":"` + id +
		`","source":"/test","type":"billing.wallet.topped_up.v1","time":"2025-03-01T09:00:00+08:00",` +
		`"data":{"account_id":"acct-1","amount":"0.01","currency":"CNY","channel":"online"}}`
}

// readAcknowledged adds the ids that stand in a file of verdicts. Its last line may be cut off: that verdict was not
// had.
func readAcknowledged(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	if path == "" {
		return
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var verdict struct{ ID, Outcome string }
		if json.Unmarshal(lines.Bytes(), &verdict) != nil {
			return
		}
		switch verdict.Outcome {
		case "appended", "duplicate": // a duplicate where the first acknowledgement was lost
			acknowledged[verdict.ID] = true
		case "rejected":
			t.Errorf("%s was rejected", verdict.ID)
		}
	}
}

// restart starts the server once more, lets it catch up, and stops it as it should be.
func (k *killing) restart() {
	server, http, _ := k.serve()
	server.ready(http)
	if code := server.stop(); code != 0 {
		k.t.Errorf("exit code %d\n%s", code, server.messages)
	}
}

// compareUndisturbed has a server without a log read the stream once more, and compares the trees.
func (k *killing) compareUndisturbed() {
	k.t.Helper()
	disturbed := k.data
	k.data = filepath.Join(k.t.TempDir(), "undisturbed")
	defer func() { k.data = disturbed }()
	if err := os.CopyFS(filepath.Join(k.data, "jetstream"), os.DirFS(filepath.Join(disturbed, "jetstream"))); err != nil {
		k.t.Fatal(err)
	}
	k.restart()
	want, errWant := ledger.Verify(k.t.Context(), k.data)
	got, errGot := ledger.Verify(k.t.Context(), disturbed)
	if errWant != nil || errGot != nil || got.Records != want.Records || got.Root != want.Root {
		k.t.Errorf("%d records, root %v, %v; undisturbed %d, root %v, %v", got.Records, got.Root, errGot, want.Records,
			want.Root, errWant)
	}
}

// check verifies the log as it lies there, and wants every acknowledged event in it, once.
func (k *killing) check(n int, acknowledged map[string]bool) {
	k.t.Helper()
	report, err := ledger.Verify(k.t.Context(), k.data)
	if err != nil || len(report.Problems) > 0 {
		k.t.Fatalf("after kill %d: %v %v", n, report.Problems, err)
	}
	times := k.countIDs()
	for id := range acknowledged {
		if times[id] != 1 {
			k.t.Errorf("after kill %d: acknowledged event %s is in the log %d times", n, id, times[id])
		}
	}
	for id, count := range times {
		if count > 1 {
			k.t.Errorf("after kill %d: event %s is in the log %d times", n, id, count)
		}
	}
}

// countIDs reads the log.
func (k *killing) countIDs() map[string]int {
	k.t.Helper()
	log, err := ledger.Open(k.data, ledger.Options{ReadOnly: true})
	if err != nil {
		k.t.Fatal(err)
	}
	defer log.Close()
	times := map[string]int{}
	err = log.Scan(0, func(r ledger.Record) error {
		head, err := r.Head()
		times[head.ID.String()]++
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return times
}
