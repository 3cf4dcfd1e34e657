package ledger

import "context"

// Wait returns nil once the message of a stream sequence has been taken, whatever became of it. It returns the error of
// ctx when that ends first, and ErrClosed when the log was closed.
func (l *Log) Wait(ctx context.Context, streamSeq uint64) error {
	for {
		l.mu.RLock()
		taken, closed, committed := l.state.at.streamSeq() >= streamSeq, l.closed, l.committed
		l.mu.RUnlock()
		switch {
		case taken:
			return nil
		case closed:
			return ErrClosed
		}
		select {
		case <-committed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Subscribe returns a channel that receives after each commit; a slow reader receives once for many commits. cancel
// ends the subscription.
func (l *Log) Subscribe() (nudge <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	l.mu.Lock()
	l.nudges[c] = struct{}{}
	l.mu.Unlock()
	return c, func() {
		l.mu.Lock()
		delete(l.nudges, c)
		l.mu.Unlock()
	}
}

// announce wakes all who wait for a commit. The caller holds l.mu.
func (l *Log) announce() {
	close(l.committed)
	l.committed = make(chan struct{})
	for c := range l.nudges {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
