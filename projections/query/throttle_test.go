package query

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhangben/projections/query/testlog"
)

// TestTurns counts those there are: as many as processors while nothing else needs one, and one while a short question
// is under way, has just ended, or the log grows fast.
func TestTurns(t *testing.T) {
	s := testlog.Open(t)
	r := New(s.Log)
	turns := func(now time.Time) int {
		r.throttle.mu.Lock()
		defer r.throttle.mu.Unlock()
		return r.throttle.most(now)
	}
	begun := time.Now()
	if got := turns(begun); got != processors {
		t.Errorf("%d turns for one who is alone", got)
	}
	_, end := r.Begin(t.Context(), time.Minute)
	if got := turns(time.Now()); got != 1 {
		t.Errorf("%d turns beside a short question", got)
	}
	end()
	if got := turns(time.Now()); got != 1 {
		t.Errorf("%d turns right after it", got)
	}
	if got := turns(time.Now().Add(2 * othersTime)); got != processors {
		t.Errorf("%d turns long after it", got)
	}
	for n := range growFast {
		s.Take(t, testlog.Event(n+1, "wallet.topped_up", "2025-08-01T09:00", "acct-1",
			`"amount":"1","currency":"CNY","channel":"online"`))
	}
	if got := turns(time.Now().Add(4 * othersTime)); got != 1 {
		t.Errorf("%d turns while the log grows fast", got)
	}
}

// TestWhoeverWaitsForATurnMayGo has one wait beside a question that works, and give up.
func TestWhoeverWaitsForATurnMayGo(t *testing.T) {
	r := New(testlog.Open(t).Log)
	_, end := r.Begin(t.Context(), time.Minute)
	defer end()
	if err := r.throttle.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	hurried, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := r.throttle.take(hurried); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second turn: %v", err)
	}
	r.throttle.end()
	if r.throttle.working != 0 || len(r.throttle.waiting) != 0 {
		t.Errorf("%d work and %d wait", r.throttle.working, len(r.throttle.waiting))
	}
	if err := r.throttle.take(t.Context()); err != nil {
		t.Error(err)
	}
	r.throttle.end()
}
