package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
)

// ErrNotHeld says that a backup is not of this log, so that it vouches for none of its messages.
var ErrNotHeld = errors.New("the backup is not one of this ledger and its stream: nothing was purged")

// Held is what a verified backup holds: records with their root, which are of all messages of a stream up to one.
type Held struct {
	Epoch     uint16     `json:"epoch"`
	Stream    string     `json:"stream"`
	Created   string     `json:"created"`
	StreamSeq uint64     `json:"stream_seq"`
	Records   ledger.Seq `json:"records"`
	Root      string     `json:"root"` // in base64
}

// HeldBy is what a backup holds that was verified with a report.
func HeldBy(r *ledger.Report) Held {
	at := r.Position
	return Held{at.Epoch, at.Stream, at.Created.String(), at.StreamSeq, r.Records, r.Root.String()}
}

// Purged is what a purge did.
type Purged struct {
	Through  uint64 `json:"through"` // the last message that is gone now
	Messages uint64 `json:"messages"`
}

// Purge cuts off the messages of the stream that a backup holds: who restores it finds all later ones in the stream.
func Purge(ctx context.Context, js jetstream.JetStream, log *ledger.Log, held Held) (Purged, error) {
	if err := held.check(log); err != nil {
		return Purged{}, err
	}
	stream, err := openStream(ctx, js, log)
	if err != nil {
		return Purged{}, err
	}
	before := stream.CachedInfo().State.Msgs
	if held.StreamSeq > 0 {
		if err := stream.Purge(ctx, jetstream.WithPurgeSequence(held.StreamSeq+1)); err != nil {
			return Purged{}, fmt.Errorf("purge stream %s: %w", stream.Name, err)
		}
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return Purged{}, fmt.Errorf("stream %s: %w", stream.Name, err)
	}
	return Purged{held.StreamSeq, before - min(before, info.State.Msgs)}, nil
}

// check compares what a backup holds with what the log has.
func (h *Held) check(log *ledger.Log) error {
	at := log.Position()
	if h.Stream != at.Stream || h.Epoch != at.Epoch || h.Created != at.Created.String() {
		return fmt.Errorf("%w: it was made of stream %s created %s (epoch %d)", ErrNotHeld, h.Stream, h.Created, h.Epoch)
	}
	if h.StreamSeq > at.StreamSeq || h.Records > log.Last() {
		return fmt.Errorf("%w: it has more than the ledger", ErrNotHeld)
	}
	root, err := log.Root(h.Records)
	if err != nil {
		return err
	}
	if root.String() != h.Root {
		return fmt.Errorf("%w: its %d records have another root", ErrNotHeld, h.Records)
	}
	return nil
}
