package main_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// Two of three servers die. Nothing can be stored, which readiness, doctor, status, metrics and publish all say, and
// reads go on; with two servers again, so does everything.
func TestClusterWithoutAQuorumIsNotReady(t *testing.T) {
	binary, cluster := buildBinary(t), newCluster(t)
	var urls []string
	for _, e := range cluster {
		urls = append(urls, e.url())
	}
	all := strings.Join(urls, ",")
	http := freeAddress(t)
	server := start(t, nil, nil, binary, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--http", http, "--nats",
		all, "--replicas", "3")
	server.ready(http)
	if out, code := publish(t, binary, all, topUpLines(10)); code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	server.await("all copies told of",
		func() bool { return strings.Contains(get(t, http, "/metrics"), "zhangben_stream_copies_current 2") })

	cluster["nats-1"].process.kill()
	cluster["nats-2"].process.kill()
	server.await("not ready", func() bool { return strings.Contains(get(t, http, "/readyz"), "nothing can be stored") })
	run := func(args ...string) (string, int) {
		var out lockedBuffer
		p := start(t, nil, &out, binary, args...)
		code := p.exitCode()
		return out.String() + p.messages.String(), code
	}
	for _, command := range [][]string{{"doctor", "--server", "http://" + http},
		{"stream", "status", "--server", "http://" + http}} {
		if out, code := run(command...); code != 3 || !strings.Contains(out, "nothing can be stored") {
			t.Errorf("%v: exit code %d: %s", command, code, out)
		}
	}
	if metrics := get(t, http, "/metrics"); !strings.Contains(metrics, "zhangben_stream_quorum 0") {
		t.Error("metrics do not tell of it")
	}
	if account := get(t, http, "/v1/accounts/acct-1"); !strings.Contains(account, `"wallet"`) {
		t.Errorf("reading: %s", account)
	}
	p := start(t, strings.NewReader(topUpLines(1)), nil, binary, "publish", "--nats", all)
	if code := p.exitCode(); code != 1 {
		t.Errorf("publish: exit code %d: %s", code, p.messages)
	}
	t.Logf("publish says: %s", p.messages)

	cluster["nats-1"].start()
	server.ready(http)
	if out, code := publish(t, binary, all, topUpLines(10)); code != 0 || !strings.HasPrefix(out, "10 appended") {
		t.Errorf("with a quorum: exit code %d: %s", code, out)
	}
}

// The ledger is started before the NATS server, as after a power cut.
func TestServeWaitsForNATS(t *testing.T) {
	binary, e := buildBinary(t), newExternal(t, buildNATS(t), "")
	e.awaitJetStream()
	e.process.stop()
	http := freeAddress(t)
	server := start(t, nil, nil, binary, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--http", http, "--nats",
		e.url())
	server.await("waiting for NATS",
		func() bool { return strings.Contains(get(t, http, "/readyz"), "NATS has not answered yet") })
	if totals := get(t, http, "/v1/accounts"); !strings.Contains(totals, `"accounts"`) {
		t.Errorf("reading: %s", totals)
	}
	e.start()
	server.ready(http)
	if out, code := publish(t, binary, e.url(), topUpLines(10)); code != 0 || !strings.HasPrefix(out, "10 appended") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code := server.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, server.messages)
	}
}
