package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync"
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
	consumerLife = time.Minute     // how long the server keeps a consumer that is not read
	heartbeat    = 2 * time.Second // between the signs of life of a silent consumer; without two of them it is lost
)

// consumer puts the messages of one stream into the queue without a gap.
type consumer struct {
	stream *Stream
	out    *batchQueue

	mu   sync.Mutex // guards the next two: messages come on one goroutine, and silence is noticed on another
	next uint64     // the stream sequence to come
	idle uint64     // and the one to come at the last check
}

// readStream reads and decodes every message from the stream sequence next on, and puts it into the queue, until ctx
// ends or reading fails. It consumes with a callback: an iterator needs a timer for each message.
func readStream(ctx context.Context, stream *Stream, next uint64, out *batchQueue) error {
	c := &consumer{stream: stream, out: out, next: next}
	failed := make(chan error, 1)
	messages, err := c.pull(ctx, next, failed)
	if err != nil {
		return err
	}
	defer messages.Stop()
	ended := messages.Closed()
	check := time.NewTicker(idleCheck)
	defer check.Stop()
	for {
		select {
		case <-check.C:
			err = c.checkIdle(ctx)
		case err = <-failed:
		case <-ended:
			err = fmt.Errorf("read stream %s: the consumer ended", stream.Name)
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// pull starts reading at a stream sequence. The server's consumer is unfiltered, so that sequence numbers are
// contiguous, and ephemeral: the log knows where to read on.
func (c *consumer) pull(ctx context.Context, from uint64, failed chan<- error) (jetstream.ConsumeContext, error) {
	created, err := c.stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		Description:       "the ledger's log",
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       from,
		AckPolicy:         jetstream.AckAllPolicy,
		MaxDeliver:        -1,
		MaxAckPending:     maxUnacked,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: consumerLife,
	})
	if err != nil {
		return nil, fmt.Errorf("read stream %s from %d: %w", c.stream.Name, from, err)
	}
	fail := func(err error) {
		select {
		case failed <- err:
		default: // the first error is the one that counts
		}
	}
	return created.Consume(func(msg jetstream.Msg) {
		if err := c.receive(ctx, msg); err != nil {
			fail(err)
		}
	},
		jetstream.PullMaxMessagesWithBytesLimit(maxBatchEvents, pullBytes),
		jetstream.PullHeartbeat(heartbeat),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			if isAny(err, endsReading...) {
				fail(err)
			}
		}))
}

// endsReading are the errors after which no more messages come. The consumer recovers from the others by itself.
var endsReading = []error{
	jetstream.ErrNoHeartbeat, jetstream.ErrConsumerDeleted, jetstream.ErrBadRequest, jetstream.ErrConnectionClosed,
}

// receive delivers one message, after any that were left out before it.
func (c *consumer) receive(ctx context.Context, msg jetstream.Msg) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("a message of stream %s: %w", c.stream.Name, err)
	}
	seq := meta.Sequence.Stream
	if err := c.fetchUpTo(ctx, seq); err != nil {
		return err
	}
	if seq < c.next {
		return nil // delivered again
	}
	return c.deliver(arrival(seq, meta.Timestamp, msg.Subject(), msg.Headers(), msg.Data()), msg)
}

// checkIdle asks a stream that was silent since the last check where it ends: the message left out may be its last, and
// a stream that is rolled back while the connection holds does not say so.
func (c *consumer) checkIdle(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle != c.next {
		c.idle = c.next
		return nil
	}
	info, err := c.stream.now(ctx)
	if err != nil {
		return err
	}
	if info.State.LastSeq+1 < c.next {
		return rolledBack(c.stream.Name, info.State.LastSeq, c.next-1)
	}
	return c.fetchUpTo(ctx, info.State.LastSeq+1)
}

// fetchUpTo gets the messages before the stream sequence end one by one: a consumer may silently leave out a message
// that the stream has.
func (c *consumer) fetchUpTo(ctx context.Context, end uint64) error {
	for c.next < end {
		raw, err := c.stream.GetMsg(ctx, c.next)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return fmt.Errorf("%w: stream %s goes on at %d and has no message %d: %w; %s",
				ledger.ErrGap, c.stream.Name, end, c.next, err, gapRemedy)
		}
		if err != nil {
			return fmt.Errorf("message %d of stream %s: %w", c.next, c.stream.Name, err)
		}
		if _, err := c.stream.now(ctx); err != nil { // the message was asked for by the stream's name
			return err
		}
		if err := c.deliver(arrival(raw.Sequence, raw.Time, raw.Subject, raw.Header, raw.Data), nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *consumer) deliver(a ledger.Arrival, msg jetstream.Msg) error {
	if !c.out.put(a, msg) {
		return context.Canceled
	}
	c.next++
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
		Origin:    events.OriginOf(subject, header),
		Retry:     events.RetryOf(subject, header),
		Event:     event,
		Refusal:   refusal,
		Subject:   subject,
		Header:    header,
		Body:      body,
	}
}
