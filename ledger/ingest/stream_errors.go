package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// JetStream's error codes that nats.go has no names for.
const (
	codeStreamFull     jetstream.ErrorCode = 10077 // at its MaxBytes
	codeTooManyBatches jetstream.ErrorCode = 10210 // as many atomic batches are open as the server allows
)

// ErrStreamFull says that the stream has no room; nothing is lost, and nothing new gets in.
var ErrStreamFull = errors.New("the stream is full; set a larger --stream-max-bytes, or purge what a backup holds")

// leaderless reports whether an error says that no server answers for the stream at the moment.
func leaderless(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.Code == 503 && api.ErrorCode != codeStreamFull
	}
	return late(err) || isAny(err, nats.ErrNoResponders, jetstream.ErrNoStreamResponse)
}

// late reports whether an error says that no answer came in time.
func late(err error) bool {
	return isAny(err, context.DeadlineExceeded, nats.ErrTimeout, jetstream.ErrAsyncPublishTimeout)
}

// overloaded reports whether an error says that the server has more to do than it takes.
func overloaded(err error) bool {
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && api.Code == 429
}

// tooManyBatches reports whether others have as many batches open as the server allows: each for up to ten seconds, for
// which single messages need not wait.
func tooManyBatches(err error) bool { return hasCode(err, codeTooManyBatches) }

func streamFull(err error) bool { return hasCode(err, codeStreamFull) }

func hasCode(err error, code jetstream.ErrorCode) bool {
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && api.ErrorCode == code
}

// isAny reports whether err is one of several.
func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// explain adds to an error what a user can do about it.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case streamFull(err):
		return fmt.Errorf("%w: %w", ErrStreamFull, err)
	}
	return fmt.Errorf("publish: %w", err)
}
