package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// readyAfter is a server that is not ready the first few times it is asked.
func readyAfter(t *testing.T, times int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if times--; times >= 0 || r.URL.Path != "/readyz" {
			http.Error(w, "still reading", http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestHealthOfAServerThatIsNotReady(t *testing.T) {
	if err := AwaitReady(t.Context(), http.DefaultClient, readyAfter(t, 1), false); !errors.Is(err, ErrNotReady) {
		t.Errorf("%v instead of %v", err, ErrNotReady)
	}
}

func TestHealthWaitsForAServer(t *testing.T) {
	if err := AwaitReady(t.Context(), http.DefaultClient, readyAfter(t, 2), true); err != nil {
		t.Error(err)
	}
}

func TestHealthGivesUpInTheEnd(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*healthPause)
	defer cancel()
	start := time.Now()
	if err := AwaitReady(ctx, http.DefaultClient, readyAfter(t, 1_000), true); err == nil {
		t.Error("a server that is never ready is ready")
	}
	if time.Since(start) > 10*time.Second {
		t.Error("it does not give up")
	}
}
