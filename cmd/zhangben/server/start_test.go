package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// startLedger serves a folder on free ports, until stop is called or the test ends.
func startLedger(t *testing.T, dir string) (url string, stop func()) {
	t.Helper()
	started := make(chan Endpoints, 1)
	o := Config{Data: dir, Started: func(at Endpoints) { started <- at }}
	o.HTTP.Listen, o.Embedded.Listen = "127.0.0.1:0", "127.0.0.1:0"
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, o, slog.New(slog.DiscardHandler)) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		ended <- nil
	}
	t.Cleanup(stop)
	select {
	case at := <-started:
		return at.HTTP, stop
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	return "", nil
}

// postTopUp posts an event that nothing is wrong with.
func postTopUp(t *testing.T, url string) {
	t.Helper()
	event := fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"/test","type":"billing.wallet.topped_up.v1",`+
		`"time":"2025-03-01T09:00:00+08:00",`+
		`"data":{"account_id":"acct-1","amount":"1.00","currency":"CNY","channel":"online"}}`, uuid.New())
	response, err := http.Post(url+"/v1/events", "application/cloudevents+json", strings.NewReader(event))
	if err != nil || response.Body.Close() != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response, err)
	}
}
