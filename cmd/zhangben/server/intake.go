package server

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
	"zhangben/projections/api"
)

// intake is the stream on its way into the log, in the background.
type intake struct {
	ctx    context.Context
	js     jetstream.JetStream
	log    *ledger.Log
	nc     *nats.Conn
	how    ingest.Options
	broken chan error // receives the error after which the program must end
	cancel context.CancelFunc

	mu     sync.Mutex
	opened bool          // whether the stream was found
	behind uint64        // where the stream ended at the start: until the log has come so far, reads are of the past
	halted error         // why the log takes nothing any more
	done   chan struct{} // closed when reading has ended
}

// newIntake is one that has not begun. Once begun it goes on when ctx ends, until it is stopped: requests under way
// then still get their verdicts.
func newIntake(ctx context.Context, js jetstream.JetStream, log *ledger.Log, how ingest.Options) *intake {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &intake{ctx: ctx, js: js, log: log, nc: js.Conn(), how: how, broken: make(chan error, 1), cancel: cancel}
}

// start reads the stream once it was found.
func (in *intake) start(stream *ingest.Stream) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.begin(stream)
}

// begin reads the stream. The caller holds in.mu.
func (in *intake) begin(stream *ingest.Stream) {
	done := make(chan struct{})
	in.opened, in.behind, in.done = true, stream.CachedInfo().State.LastSeq, done
	go func() {
		defer close(done)
		in.end(ingest.Run(in.ctx, in.js, in.log, in.how), in.how.Logger)
	}()
}

// adopt goes on with the stream that is there, where reading has halted.
func (in *intake) adopt(ctx context.Context) error {
	stream, err := ingest.FindStream(ctx, in.js)
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.halted == nil {
		return nil
	}
	if err := AdoptStream(ctx, in.log, stream); err != nil {
		return err
	}
	in.halted = nil
	in.begin(stream)
	return nil
}

// AdoptStream makes a log go on with a stream: from its beginning where it is another one, and without what it has
// lost.
func AdoptStream(ctx context.Context, log *ledger.Log, stream *ingest.Stream) error {
	if err := ingest.Adopt(log, stream); err != nil {
		return err
	}
	_, err := ingest.SkipMissing(ctx, stream, log)
	return err
}

// checkWritable returns why nothing more is read from the stream, or nil: what is published now might never be in the
// log.
func (in *intake) checkWritable() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.halted == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", api.ErrPaused, in.halted)
}

// end decides what an error means: a disk that fails ends the program, so that the log is opened again and its end
// read back; a stream that is not the right one stops ingest, while reads are still served.
func (in *intake) end(err error, logger *slog.Logger) {
	if errors.Is(err, ledger.ErrStorage) {
		in.broken <- err
		return
	}
	if err == nil {
		return
	}
	logger.Error("ingest is stopped; reads are still served", "error", err)
	in.mu.Lock()
	in.halted = err
	in.mu.Unlock()
}

// ready returns why ingest is stopped or behind, or nil.
func (in *intake) ready() error {
	in.mu.Lock()
	halted, behind, opened := in.halted, in.behind, in.opened
	in.mu.Unlock()
	switch at := in.log.Position().StreamSeq; {
	case !opened && !in.nc.IsConnected():
		return errors.New("ingest is stopped: NATS has not answered yet; reads are served")
	case !opened:
		return errors.New("ingest is stopped: the stream has not been found yet; reads are served")
	case halted != nil:
		return fmt.Errorf("ingest is stopped: %w; zhangben stream status tells more", halted)
	case !in.nc.IsConnected():
		return errors.New("ingest is stopped: the connection to NATS is lost")
	case at < behind:
		return fmt.Errorf("reading the stream: at %d of %d", at, behind)
	}
	return nil
}

func (in *intake) stop() {
	in.cancel()
	in.mu.Lock()
	done := in.done
	in.mu.Unlock()
	if done != nil {
		<-done
	}
}
