package main

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"
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
