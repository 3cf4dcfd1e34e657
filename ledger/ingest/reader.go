package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

const (
	pullBytes    = 32 << 20 // the most that one pull may leave waiting in memory
	maxUnacked   = 4 * maxBatchEvents
	idleCheck    = 5 * time.Second // how often a silent stream is asked whether it really has nothing more
	consumerLife = time.Minute     // how long the server keeps a consumer that nobody reads
)

// reader hands on the messages of one stream without a gap.
type reader struct {
	stream *Stream
	next   uint64 // the stream sequence wanted
	out    *gathering
}

// readStream reads, decodes and hands on every message from the stream sequence next on, until ctx ends or reading fails.
func readStream(ctx context.Context, stream *Stream, next uint64, out *gathering) error {
	messages, err := pull(ctx, stream, next)
	if err != nil {
		return err
	}
	defer messages.Stop()
	defer context.AfterFunc(ctx, messages.Stop)()
	r := &reader{stream, next, out}
	for {
		msg, err := messages.Next(jetstream.NextMaxWait(idleCheck))
		switch {
		case errors.Is(err, nats.ErrTimeout):
			err = r.checkEnd(ctx)
		case err == nil:
			err = r.take(ctx, msg)
		}
		if err != nil {
			return err
		}
	}
}

// pull starts reading at the stream sequence next. The consumer is unfiltered, so that sequence numbers follow each
// other, and disposable: the log knows where to read on, so nothing about it needs to survive.
func pull(ctx context.Context, stream *Stream, next uint64) (jetstream.MessagesContext, error) {
	consumer, err := stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		Description:       "the ledger's log",
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       next,
		AckPolicy:         jetstream.AckAllPolicy,
		MaxDeliver:        -1,
		MaxAckPending:     maxUnacked,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: consumerLife,
	})
	if err != nil {
		return nil, fmt.Errorf("read stream %s from %d: %w", stream.Name, next, err)
	}
	return consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(maxBatchEvents, pullBytes))
}

// take hands on one message, after any that were left out before it.
func (r *reader) take(ctx context.Context, msg jetstream.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("a message of stream %s: %w", r.stream.Name, err)
	}
	seq := meta.Sequence.Stream
	if err := r.fetchUpTo(ctx, seq); err != nil {
		return err
	}
	if seq < r.next {
		return nil // delivered again
	}
	return r.hand(arrival(seq, meta.Timestamp, msg.Subject(), msg.Headers(), msg.Data()), msg)
}

// checkEnd asks a silent stream where it ends: the message left out may be its last, and a stream rolled back beneath a
// connection that held says nothing of it.
func (r *reader) checkEnd(ctx context.Context) error {
	info, err := r.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("stream %s: %w", r.stream.Name, err)
	}
	if info.State.LastSeq+1 < r.next {
		return rolledBack(r.stream.Name, info.State.LastSeq, r.next-1)
	}
	return r.fetchUpTo(ctx, info.State.LastSeq+1)
}

// fetchUpTo gets the messages before the stream sequence end one by one: a consumer may silently leave out a message that
// the stream has.
func (r *reader) fetchUpTo(ctx context.Context, end uint64) error {
	for r.next < end {
		raw, err := r.stream.GetMsg(ctx, r.next)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return fmt.Errorf("%w: stream %s goes on at %d and has no message %d: %w", ledger.ErrGap, r.stream.Name, end, r.next, err)
		}
		if err != nil {
			return fmt.Errorf("message %d of stream %s: %w", r.next, r.stream.Name, err)
		}
		if err := r.hand(arrival(raw.Sequence, raw.Time, raw.Subject, raw.Header, raw.Data), nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) hand(a ledger.Arrival, msg jetstream.Msg) error {
	if !r.out.put(a, msg) {
		return context.Canceled
	}
	r.next++
	return nil
}

// arrival decodes one message. A refused event is an arrival too: it goes into quarantine.
func arrival(seq uint64, received time.Time, subject string, header nats.Header, body []byte) ledger.Arrival {
	event, err := events.DecodeMessage(subject, header, body)
	var refusal *events.Rejection
	errors.As(err, &refusal)
	return ledger.Arrival{
		StreamSeq: seq,
		Received:  civil.Of(received),
		Event:     event,
		Refusal:   refusal,
		Subject:   subject,
		Header:    header,
		Body:      body,
	}
}
