package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
)

// openStream finds the stream. It returns an error unless that is the stream the log was built from, up to the log's
// position at least.
func openStream(ctx context.Context, js jetstream.JetStream, log *ledger.Log) (*Stream, error) {
	stream, err := FindStream(ctx, js)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, fmt.Errorf("%w: %w; a restart creates a new one, which a log with events in it refuses",
			ErrStreamGone, err)
	}
	if err == nil {
		err = migrate(ctx, js, stream.Stream, 0)
	}
	if err != nil {
		return nil, err
	}
	if err := log.Bind(stream.Name, stream.Created, stream.AcceptRecorded); err != nil {
		return nil, fmt.Errorf("%w; %s", err, remedy)
	}
	last, position := stream.CachedInfo().State.LastSeq, log.Position().StreamSeq
	if last < position {
		return nil, rolledBack(stream.Name, last, position)
	}
	return stream, checkLast(ctx, stream, log, position)
}

// checkLast asks for the last message that the log has taken, if the stream still has it: it must be the same, or the
// stream was rolled back and has grown again.
func checkLast(ctx context.Context, stream *Stream, log *ledger.Log, position uint64) error {
	if position < max(stream.CachedInfo().State.FirstSeq, 1) {
		return nil
	}
	raw, err := stream.GetMsg(ctx, position)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound): // the log has it, which is enough
		return nil
	case err != nil:
		return fmt.Errorf("message %d of stream %s: %w", position, stream.Name, err)
	}
	message := arrival(raw.Sequence, raw.Time, raw.Subject, raw.Header, raw.Data)
	same, err := log.Matches(&message)
	if err == nil && !same {
		err = fmt.Errorf("%w: message %d of stream %s is not the one that the log has taken; %s",
			ErrRolledBack, position, stream.Name, remedy)
	}
	return err
}

func rolledBack(stream string, last, position uint64) error {
	return fmt.Errorf("%w: stream %s ends at %d, the log has read up to %d; %s",
		ErrRolledBack, stream, last, position, remedy)
}

// remedy is what an operator can do about a stream that is not the right one.
const remedy = "restore the stream's storage, or keep the log and go on with this stream from its beginning: " +
	"zhangben stream adopt"

// Adopt makes log go on with a stream recreated or rolled back, from the stream's beginning; what the log has already
// will be duplicates. It does nothing where the stream is the right one.
func Adopt(log *ledger.Log, stream *Stream) error {
	err := log.Bind(stream.Name, stream.Created, stream.AcceptRecorded)
	if err == nil && stream.CachedInfo().State.LastSeq >= log.Position().StreamSeq {
		return nil
	}
	if err != nil && !errors.Is(err, ledger.ErrStreamChanged) {
		return err
	}
	return log.Adopt(stream.Name, stream.Created, stream.AcceptRecorded)
}
