package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
)

// duplicateWindow is how long JetStream itself refuses a message id it has seen, whatever the message says: the
// shortest time that a server allows. Within it, a second message under one Nats-Msg-Id is acknowledged as a duplicate
// of the first and is not stored, so the ledger never sees it. Only publishers that set message ids are concerned, and
// need none: the log's own index of event ids compares contents and forgets nothing.
const duplicateWindow = 100 * time.Millisecond

// formerDuplicateWindow is what streams were created with before. A server that remembers message ids when it is
// changed may keep to it until it is over.
const formerDuplicateWindow = 2 * time.Minute

// The stream's metadata: what its messages are, and whether publishers' recordedtime is believed. Both are decided when
// the stream is created and never change.
const (
	metaFormat         = "zhangben.format"
	metaAcceptRecorded = "zhangben.accept_recordedtime"
	streamFormat       = "1"
)

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

// modern returns the configuration of a stream that an earlier version created as today's version would have it. What
// no version has set stays, and is drift.
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
