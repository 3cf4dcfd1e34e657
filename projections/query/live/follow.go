package live

import (
	"context"
	"time"

	"zhangben/events/civil"
)

const (
	// idlePause is how long Follow waits when there is nothing to fold.
	idlePause = 200 * time.Millisecond

	// stepAccounts is how many accounts are folded in one step: a question that comes meanwhile waits for its end.
	stepAccounts = 64
)

// Follow folds what becomes stale, one step after the other with pauses in between, until ctx is done: a fifth of one
// processor, and less while the log grows.
func (s *Set) Follow(ctx context.Context, now func() civil.Instant) error {
	pause, last := time.Duration(0), s.log.Last()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		start := time.Now()
		worked, err := s.Step(ctx, now)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		took, grew := time.Since(start), s.log.Last() != last
		switch {
		case !worked:
			pause = idlePause
		case grew:
			pause = 19 * took
		default:
			pause = 4 * took
		}
		last = s.log.Last()
	}
}

// Step folds some accounts: stale ones, or else those that the cache has no answers of, or else some ahead of midnight.
// worked is false where there were none.
func (s *Set) Step(ctx context.Context, now func() civil.Instant) (worked bool, err error) {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer s.turn.Release(1)
	t := now() // when its turn has come: what others folded meanwhile would lie in its future
	if err := s.advance(ctx, t); err != nil {
		return false, err
	}
	defer s.publish()
	if len(s.stale) == 0 {
		s.markUnfilled(stepAccounts)
	}
	if len(s.stale) > 0 {
		return true, s.refresh(ctx, t, stepAccounts, 1)
	}
	from := firstOfNextDay(t)
	if t.Add(civil.Seconds(aheadOfMidnight)).Before(from) {
		return false, nil
	}
	if s.next == nil {
		s.next = s.foldAhead(from)
	}
	return s.next.step(ctx, s, stepAccounts)
}

// markUnfilled marks up to n accounts whose answers are not in the cache since they were folded ahead.
func (s *Set) markUnfilled(n int) {
	left := len(s.unfilled) - min(n, len(s.unfilled))
	for _, number := range s.unfilled[left:] {
		s.mark(number)
	}
	s.unfilled = s.unfilled[:left]
}
