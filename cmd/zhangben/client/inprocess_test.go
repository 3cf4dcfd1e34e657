package client

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
)

// An answer is read while it is written, and closing it ends the handler, which is waited for.
func TestAnswersInProcessEndWhenTheyAreClosed(t *testing.T) {
	var ended atomic.Bool
	source := Source{Address: "http://localhost", client: http.Client{Transport: inProcess{
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer ended.Store(true)
			w.Header().Set("X-Kind", "endless")
			for r.Context().Err() == nil {
				w.Header().Set("X-Late", "too late to be sent")
				_, _ = w.Write([]byte("line\n"))
			}
		})}}}
	answer, err := source.Do(t.Context(), http.MethodGet, "/", nil, "text/plain", nil)
	if err != nil || answer.Header.Get("X-Kind") != "endless" {
		t.Fatalf("%v: %+v", err, answer)
	}
	line := make([]byte, 10)
	if _, err := io.ReadFull(answer.Body, line); err != nil || string(line) != "line\nline\n" {
		t.Errorf("%v: %q", err, line)
	}
	if answer.Body.Close() != nil || !ended.Load() {
		t.Error("the handler still runs")
	}
}

func TestAnswersInProcessThatBreakOff(t *testing.T) {
	source := Source{Address: "http://localhost", client: http.Client{Transport: inProcess{
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("half"))
			panic(http.ErrAbortHandler)
		})}}}
	if text, err := source.Get(t.Context(), "/", nil); err == nil {
		t.Errorf("%q was taken for an answer", text)
	}
}
