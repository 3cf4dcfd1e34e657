package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// leaderless reports whether an error says that no server answers for the stream at the moment.
func leaderless(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == 503 && api.ErrorCode != codeStreamFull ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) ||
		errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, jetstream.ErrAsyncPublishTimeout)
}

// overloaded reports whether an error says that the server has more to do than it takes.
func overloaded(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == 429
}

// tooManyBatches reports whether others have as many batches open as the server allows: each for up to ten seconds, for
// which single messages need not wait.
func tooManyBatches(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == codeTooManyBatches
}

func streamFull(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == codeStreamFull
}

// explain words the errors that tell a user what to do.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case streamFull(err):
		return fmt.Errorf("%w: %w", ErrStreamFull, err)
	}
	return fmt.Errorf("publish: %w", err)
}
