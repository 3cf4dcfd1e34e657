package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrNotReading says that the log's stream is not being read at the moment, and will be again: until it is found to be
// the one that the log was built from, nothing can be said of its messages.
var ErrNotReading = errors.New("the ledger is not reading the stream at the moment")

// Reading is whether Run reads the stream that its log was built from. A nil Reading says that it always does.
type Reading struct {
	mu      sync.Mutex
	found   int           // how often the stream was found to be the right one
	state   error         // nil while it is read, once it was found
	changed chan struct{} // closed at the next change
}

// State returns nil while the stream is read, ErrNotReading with the reason while it is not, and after Run has given up
// the reason for that.
func (r *Reading) State() error {
	if r == nil {
		return nil
	}
	_, _, state := r.now()
	return state
}

func (r *Reading) now() (found int, changed <-chan struct{}, state error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	state = r.state
	if r.found == 0 && state == nil {
		state = ErrNotReading
	}
	return r.found, r.changed, state
}

func (r *Reading) set(state error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state = state; state == nil {
		r.found++
	}
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// interrupted sets the state until the stream is read again.
func (r *Reading) interrupted(why error) { r.set(fmt.Errorf("%w: %w", ErrNotReading, why)) }

// confirm waits until the stream is found to be the right one, which it is while it is read. It returns the reason when
// Run has given up, or ctx ends first.
func (r *Reading) confirm(ctx context.Context) error {
	if r == nil {
		return nil
	}
	before, changed, state := r.now()
	for found := before; errors.Is(state, ErrNotReading) && found == before; found, changed, state = r.now() {
		select {
		case <-changed:
		case <-ctx.Done():
			return state
		}
	}
	if errors.Is(state, ErrNotReading) {
		return nil // it was found meanwhile, and lost sight of again
	}
	return state
}
