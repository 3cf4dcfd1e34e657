package query

import (
	"context"
	"time"
)

// question is what a client asks, from the beginning to the answer.
type question struct {
	throttle *throttle
	until    time.Time // when it is given up
	long     bool      // guarded by throttle.mu: it has needed a turn
}

// questionKey finds the question in a context.
type questionKey struct{}

// Begin begins something that a client waits for, no longer than a time given. What it asks the reader with the context
// then is part of it; end must be called when it is over. Work without a question, such as a command's own, is
// not waited for by others, and takes turns from the beginning.
func (r *Reader) Begin(ctx context.Context, most time.Duration) (_ context.Context, end func()) {
	q := &question{throttle: &r.throttle, until: time.Now().Add(most)}
	q.throttle.mu.Lock()
	q.throttle.short++
	q.throttle.mu.Unlock()
	return context.WithValue(ctx, questionKey{}, q), q.end
}

func (q *question) end() {
	q.throttle.mu.Lock()
	defer q.throttle.mu.Unlock()
	if !q.long {
		q.throttle.short--
		q.throttle.seen = time.Now()
	}
}

// needTurn notes that the question takes long.
func (q *question) needTurn() {
	q.throttle.mu.Lock()
	defer q.throttle.mu.Unlock()
	if !q.long {
		q.throttle.short--
		q.long = true
	}
}

// Unhurried makes what is asked with the context no question: it may take as long as it does.
func Unhurried(ctx context.Context) context.Context {
	if q := questionOf(ctx); q != nil {
		q.needTurn()
	}
	return context.WithValue(ctx, questionKey{}, (*question)(nil))
}

// questionOf returns the question of a context, or nil.
func questionOf(ctx context.Context) *question {
	q, _ := ctx.Value(questionKey{}).(*question)
	return q
}

// limited returns a context that ends when the question is to be given up.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if q := questionOf(ctx); q != nil {
		return context.WithDeadline(ctx, q.until)
	}
	return ctx, func() {}
}

// turn is the context in which one goroutine works on a question. Folds and readers look at it every some ten
// microseconds whether to go on. To look is to wait, when others are to go first: so the one who works needs to know
// nothing of turns. No other goroutine looks at it.
type turn struct {
	context.Context
	throttle *throttle
	question *question
	begun    time.Time // of the slice
	slice    time.Duration
	taken    bool
}

// turn begins work of the calling goroutine, which ends it with end.
func (r *Reader) turn(ctx context.Context) (_ context.Context, end func()) {
	ctx, cancel := limited(ctx)
	t := &turn{Context: ctx, throttle: &r.throttle, question: questionOf(ctx), begun: time.Now(), slice: shortTime}
	if t.question == nil {
		t.slice = 0
	}
	return t, func() {
		if t.taken {
			t.throttle.end()
		}
		cancel()
	}
}

// Err is nil while the work is to go on.
func (t *turn) Err() error {
	if err := t.Context.Err(); err != nil || time.Since(t.begun) < t.slice {
		return err
	}
	err := t.next()
	t.begun = time.Now()
	return err
}

// next begins the next slice, which may have to be waited for.
func (t *turn) next() error {
	if t.taken {
		lasts, slice, full := t.throttle.goOn()
		if t.slice = slice; full {
			time.Sleep(restTime)
		}
		if lasts {
			return nil
		}
		t.throttle.end()
		t.taken = false
	} else if t.question != nil {
		t.question.needTurn()
	}
	if err := t.throttle.take(t.Context); err != nil {
		return err
	}
	t.taken, t.slice = true, sliceBusy
	return nil
}

// Turn waits for a turn of work that takes long from its beginning and does not look whether to go on, such as decoding
// a large body; end ends it.
func (r *Reader) Turn(ctx context.Context) (end func(), err error) {
	if q := questionOf(ctx); q != nil {
		q.needTurn()
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	return r.throttle.end, r.throttle.take(ctx)
}

// lock is a mutex with a context: waiting ends with it.
type lock chan struct{}

func newLock() lock { return make(lock, 1) }

// lock waits for the lock until ctx is done.
func (l lock) lock(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	default:
	}
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lockInTurn does the same for a goroutine that may have a turn, which goes to another meanwhile.
func (l lock) lockInTurn(ctx context.Context) error {
	if t, working := ctx.(*turn); working && t.taken {
		t.throttle.end()
		t.taken, t.slice = false, 0
	}
	return l.lock(ctx)
}

func (l lock) unlock() { <-l }
