package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"zhangben/events"
)

// store makes messages durable in the stream and fills in their receipts. While no server leads the stream, or it has
// too much to do, it tries again.
func (p *Publisher) store(ctx context.Context, batch []envelope) error {
	for begun := time.Now(); ; pause(ctx, retryPause) {
		err := p.storeOnce(ctx, batch)
		if ctx.Err() != nil || !leaderless(err) && !overloaded(err) {
			return explain(err)
		}
		if took := time.Since(begun); took >= electionTime || p.denied() {
			return p.missing(ctx, took, err)
		}
	}
}

// storeOnce fails where no server takes the messages now; what it has stored by then is a duplicate when it is stored
// again.
func (p *Publisher) storeOnce(ctx context.Context, batch []envelope) error {
	if len(batch) > 1 {
		err := p.storeAtomically(ctx, batch)
		busy := leaderless(err) || overloaded(err) && !tooManyBatches(err)
		if err == nil || streamFull(err) || busy || ctx.Err() != nil {
			return err
		}
		// Messages stored though the answer was lost are duplicates, which the ledger recognises by their ids.
	}
	return p.storeSingly(ctx, batch)
}

// storeAtomically stores all or none, with one sync on the server.
func (p *Publisher) storeAtomically(ctx context.Context, batch []envelope) error {
	messages := make([]*nats.Msg, len(batch))
	for i, e := range batch {
		messages[i] = e.message()
	}
	ack, err := jetstreamext.PublishMsgBatch(ctx, p.js, messages)
	if err != nil {
		return err
	}
	first := ack.Sequence - uint64(len(batch)) + 1
	for i, e := range batch {
		e.receipt.StreamSeq = first + uint64(i)
	}
	return nil
}

// storeSingly stores message after message, all on their way at once.
func (p *Publisher) storeSingly(ctx context.Context, batch []envelope) error {
	acks := make([]jetstream.PubAckFuture, len(batch))
	for i, e := range batch {
		ack, err := p.js.PublishMsgAsync(e.message())
		if err != nil {
			return err
		}
		acks[i] = ack
	}
	for i, ack := range acks {
		select {
		case ok := <-ack.Ok():
			if ok.Duplicate { // it names another message: ours have no message ids
				return fmt.Errorf("event %d of %d: the stream took message %d for it", i+1, len(batch), ok.Sequence)
			}
			batch[i].receipt.StreamSeq = ok.Sequence
		case err := <-ack.Err():
			return fmt.Errorf("event %d of %d: %w", i+1, len(batch), err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// denied reports whether the server has refused what this connection asked for last.
func (p *Publisher) denied() bool {
	return errors.Is(p.js.Conn().LastError(), nats.ErrPermissionViolation)
}

// missing says why an event could not be stored in some time, in which an election would have ended.
func (p *Publisher) missing(ctx context.Context, took time.Duration, err error) error {
	nc := p.js.Conn()
	if !nc.IsConnected() {
		return fmt.Errorf("the connection to NATS is lost: %w", err)
	}
	if overloaded(err) {
		return fmt.Errorf("the NATS server has too much to do; publish again later: %w", err)
	}
	if p.denied() {
		return fmt.Errorf("this NATS user has not the permission: %w", nc.LastError())
	}
	if late(err) {
		return fmt.Errorf("the stream did not acknowledge within %v: it is busy, or its servers have no quorum; "+
			"publish again later: %w", took.Round(time.Second), err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*retryPause)
	defer cancel()
	if p.outcomes != nil {
		if _, asked := p.outcomes.Stream(ctx); asked == nil {
			return fmt.Errorf("a ledger answers, but no server leads the stream; %s: %w", quorumRemedy, err)
		}
	}
	return fmt.Errorf("no stream takes %s; is zhangben serve running: %w", events.SubjectAll, err)
}
