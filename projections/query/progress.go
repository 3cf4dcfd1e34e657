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

func (p *progress) get() (done, of int) { return int(p.done.Load()), int(p.of.Load()) }

// unfinished makes the error that a question took too long one that says how far it had come.
func unfinished(err error, come func() (done, of int)) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	done, of := come()
	return &UnfinishedError{Done: done, Of: of, why: err}
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
