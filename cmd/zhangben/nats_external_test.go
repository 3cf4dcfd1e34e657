package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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

func newExternal(t *testing.T) *external {
	t.Helper()
	dir := t.TempDir()
	e := &external{t: t, binary: filepath.Join(dir, "nats-server"), config: filepath.Join(dir, "nats.conf"), dir: filepath.Join(dir, "jetstream"), address: freeAddress(t)}
	if output, err := exec.Command("go", "build", "-o", e.binary, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	config := fmt.Sprintf("listen: %q\njetstream { store_dir: %q, sync_interval: always }\n", e.address, e.dir)
	if err := os.WriteFile(e.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	e.start()
	return e
}

func (e *external) url() string { return "nats://" + e.address }

func (e *external) start() {
	e.t.Helper()
	e.process = start(e.t, nil, nil, e.binary, "--config", e.config)
	e.process.await("listening", func() bool {
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
	binary, e := buildBinary(t), newExternal(t)
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
	server = start(t, nil, nil, binary, "serve", "--data", data, "--http", http, "--nats", e.url())
	server.await("told of the lost stream", func() bool { return strings.Contains(get(t, http, "/readyz"), "--adopt-stream") })
	if account := get(t, http, "/v1/accounts/acct-1"); !strings.Contains(account, `"wallet":"30.00"`) {
		t.Errorf("reading goes on: %s", account)
	}
}

func TestServeRefusesASeparateStreamThatForgets(t *testing.T) {
	binary, e := buildBinary(t), newExternal(t)
	nc, err := nats.Connect(e.url())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "BILLING", Subjects: []string{"billing.events.>"}}); err != nil {
		t.Fatal(err)
	}
	server := start(t, nil, nil, binary, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--http", freeAddress(t), "--nats", e.url())
	if code := server.exitCode(); code != 1 || !strings.Contains(server.messages.String(), "max_bytes should be more than 0 and is -1") {
		t.Errorf("exit code %d\n%s", code, server.messages)
	}
}
