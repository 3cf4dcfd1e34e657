package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// missingMessage is the refusal of a message that the stream does not have any more: it stands in quarantine in its
// place, so that each message is still accounted for.
var missingMessage = events.Rejection{
	Code:    events.CodeInvalid,
	Message: "the stream lost this message, and an operator chose to go on without it",
}

// SkipMissing puts the messages into quarantine, without what they said, that come next and that the stream does not
// have, if it has any after them. It is an operator's decision. It returns how many they were.
func SkipMissing(ctx context.Context, stream *Stream, log *ledger.Log) (skipped int, err error) {
	for missing := true; missing; {
		var batch []ledger.Arrival
		for next := log.Position().StreamSeq + 1; len(batch) < maxBatchEvents; next++ {
			if missing, err = misses(ctx, stream, next); err != nil || !missing {
				break
			}
			received := civil.Of(stream.CachedInfo().TimeStamp)
			batch = append(batch, ledger.Arrival{StreamSeq: next, Received: received, Refusal: &missingMessage})
		}
		if _, errAppend := log.Append(batch); errAppend != nil || err != nil {
			return skipped, errors.Join(err, errAppend)
		}
		skipped += len(batch)
	}
	return skipped, nil
}

// misses reports whether the stream has messages after a sequence number, and none with it.
func misses(ctx context.Context, stream jetstream.Stream, seq uint64) (bool, error) {
	state := stream.CachedInfo().State
	switch {
	case state.LastSeq <= seq:
		return false, nil
	case seq < state.FirstSeq:
		return true, nil
	}
	_, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return true, nil
	}
	if err != nil {
		err = fmt.Errorf("message %d of the stream: %w", seq, err)
	}
	return false, err
}
