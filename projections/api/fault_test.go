package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// A handler that panics answers 500 and logs the stack that shows where; nothing else is disturbed.
func TestAHandlerThatPanicsAnswers(t *testing.T) {
	var log lockedBuffer
	server := serving(t, testlog.Told(t), func(c *api.Config) {
		c.Ready = func() error { return *(*error)(nil) }
		c.Publish = func(context.Context, string, [][]byte) ([]ledger.Outcome, error) { panic("a slip") }
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	for _, request := range []struct{ method, path, body, media string }{
		{"GET", "/readyz", "", ""},
		{"POST", "/v1/events", testlog.Story[0], "Content-Type: application/cloudevents+json"},
	} {
		status, answer, _ := ask(t, server, request.method, request.path, request.body, request.media)
		if p := problemIn(t, answer); status != http.StatusInternalServerError || p.Code != "fault" ||
			strings.Contains(answer, "slip") {
			t.Errorf("%s: %d %s", request.path, status, answer)
		}
		if logged := log.String(); !strings.Contains(logged, "TestAHandlerThatPanicsAnswers.func1") ||
			!strings.Contains(logged, request.path) {
			t.Errorf("%s: the stack is not in the log: %s", request.path, logged)
		}
	}
	if status, answer, _ := ask(t, server, "GET", "/v1/totals", ""); status != http.StatusOK {
		t.Errorf("after the panics: %d %s", status, answer)
	}
}

// lockedBuffer is written to by a server and read by a test.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
