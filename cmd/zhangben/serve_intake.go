package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// intake is the stream on its way into the log, in the background.
type intake struct {
	log    *ledger.Log
	nc     *nats.Conn
	behind uint64     // where the stream ended at the start: until the log has come so far, reads are of the past
	broken chan error // receives the error after which the program must end
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex
	halted error // why the log takes nothing any more
}

// startIntake starts it. It goes on when ctx ends, until it is stopped: requests under way then still get their verdicts.
func startIntake(ctx context.Context, js jetstream.JetStream, stream *ingest.Stream, log *ledger.Log, logger *slog.Logger) *intake {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	in := &intake{
		log: log, nc: js.Conn(), behind: stream.CachedInfo().State.LastSeq,
		broken: make(chan error, 1), cancel: cancel, done: make(chan struct{}),
	}
	go func() {
		defer close(in.done)
		in.end(ingest.Run(ctx, js, log, ingest.Options{Logger: logger}), logger)
	}()
	return in
}

// end decides what an error means: a disk that fails ends the program, so that the log is opened anew and its end read
// back; a stream that is not the right one ends the taking in, while what is in the log is served on.
func (in *intake) end(err error, logger *slog.Logger) {
	if errors.Is(err, ledger.ErrStorage) {
		in.broken <- err
		return
	}
	if err == nil {
		return
	}
	logger.Error("no events are taken in any more; what is in the log is still served", "error", err)
	in.mu.Lock()
	in.halted = err
	in.mu.Unlock()
}

// ready is nil, or says why no events are taken in.
func (in *intake) ready() error {
	in.mu.Lock()
	halted := in.halted
	in.mu.Unlock()
	switch at := in.log.Position().StreamSeq; {
	case halted != nil:
		return fmt.Errorf("no events are taken in: %w", halted)
	case !in.nc.IsConnected():
		return errors.New("no events are taken in: the connection to NATS is lost")
	case at < in.behind:
		return fmt.Errorf("reading the stream: at %d of %d", at, in.behind)
	}
	return nil
}

func (in *intake) stop() {
	in.cancel()
	<-in.done
}
