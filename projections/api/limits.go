package api

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"zhangben/projections/query"
)

// The bounds of what goes on at a time. What is beyond is answered 503 with Retry-After: at once, but that a body waits
// for up to bodyWait until there is room for it. /healthz, /readyz and /metrics are answered always.
const (
	maxRequests  = 1024
	maxFollowers = 64        // of /v1/events?follow=true, with a page of events each
	maxAnswers   = 256 << 20 // bytes of answers on their way, those below smallAnswer aside
	smallAnswer  = 64 << 10

	// A body of at least this much makes others wait: it is decoded in a turn of its own, as questions that take long are
	// worked on. Batches of at least this many events pass through the stream one after another.
	largeBody  = 64 << 10
	largeBatch = 100
)

// AnswerTime is after how long a question is given up, with what it has come to. A server must not cut answers off
// before.
const AnswerTime = 100 * time.Second

// The errors of what is beyond a bound.
var (
	errUnfinished = errors.New("the time for an answer was over: ask again, or for less at a time")
	errRequests   = errors.New("too many requests are under way: ask again in a moment")
	errFollowers  = errors.New("too many clients follow the log: follow again later, or ask for page after page")
	errBodies     = errors.New("too many bodies are under way: send this one again in a moment, which is safe")
	errAnswers    = errors.New("too many large answers are under way: ask again in a moment, or for fewer rows")
)

// limits count what goes on.
type limits struct {
	requests, followers atomic.Int64
	bodies              bodyRoom
	answers             *semaphore.Weighted // in bytes
	batch               *semaphore.Weighted // held by the large batch that is being published
}

func newLimits() limits {
	return limits{
		bodies:  bodyRoom{room: semaphore.NewWeighted(maxBodies)},
		answers: semaphore.NewWeighted(maxAnswers),
		batch:   semaphore.NewWeighted(1),
	}
}

// bounded reports whether requests for a route are counted.
func (r *route) bounded() bool {
	return r.path != "/healthz" && r.path != "/readyz" && r.path != "/metrics"
}

// begin counts a request, which end ends.
func (l *limits) begin(route *route) error {
	if route.bounded() && l.requests.Add(1) > maxRequests {
		l.requests.Add(-1)
		return errRequests
	}
	return nil
}

func (l *limits) end(route *route) {
	if route.bounded() {
		l.requests.Add(-1)
	}
}

// follow counts a client that follows the log.
func (l *limits) follow() (end func(), err error) {
	if l.followers.Add(1) > maxFollowers {
		l.followers.Add(-1)
		return nil, errFollowers
	}
	return func() { l.followers.Add(-1) }, nil
}

// inTurn decodes a body, a large one in a turn of its own.
func (s *server) inTurn(ctx context.Context, size int, decode func() error) error {
	if size >= largeBody {
		end, err := s.reader.Turn(ctx)
		if err != nil {
			return err
		}
		defer end()
	}
	return decode()
}

// beginBatch waits, with a large batch, until no other is being published, as long as a body waits for room.
func (l *limits) beginBatch(ctx context.Context, size int) (end func(), err error) {
	if size < largeBatch {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, bodyWait)
	defer cancel()
	if err := l.batch.Acquire(ctx, 1); err != nil {
		return nil, errBodies
	}
	return func() { l.batch.Release(1) }, nil
}

// holdAnswer makes room for a large answer until the request is over.
func (w *answerWriter) holdAnswer(size int) error {
	if size < smallAnswer {
		return nil
	}
	if !w.limits.answers.TryAcquire(int64(size)) {
		return errAnswers
	}
	w.answer += int64(size)
	return nil
}

// timely words the error of a question that took too long.
func timely(err error) error {
	unfinished, ok := errors.AsType[*query.UnfinishedError](err)
	switch {
	case ok:
		return fmt.Errorf("%w: %w", errUnfinished, unfinished)
	case errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, errNotTaken):
		return errUnfinished
	}
	return err
}
