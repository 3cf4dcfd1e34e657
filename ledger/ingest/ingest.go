// Package ingest takes events into the ledger: they are published to the stream, read from it in order, decoded,
// appended to the log and acknowledged; and it returns to the publisher what became of each.
package ingest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
	"zhangben/ledger/replica"
)

// The reasons to stop until an operator decides: reading on could only make things worse. What is in the log stays
// readable.
var (
	// ErrRolledBack says that the stream ends before the log's position.
	ErrRolledBack = errors.New("the stream lost messages that the log has")
	// ErrStreamGone says that the stream was deleted.
	ErrStreamGone = errors.New("the stream is gone")
)

// The time to wait before the stream is read again after the connection or the consumer was lost. It doubles each time,
// until reading has gone well for maxRetryPause.
const (
	retryPause    = 250 * time.Millisecond
	maxRetryPause = 5 * time.Second
)

// staleTime is how long a stream must be found wrong before that is believed: a server of a cluster that was paused, or
// has just started, may answer from an old state for a moment.
const staleTime = 2 * time.Second

// Options adjusts Run.
type Options struct {
	Logger *slog.Logger // nil: the default one

	// Gate is passed before each append: it waits, unacknowledged, for as long as nothing may be written, and returns
	// the context's error, or replica.ErrDiffers. It may be nil.
	Gate func(context.Context) error

	// Appended is called with each batch that was appended, and its outcomes. It may be nil.
	Appended func([]ledger.Arrival, []ledger.Outcome)

	Reading *Reading // is kept up to date; may be nil
}

// Run copies the stream into the log until ctx ends, which is no error. It reads every message in turn from the log's
// own position, so a restart, a lost connection and a redelivery are all the same: read on from where the log ends.
//
// It returns ledger.ErrStorage when the disk failed, ledger.ErrGap, ledger.ErrStreamChanged, ErrRolledBack or
// ErrStreamGone when the stream is not the one the log was built from, and replica.ErrDiffers when the gate finds that
// another instance's log differs. It retries after any other error.
func Run(ctx context.Context, js jetstream.JetStream, log *ledger.Log, o Options) error {
	logger := o.Logger
	if logger == nil {
		logger = slog.Default()
	}
	o.Reading.set(ErrNotReading)
	refused := newRefusals(js.Conn(), logger)
	defer refused.stop()
	var wrongSince time.Time // since when the stream was found wrong each time
	for wait := retryPause; ; wait = min(2*wait, maxRetryPause) {
		begun := time.Now()
		err := copyStream(ctx, js, log, o, refused)
		o.Reading.interrupted(err)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(begun) > maxRetryPause {
			wait, wrongSince = retryPause, time.Time{}
		}
		switch stale := transient(err); {
		case stale && wrongSince.IsZero():
			wrongSince = time.Now()
		case stale && time.Since(wrongSince) < staleTime:
			wait = retryPause
		case permanent(err):
			o.Reading.set(err)
			return err
		case !stale:
			wrongSince = time.Time{}
		}
		logger.Warn("reading the stream again", "error", err, "stream_seq", log.Position().StreamSeq)
		pause(ctx, wait)
	}
}

// copyStream reads the stream until something breaks. Messages are read and decoded on a second goroutine while a batch
// is on its way to disk; what has come meanwhile is the next batch. So a lone event is appended at once, and under load
// thousands share one sync.
func copyStream(ctx context.Context, js jetstream.JetStream, log *ledger.Log, o Options, refused *refusals) error {
	stream, err := openStream(ctx, js, log)
	if err != nil {
		return err
	}
	o.Reading.set(nil)
	ctx, stop := whileConnected(ctx, js.Conn())
	defer stop()
	queue := newBatchQueue()
	var reading sync.WaitGroup
	reading.Go(func() { queue.close(readStream(ctx, stream, log.Position().StreamSeq+1, queue)) })
	err = appendAll(ctx, log, queue, o, refused)
	queue.close(err)
	stop()
	reading.Wait()
	return err
}

// appendAll appends batch after batch. The append is the commit point: only what is durable in the log is acknowledged,
// and an acknowledgement lost is no loss, since the log knows its own position.
func appendAll(ctx context.Context, log *ledger.Log, queue *batchQueue, o Options, refused *refusals) error {
	epoch := log.Position().Epoch
	for {
		batch, last, err := queue.take()
		if err != nil {
			return err
		}
		if o.Gate != nil {
			if err := o.Gate(ctx); err != nil {
				return err
			}
		}
		outcomes, err := log.Append(batch)
		if err != nil {
			return err
		}
		if o.Appended != nil {
			o.Appended(batch, outcomes)
		}
		refused.add(epoch, batch, outcomes)
		if last != nil {
			_ = last.Ack() // acknowledges all before it too
		}
	}
}

// whileConnected returns a copy of ctx that ends when the connection is lost, too: the consumer may be lost with it,
// and the stream be another when the connection is back.
func whileConnected(ctx context.Context, nc *nats.Conn) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	status := nc.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	go func() {
		defer cancel()
		defer nc.RemoveStatusListener(status)
		select {
		case <-status:
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// transient reports whether an error may come from a server that answers from an old state.
func transient(err error) bool {
	return isAny(err, ErrStreamGone, ErrRolledBack, ledger.ErrGap)
}

// permanent reports whether reading again could not help.
func permanent(err error) bool {
	return isAny(err, ledger.ErrStorage, ledger.ErrDamaged, ledger.ErrReadOnly, ledger.ErrClosed,
		ledger.ErrGap, ledger.ErrStreamChanged, ErrRolledBack, ErrStreamGone, ErrDrift, replica.ErrDiffers)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
