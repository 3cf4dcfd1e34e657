package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// duplicateWindow is how long JetStream itself refuses a message id it has seen, whatever the message says: the shortest
// time that a server allows. Within it, a second message under one Nats-Msg-Id is acknowledged as a duplicate of the first
// and is not stored, so the ledger never sees it. Only publishers that set message ids are concerned, and need none: the
// log's own index of event ids compares contents and forgets nothing.
const duplicateWindow = 100 * time.Millisecond

// formerDuplicateWindow is what streams were created with before. A server that remembers message ids when it is changed may
// keep to it until it is over.
const formerDuplicateWindow = 2 * time.Minute

// The stream's metadata: what its messages are, and whether publishers' recordedtime is believed. Both are decided when
// the stream is created and never change.
const (
	metaFormat         = "zhangben.format"
	metaAcceptRecorded = "zhangben.accept_recordedtime"
	streamFormat       = "1"
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

// EnsureStream creates the stream where there is none, brings an older one's settings to today's and its MaxBytes to what
// was asked for, and checks every field that could lose an event. It returns ErrDrift with the field, what was wanted and
// what was found.
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

// streamConfig is the one right configuration. Deleting single messages is denied, since the log reads every sequence
// number in turn. Purging is not: it cuts off the oldest messages, which the log has long had, and is the only way to
// make room in a full stream.
func streamConfig(o StreamOptions) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:               events.StreamName,
		Description:        "every billing event, in the order in which it came",
		Subjects:           []string{events.SubjectAll, events.SubjectPosted},
		Retention:          jetstream.LimitsPolicy,
		Storage:            jetstream.FileStorage,
		Discard:            jetstream.DiscardNew, // a full stream refuses, it does not forget
		MaxBytes:           cmp.Or(o.MaxBytes, o.DefaultMaxBytes),
		MaxMsgs:            -1,
		MaxMsgsPerSubject:  -1,
		MaxConsumers:       -1,
		MaxMsgSize:         -1,
		Replicas:           max(o.Replicas, 1),
		Duplicates:         duplicateWindow,
		DenyDelete:         true,
		AllowAtomicPublish: true,
		Metadata: map[string]string{
			metaFormat:         streamFormat,
			metaAcceptRecorded: strconv.FormatBool(o.AcceptRecorded),
		},
	}
}

// modern returns the configuration of a stream that an earlier version created as today's version would have it. What no
// version has set stays, and is drift.
func modern(config jetstream.StreamConfig) jetstream.StreamConfig {
	today := streamConfig(StreamOptions{})
	if config.Duplicates == formerDuplicateWindow {
		config.Duplicates = today.Duplicates
	}
	if slices.Equal(config.Subjects, []string{events.SubjectAll}) {
		config.Subjects = today.Subjects
	}
	return config
}

// migrate brings the settings of an existing stream to today's, and its size to maxBytes where that is not 0. Instances
// that start together may all do so: they ask for the same.
func migrate(ctx context.Context, js jetstream.JetStream, stream jetstream.Stream, maxBytes int64) error {
	config := stream.CachedInfo().Config
	wanted := modern(config)
	wanted.MaxBytes = cmp.Or(maxBytes, config.MaxBytes)
	if wanted.MaxBytes == config.MaxBytes && slices.Equal(fields(wanted), fields(config)) {
		return nil
	}
	if _, err := js.UpdateStream(ctx, wanted); err != nil {
		return fmt.Errorf("stream %s: change its settings: %w", config.Name, err)
	}
	_, err := stream.Info(ctx)
	return err
}

// checkDrift compares every field that could lose, reorder or alter events. Settings of earlier versions are none: they
// are migrated when the stream is read.
func checkDrift(got jetstream.StreamConfig, o StreamOptions) error {
	got = modern(got)
	if got.MaxBytes <= 0 {
		return drift("max_bytes", "more than 0", got.MaxBytes)
	}
	if got.FirstSeq > 1 {
		return drift("first_seq", 1, got.FirstSeq)
	}
	if o.Replicas == 0 {
		o.Replicas = got.Replicas
	}
	if got.Metadata[metaAcceptRecorded] == "true" {
		o.AcceptRecorded = true // decided when the stream was made
	}
	wanted, found := fields(streamConfig(o)), fields(got)
	for i := range wanted {
		if wanted[i].value != found[i].value {
			return drift(wanted[i].name, wanted[i].value, found[i].value)
		}
	}
	return nil
}

func drift(field string, wanted, got any) error {
	return fmt.Errorf("%w: stream %s: %s should be %v and is %v", ErrDrift, events.StreamName, field, wanted, got)
}

// field is one setting of a stream in comparable form.
type field struct {
	name  string
	value any
}

// fields lists the settings that must be as streamConfig has them.
func fields(c jetstream.StreamConfig) []field {
	return []field{
		{"subjects", fmt.Sprint(c.Subjects)},
		{"retention", c.Retention},
		{"storage", c.Storage},
		{"persist_mode", c.PersistMode},          // asynchronous persistence would acknowledge what is not on disk
		{"allow_msg_counter", c.AllowMsgCounter}, // before discard, which counters and schedules change too
		{"allow_msg_schedules", c.AllowMsgSchedules},
		{"discard", c.Discard},
		{"discard_new_per_subject", c.DiscardNewPerSubject},
		{"max_msgs", c.MaxMsgs},
		{"max_msgs_per_subject", c.MaxMsgsPerSubject},
		{"max_msg_size", c.MaxMsgSize},
		{"max_age", c.MaxAge},
		{"num_replicas", c.Replicas},
		{"no_ack", c.NoAck},
		{"duplicate_window", c.Duplicates},
		{"mirror", c.Mirror != nil},
		{"sources", len(c.Sources)},
		{"sealed", c.Sealed},
		{"deny_delete", c.DenyDelete},
		{"allow_rollup_hdrs", c.AllowRollup},
		{"compression", c.Compression},
		{"subject_transform", c.SubjectTransform != nil},
		{"republish", c.RePublish != nil},
		{"consumer_limits", c.ConsumerLimits},
		{"allow_direct", c.AllowDirect}, // a server that lags would say of messages that they are not there
		{"allow_msg_ttl", c.AllowMsgTTL},
		{"subject_delete_marker_ttl", c.SubjectDeleteMarkerTTL},
		{"allow_atomic", c.AllowAtomicPublish},
		{"allow_batched", c.AllowBatchPublish},
		{"metadata " + metaFormat, c.Metadata[metaFormat]},
		{"metadata " + metaAcceptRecorded, c.Metadata[metaAcceptRecorded]},
	}
}
