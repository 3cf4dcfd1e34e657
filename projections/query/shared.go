package query

import (
	"context"
	"errors"
	"sync"
	"time"
)

// sharedTotals are totals that are being worked out: one work serves all who ask for the same instants.
type sharedTotals struct {
	mu sync.Mutex
	of map[At]*totalsWork
}

// totalsWork is one of them.
type totalsWork struct {
	progress
	askers int // guarded by sharedTotals.mu
	cancel context.CancelFunc
	done   chan struct{} // closed when totals and err are there
	totals *Totals
	err    error
}

// lingerTime is how long work goes on, and its outcome is kept, for an asker who was told to ask again.
const lingerTime = time.Minute

// ask returns the totals that work makes, or when ctx is done, its error. The work ends when all askers have gone.
func (s *sharedTotals) ask(ctx context.Context, at At,
	work func(context.Context, *progress) (*Totals, error)) (*Totals, error) {
	if q := questionOf(ctx); q != nil {
		q.needTurn()
	}
	w := s.join(ctx, at, work)
	select {
	case <-w.done:
		s.leave(at, w)
		return w.totals, w.err
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		time.AfterFunc(lingerTime, func() { s.leave(at, w) })
	} else {
		s.leave(at, w)
	}
	return nil, unfinished(ctx.Err(), w.progress.get)
}

// join begins the work unless it is under way.
func (s *sharedTotals) join(ctx context.Context, at At,
	work func(context.Context, *progress) (*Totals, error)) *totalsWork {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.of[at]
	if w == nil {
		w = &totalsWork{done: make(chan struct{})}
		ctx, w.cancel = context.WithCancel(context.WithValue(context.WithoutCancel(ctx), questionKey{}, (*question)(nil)))
		if s.of == nil {
			s.of = map[At]*totalsWork{}
		}
		s.of[at] = w
		go func() {
			defer close(w.done)
			w.totals, w.err = work(ctx, &w.progress)
		}()
	}
	w.askers++
	return w
}

// leave is called once for each asker.
func (s *sharedTotals) leave(at At, w *totalsWork) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.askers--; w.askers == 0 {
		w.cancel()
		delete(s.of, at)
	}
}
