package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/ledger"
)

// The reasons why no outcome is returned, beside those of Reading.
var (
	// ErrOtherStream says that messages are not of the stream that the ledger reads.
	ErrOtherStream = errors.New("the ledger reads another stream than the messages are in")
	// ErrBeyondEnd says that there are no such messages.
	ErrBeyondEnd = errors.New("there is no such message")
)

// StreamID says which stream a ledger reads: streams of one name are told apart by when they were created.
type StreamID struct {
	Stream  string `json:"stream"`
	Created string `json:"created"` // RFC 3339 with nanoseconds
}

// Question asks what became of messages of a stream, by their sequences in it.
type Question struct {
	Created    string   `json:"created,omitempty"` // as in StreamID; "" where the asker does not know
	StreamSeqs []uint64 `json:"stream_seqs"`
	IDs        []string `json:"ids,omitempty"` // of the events in the messages; "" where one has none
}

// OutcomeSource says which stream a ledger reads, and what became of its messages, in the order asked. One not decided
// within 30 seconds gets Unknown.
type OutcomeSource interface {
	Stream(context.Context) (StreamID, error)
	Outcomes(context.Context, Question) ([]ledger.Outcome, error)
}

// LogOutcomes takes them from the log at hand.
type LogOutcomes struct {
	Log     *ledger.Log
	Reading *Reading   // of the log's stream
	End     *StreamEnd // nil: not known
}

// Stream waits for the log to find its stream, at most as long as an election may take.
func (l *LogOutcomes) Stream(ctx context.Context) (StreamID, error) {
	ctx, cancel := context.WithTimeout(ctx, electionTime)
	defer cancel()
	if err := l.Reading.confirm(ctx); err != nil {
		return StreamID{}, err
	}
	at := l.Log.Position()
	return StreamID{at.Stream, at.Created.String()}, nil
}

// Outcomes waits until each message is in the log or in quarantine, at most 30 seconds.
func (l *LogOutcomes) Outcomes(ctx context.Context, q Question) ([]ledger.Outcome, error) {
	if len(q.StreamSeqs) == 0 {
		return nil, nil
	}
	if err := l.await(ctx, q); err != nil {
		return nil, err
	}
	return l.lookUp(q)
}

// await waits for what a question is about, at most 30 seconds. A log whose stream is not known to be the one that
// there is says nothing, not even of messages that it has.
func (l *LogOutcomes) await(ctx context.Context, q Question) error {
	ctx, cancel := context.WithTimeout(ctx, outcomeTimeout)
	defer cancel()
	err := l.awaitMessage(ctx, slices.Max(q.StreamSeqs))
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return l.Reading.confirm(ctx)
}

// lookUp returns what is known by now.
func (l *LogOutcomes) lookUp(q Question) (outcomes []ledger.Outcome, err error) {
	if outcomes, err = l.Log.Outcomes(q.StreamSeqs); err != nil {
		return nil, fmt.Errorf("verdicts: %w", err)
	}
	for i, seq := range q.StreamSeqs {
		if outcomes[i].Status == "" {
			const why = "stored in the stream; the verdict on it is not known"
			outcomes[i] = ledger.Outcome{StreamSeq: seq, Status: Unknown, Message: why}
		}
	}
	return outcomes, l.check(q, outcomes)
}

// check makes sure that outcomes are of what was asked about. A log never returns to a stream that it has left, so
// where it is of the right one now it was before too.
func (l *LogOutcomes) check(q Question, outcomes []ledger.Outcome) error {
	if err := l.checkStream(q.Created); err != nil {
		return err
	}
	for i, id := range q.IDs {
		if !concerns(&outcomes[i], id) {
			return fmt.Errorf("%w: message %d of its stream holds another event than %q", ErrOtherStream, q.StreamSeqs[i], id)
		}
	}
	return nil
}

// endGrace is how long a message may take into the log before the stream is asked whether there is such a message.
const endGrace = 100 * time.Millisecond

// awaitMessage waits until a message is in the log or in quarantine.
func (l *LogOutcomes) awaitMessage(ctx context.Context, seq uint64) error {
	for first, patience := true, endGrace; ; first, patience = false, time.Second {
		waiting, cancel := context.WithTimeout(ctx, patience)
		err := l.Log.Wait(waiting, seq)
		cancel()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if state := l.Reading.State(); state != nil && !errors.Is(state, ErrNotReading) {
			return state
		}
		if end, known := l.End.now(ctx, l.Log.Position()); first && known && end < seq {
			return fmt.Errorf("%w as %d: the stream ends at %d", ErrBeyondEnd, seq, end)
		}
	}
}

// checkStream compares the stream that an asker means with the log's.
func (l *LogOutcomes) checkStream(created string) error {
	if created == "" {
		return nil
	}
	at := l.Log.Position()
	meant, err := civil.ParseInstant(created)
	if err != nil || meant != at.Created {
		return fmt.Errorf("%w: it reads %s created %v, and was asked of the one created %s",
			ErrOtherStream, at.Stream, at.Created, created)
	}
	return nil
}

// concerns reports whether an outcome can be that of the event with an id. Where a message holds no event, it tells no
// id.
func concerns(v *ledger.Outcome, id string) bool {
	if v.ID == "" || v.ID == id {
		return true
	}
	parsed, err := uuid.Parse(id)
	return err == nil && parsed.String() == v.ID
}
