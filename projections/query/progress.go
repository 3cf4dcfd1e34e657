package query

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// progress is how far a question about all accounts has come.
type progress struct{ done, of atomic.Int64 }

func (p *progress) set(done, of int) {
	p.done.Store(int64(done))
	p.of.Store(int64(of))
}

// unfinished tells how far the question has come, where the error is that it took too long.
func (p *progress) unfinished(err error) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &UnfinishedError{Done: int(p.done.Load()), Of: int(p.of.Load()), why: err}
}

// UnfinishedError says how far a question had come when it was given up, in accounts. What was done helps whoever asks
// again.
type UnfinishedError struct {
	Done, Of int
	why      error
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("%d of %d accounts were done", e.Done, e.Of)
}

func (e *UnfinishedError) Unwrap() error { return e.why }
