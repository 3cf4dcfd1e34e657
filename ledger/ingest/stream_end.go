package ingest

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// StreamEnd asks where the stream ends. However many want to know at one time, one asks, for all who came before.
type StreamEnd struct {
	js   jetstream.JetStream
	turn chan struct{} // has room for the one who asks

	asked time.Time             // belongs to who has the turn, as the next two
	info  *jetstream.StreamInfo // what was answered
	err   error
}

// NewStreamEnd asks over the connection of js.
func NewStreamEnd(js jetstream.JetStream) *StreamEnd {
	return &StreamEnd{js: js, turn: make(chan struct{}, 1)}
}

// now returns the last sequence of the stream as of now, or a moment later. It is not known where the stream does not
// answer, or is not the one at a position; of a nil StreamEnd it never is.
func (e *StreamEnd) now(ctx context.Context, at ledger.Position) (last uint64, known bool) {
	if e == nil {
		return 0, false
	}
	came := time.Now()
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return 0, false
	}
	defer func() { <-e.turn }()
	if e.asked.Before(came) {
		e.asked = time.Now()
		e.info, e.err = e.ask(context.WithoutCancel(ctx))
	}
	if e.err != nil || civil.Of(e.info.Created) != at.Created {
		return 0, false
	}
	return e.info.State.LastSeq, true
}

func (e *StreamEnd) ask(ctx context.Context) (*jetstream.StreamInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	stream, err := e.js.Stream(ctx, events.StreamName)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", events.StreamName, err)
	}
	return stream.CachedInfo(), nil
}
