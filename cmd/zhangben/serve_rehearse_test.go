package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhangben/cmd/zhangben/exit"
)

// TestTakenAddressFailsAtOnceAndLeavesNothingBehind starts a ledger where another program has its NATS or HTTP address.
func TestTakenAddressFailsAtOnceAndLeavesNothingBehind(t *testing.T) {
	for _, flag := range []string{"--nats-listen", "--http"} {
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		addresses := map[string]string{"--nats-listen": "127.0.0.1:0", "--http": "127.0.0.1:0"}
		addresses[flag] = taken.Addr().String()
		data := t.TempDir() + "/data"
		begun := time.Now()
		cmd := newServeCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs([]string{"--data", data, "--http", addresses["--http"], "--nats-listen", addresses["--nats-listen"]})
		if err = cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("with %s taken serve says %v", flag, err)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("with %s taken serve ends after %v", flag, took)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Errorf("with %s taken serve leaves %s behind", flag, data)
		}
	}
}

// TestAWrongOptionIsFoundBeforeAnAddressIsOpened starts a ledger with one wrong file or option each, where both
// addresses are taken: the option is what is said, and nothing is left behind.
func TestAWrongOptionIsFoundBeforeAnAddressIsOpened(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	wrong, none := filepath.Join(dir, "wrong"), filepath.Join(dir, "none")
	if err := os.WriteFile(wrong, []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	outside := []string{"--nats", "nats://" + taken.Addr().String()}
	inside := []string{"--nats-listen", taken.Addr().String()}
	for _, file := range []string{wrong, none} {
		for _, args := range [][]string{
			append(inside, "--terms", file),
			append(inside, "--tokens", file),
			append(inside, "--nats-auth", file),
			append(inside, "--tls-cert", file, "--tls-key", file),
			append(inside, "--nats-tls-cert", file, "--nats-tls-key", file),
			append(outside, "--nats-creds", none),
			append(outside, "--nats-ca", none),
			append(outside, "--nats-cert", none, "--nats-key", none),
			append(outside, "--nats-user", "x", "--nats-password-file", none),
			append(inside, "--checkpoint-key", wrong),
			append(inside, "--checkpoint-origin", "two words"),
			append(inside, "--stream-sync", "never"),
			append(inside, "--replicas", "7"),
		} {
			messages, code := runUntil(t, t.Context(), append([]string{"serve", "--data", data, "--http", taken.Addr().String()},
				args...)...)
			if code == exit.Done || strings.Contains(messages, "address already in use") {
				t.Errorf("%v: %d %s", args, code, messages)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
				t.Fatalf("%v: %v was left behind, %v", args, left, err)
			}
		}
	}
}
