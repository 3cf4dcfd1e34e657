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

// Committed returns a channel that is closed by the next commit. Who takes it before looking at the log misses nothing.
func (l *Log) Committed() <-chan struct{} {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.committed
}

// announce wakes all who wait for a commit. The caller holds l.mu.
func (l *Log) announce() {
	close(l.committed)
	l.committed = make(chan struct{})
}
