package natsserver

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"zhangben/ledger"
)

// Whatever many clients do, the diagnostics say it in a few lines, and all that the server says of itself whole.
func TestBurstsOfClientsAreFewLines(t *testing.T) {
	synctest.Test(t, burstsOfClients) // all of it happens within one second
}

func burstsOfClients(t *testing.T) {
	var told bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&told, nil))
	broken := make(chan error, 1)
	nats := serverLogger{logger, NewMessages(logger), broken}
	const n = 1_000
	for i := range n {
		client := fmt.Sprintf(`[::%x]:%d - cid:%d - "name %d \"" - `, i, i, i, i)
		nats.Errorf(client+"Publish Violation - Subject %q", fmt.Sprint("a - b.", i))
		nats.Errorf(client+"Subscription Violation - Subject %q, SID %s", strings.Repeat("x", i), fmt.Sprint("a", i))
		nats.Warnf(client+"Readloop processing time: %v", i)
		nats.Warnf(client+"of one form each %s", strings.Repeat("x", i+1))
		nats.Warnf("JetStream is low on room")
		nats.Errorf("C" + writeError)
	}
	nats.messages.forms.Flush()
	nats.messages.forms.Flush()
	for text, want := range map[string]int{
		"Publish Violation": 2, "Subscription Violation": 2, "Readloop": 2, "more=999": 3, "low on room": n, writeError: n,
	} {
		if got := strings.Count(told.String(), text); got != want {
			t.Errorf("%q stands there %d times, not %d", text, got, want)
		}
	}
	if lines := strings.Count(told.String(), "\n") - 2*n; lines > 50 {
		t.Errorf("%d lines about clients", lines)
	}
	if err := <-broken; !errors.Is(err, ledger.ErrStorage) {
		t.Error(err)
	}
}
