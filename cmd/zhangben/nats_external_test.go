package main_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/buildtest"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// external is the separate nats-server program, with JetStream, on a folder and at an address that stay.
type external struct {
	t       *testing.T
	binary  string
	config  string
	dir     string
	address string
	process *process
}

// buildNATS builds the nats-server program of the version that go.mod names.
func buildNATS(t *testing.T) string {
	t.Helper()
	return buildtest.Program(t, ".", "github.com/nats-io/nats-server/v2")
}

// newExternal starts a server; more is added to its configuration.
func newExternal(t *testing.T, binary, more string) *external {
	t.Helper()
	dir := t.TempDir()
	e := &external{t: t, binary: binary, config: filepath.Join(dir, "nats.conf"), dir: filepath.Join(dir, "jetstream"),
		address: freeAddress(t)}
	config := fmt.Sprintf("listen: %q\njetstream { store_dir: %q, sync_interval: always }\n%s", e.address, e.dir, more)
	if err := os.WriteFile(e.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	e.start()
	return e
}

// newCluster starts three servers that keep three copies of the stream.
func newCluster(t *testing.T) map[string]*external {
	t.Helper()
	binary := buildNATS(t)
	var names, addresses, routes []string
	for n := range 3 {
		names, addresses = append(names, fmt.Sprintf("nats-%d", n+1)), append(addresses, freeAddress(t))
		routes = append(routes, "nats-route://"+addresses[n])
	}
	cluster := map[string]*external{}
	for n, name := range names {
		cluster[name] = newExternal(t, binary, fmt.Sprintf("server_name: %s\ncluster { name: test, listen: %q, routes: "+
			"[%s] }\n", name, addresses[n], strings.Join(routes, ", ")))
	}
	for _, e := range cluster {
		e.awaitJetStream()
	}
	return cluster
}

func (e *external) url() string { return "nats://" + e.address }

func (e *external) start() {
	e.t.Helper()
	e.process = start(e.t, nil, nil, e.binary, "--config", e.config)
}

// awaitJetStream waits until the server, or the cluster it is of, stores messages.
func (e *external) awaitJetStream() {
	e.t.Helper()
	e.process.await("storing", func() bool {
		nc, err := nats.Connect(e.url())
		if err != nil {
			return false
		}
		defer nc.Close()
		js, err := jetstream.New(nc)
		if err != nil {
			return false
		}
		_, err = js.AccountInfo(e.t.Context())
		return err == nil
	})
}

// topUpLines are n well-formed events.
func topUpLines(n int) string {
	var lines strings.Builder
	for range n {
		lines.WriteString(topUp(uuid.Must(uuid.NewV7()).String()) + "\n")
	}
	return lines.String()
}

func TestServeWithASeparateNATSServer(t *testing.T) {
	binary, e := buildBinary(t), newExternal(t, buildNATS(t), "")
	e.awaitJetStream()
	data, http := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	serve := func() *process {
		p := start(t, nil, nil, binary, "serve", "--data", data, "--http", http, "--nats", e.url())
		p.ready(http)
		return p
	}
	wantPublished := func(lines, want string) {
		t.Helper()
		if out, code := publish(t, binary, e.url(), lines); code != 0 || out != want {
			t.Fatalf("exit code %d: %s", code, out)
		}
	}
	lines := topUpLines(2_500)
	server := serve()
	wantPublished(lines, "2500 appended, 0 duplicate, 0 rejected\n")

	e.process.kill()
	e.start()
	e.awaitJetStream()
	wantPublished(lines, "0 appended, 2500 duplicate, 0 rejected\n")

	server.kill()
	server = serve()
	wantPublished(topUpLines(500), "500 appended, 0 duplicate, 0 rejected\n")

	if code := server.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, server.messages)
	}
	e.process.stop()
	if err := os.RemoveAll(e.dir); err != nil {
		t.Fatal(err)
	}
	e.start()
	e.awaitJetStream()
	server = start(t, nil, nil, binary, "serve", "--data", data, "--http", http, "--nats", e.url())
	server.await("told of the lost stream",
		func() bool { return strings.Contains(get(t, http, "/readyz"), "zhangben stream adopt") })
	if account := get(t, http, "/v1/accounts/acct-1"); !strings.Contains(account, `"wallet":"30.00"`) {
		t.Errorf("reading goes on: %s", account)
	}
}

func TestServeRefusesASeparateStreamThatForgets(t *testing.T) {
	binary, e := buildBinary(t), newExternal(t, buildNATS(t), "")
	e.awaitJetStream()
	nc, err := nats.Connect(e.url())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "BILLING",
		Subjects: []string{"billing.events.>"}}); err != nil {
		t.Fatal(err)
	}
	server := start(t, nil, nil, binary, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--http", freeAddress(t),
		"--nats", e.url())
	if code := server.exitCode(); code != 1 || !strings.Contains(server.messages.String(),
		"max_bytes should be more than 0 and is -1") {
		t.Errorf("exit code %d\n%s", code, server.messages)
	}
}

// The server that leads the stream is killed while events come in. What was stored is on the two others.
func TestClusterThatLosesItsLeaderLosesNoEvent(t *testing.T) {
	binary, cluster := buildBinary(t), newCluster(t)
	var urls []string
	for _, e := range cluster {
		urls = append(urls, e.url())
	}
	all := strings.Join(urls, ",")
	data, http := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	server := start(t, nil, nil, binary, "serve", "--data", data, "--http", http, "--nats", all, "--replicas", "3")
	server.ready(http)

	lines, events := io.Pipe()
	var verdicts lockedBuffer
	publisher := start(t, lines, &verdicts, binary, "publish", "--nats", all, "--json")
	go func() {
		defer events.Close()
		for range 20 {
			_, _ = io.WriteString(events, topUpLines(500))
		}
	}()
	publisher.await("publishing", func() bool { return strings.Count(verdicts.String(), "\n") > 1_000 })
	cluster[leader(t, all)].process.kill()
	publisher.exitCode() // it may give up in between; what it was told of is there all the same
	lines.Close()

	if out, code := publish(t, binary, all, topUpLines(100)); code != 0 ||
		out != "100 appended, 0 duplicate, 0 rejected\n" {
		t.Fatalf("exit code %d: %s", code, out)
	}
	server.stop()
	path, acknowledged := filepath.Join(t.TempDir(), "verdicts"), map[string]bool{}
	if err := os.WriteFile(path, []byte(verdicts.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	readAcknowledged(t, path, acknowledged)
	t.Logf("%d events acknowledged while the leader went away", len(acknowledged))
	(&killing{t: t, data: data}).check(1, acknowledged)
}

// leader is the name of the server that leads the stream.
func leader(t *testing.T, urls string) string {
	t.Helper()
	nc, err := nats.Connect(urls)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "BILLING")
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().Cluster.Leader
}
