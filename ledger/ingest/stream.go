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

// ErrDrift says that the stream there is would lose or alter events, so nothing may be built on it.
var ErrDrift = errors.New("the stream is not set up for money")

// StreamOptions is what an operator decides about the stream.
type StreamOptions struct {
	MaxBytes        int64 // size at which the stream refuses more; 0 keeps what it has
	DefaultMaxBytes int64 // what a new stream gets where MaxBytes is 0
	Replicas        int   // 0 keeps what the stream has; a new one gets 1
	AcceptRecorded  bool  // believe publishers' recordedtime: for a new stream only
}

// Stream is the stream as it was found, with its identity.
type Stream struct {
	jetstream.Stream
	Name           string
	Created        civil.Instant
	AcceptRecorded bool
}

// EnsureStream creates the stream where there is none, brings an older one's settings to today's and its MaxBytes to
// what was asked for, and checks every field that could lose an event. It returns ErrDrift with the field, what was
// wanted and what was found.
func EnsureStream(ctx context.Context, js jetstream.JetStream, o StreamOptions) (*Stream, error) {
	stream, err := js.Stream(ctx, events.StreamName)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = js.CreateStream(ctx, streamConfig(o))
	}
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another instance was faster, and has another disk
		stream, err = js.Stream(ctx, events.StreamName)
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", events.StreamName, err)
	}
	if err := migrate(ctx, js, stream, o.MaxBytes); err != nil {
		return nil, err
	}
	return identify(stream, o)
}

// FindStream finds the stream that is there and checks it as EnsureStream does, changing nothing. It returns
// jetstream.ErrStreamNotFound where there is none.
func FindStream(ctx context.Context, js jetstream.JetStream) (*Stream, error) {
	stream, err := js.Stream(ctx, events.StreamName)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", events.StreamName, err)
	}
	return identify(stream, StreamOptions{})
}

// now returns how the stream is now. Where another one has taken its place under its name, that is
// ledger.ErrStreamChanged.
func (s *Stream) now(ctx context.Context) (*jetstream.StreamInfo, error) {
	info, err := s.Info(ctx)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", s.Name, err)
	}
	if created := civil.Of(info.Created); created != s.Created {
		return nil, fmt.Errorf("stream %s created %v is in the place of the one created %v: %w; %s",
			s.Name, created, s.Created, ledger.ErrStreamChanged, remedy)
	}
	return info, nil
}

// identify checks the stream's settings and reads its identity.
func identify(stream jetstream.Stream, o StreamOptions) (*Stream, error) {
	info := stream.CachedInfo()
	if err := checkDrift(info.Config, o); err != nil {
		return nil, err
	}
	return &Stream{
		Stream:         stream,
		Name:           info.Config.Name,
		Created:        civil.Of(info.Created),
		AcceptRecorded: info.Config.Metadata[metaAcceptRecorded] == "true",
	}, nil
}
