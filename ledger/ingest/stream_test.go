package ingest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestStreamIsCreatedOnceAndFoundAgain(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	first, second := s.ensure(StreamOptions{}), s.ensure(StreamOptions{DefaultMaxBytes: 1 << 20})
	if first.Name != events.StreamName || first.Created.IsZero() || first.Created != second.Created {
		t.Fatalf("%s created %v, then found created %v", first.Name, first.Created, second.Created)
	}
	if got := second.CachedInfo().Config.MaxBytes; got != 64<<20 {
		t.Errorf("max_bytes %d: the default is for new streams only", got)
	}
}

func TestStreamGrowsWhereAsked(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	if got := s.ensure(StreamOptions{MaxBytes: 128 << 20}).CachedInfo().Config.MaxBytes; got != 128<<20 {
		t.Fatalf("max_bytes %d", got)
	}
}

// formerConfig is how earlier versions created the stream.
func formerConfig() jetstream.StreamConfig {
	config := streamConfig(StreamOptions{MaxBytes: 64 << 20})
	config.Duplicates = 2 * time.Minute
	config.Subjects = []string{events.SubjectAll}
	return config
}

func TestStreamOfAnEarlierVersionIsMigrated(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	s.replaceStream(formerConfig())
	if _, err := FindStream(s.ctx(), s.js); err != nil {
		t.Errorf("looked at: %v", err)
	}
	config := s.ensure(StreamOptions{}).CachedInfo().Config
	if config.Duplicates != 100*time.Millisecond || config.MaxBytes != 64<<20 {
		t.Errorf("duplicate_window %v, max_bytes %d", config.Duplicates, config.MaxBytes)
	}
}

// A stream restored from before is migrated by the instance that reads it, without a restart.
func TestStreamOfAnEarlierVersionIsMigratedWhenItIsRead(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	s.replaceStream(formerConfig())
	s.startLog()
	s.publish(topUps(3)...)
	stream, err := s.js.Stream(s.ctx(), events.StreamName)
	s.must(err)
	if window := stream.CachedInfo().Config.Duplicates; window != 100*time.Millisecond {
		t.Errorf("duplicate_window %v", window)
	}
}

// A stream made before the ledger had a subject of its own gets it, and loses nothing.
func TestStreamOfOldTakesWhatIsPosted(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	s.replaceStream(formerConfig())
	s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "1.00"))
	before, err := s.js.Stream(s.ctx(), events.StreamName)
	s.must(err)
	after := s.ensure(StreamOptions{})
	if after.Created != civil.Of(before.CachedInfo().Created) || after.CachedInfo().State.LastSeq != 1 {
		t.Errorf("it was recreated: %+v", after.CachedInfo())
	}
	if seq := s.put("billing.posted.acct-1.wallet.topped_up", nil, topUp("acct-1", "1.00")); seq != 2 {
		t.Errorf("message %d", seq)
	}
}

func TestRecordedTimeIsAcceptedForTheLifeOfTheStream(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{AcceptRecorded: true})
	if !s.ensure(StreamOptions{}).AcceptRecorded {
		t.Error("forgotten")
	}
	plain := newStreamFixture(t, StreamOptions{})
	_, err := EnsureStream(plain.ctx(), plain.js, StreamOptions{AcceptRecorded: true})
	wantDrift(t, err, metaAcceptRecorded)
}

func TestStreamThatCouldLoseEventsIsRefused(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	tests := []struct {
		field  string
		change func(*jetstream.StreamConfig)
	}{
		{"subjects", func(c *jetstream.StreamConfig) { c.Subjects = []string{"billing.events.acct-1.>"} }},
		{"retention", func(c *jetstream.StreamConfig) { c.Retention = jetstream.InterestPolicy }},
		{"storage", func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage }},
		{"persist_mode", func(c *jetstream.StreamConfig) {
			c.PersistMode, c.AllowAtomicPublish = jetstream.AsyncPersistMode, false // they exclude each other
		}},
		{"discard", func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld }},
		{"max_bytes", func(c *jetstream.StreamConfig) { c.MaxBytes = -1 }},
		{"max_msgs", func(c *jetstream.StreamConfig) { c.MaxMsgs = 1_000 }},
		{"max_msgs_per_subject", func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 1 }},
		{"max_msg_size", func(c *jetstream.StreamConfig) { c.MaxMsgSize = 1_000 }},
		{"max_age", func(c *jetstream.StreamConfig) { c.MaxAge = 24 * time.Hour }},
		{"no_ack", func(c *jetstream.StreamConfig) { c.NoAck = true }},
		{"duplicate_window", func(c *jetstream.StreamConfig) { c.Duplicates = time.Hour }},
		{"deny_delete", func(c *jetstream.StreamConfig) { c.DenyDelete = false }},
		{"allow_rollup_hdrs", func(c *jetstream.StreamConfig) { c.AllowRollup = true }},
		{"compression", func(c *jetstream.StreamConfig) { c.Compression = jetstream.S2Compression }},
		{"subject_transform", func(c *jetstream.StreamConfig) {
			c.SubjectTransform = &jetstream.SubjectTransformConfig{
				Source: "billing.events.acct-1.>", Destination: "billing.events.acct-2.>",
			}
		}},
		{"allow_direct", func(c *jetstream.StreamConfig) { c.AllowDirect = true }},
		{"allow_msg_ttl", func(c *jetstream.StreamConfig) { c.AllowMsgTTL = true }},
		{"allow_msg_counter", func(c *jetstream.StreamConfig) {
			c.AllowMsgCounter, c.Discard = true, jetstream.DiscardOld
		}},
		{"allow_msg_schedules", func(c *jetstream.StreamConfig) {
			c.AllowMsgSchedules, c.Discard = true, jetstream.DiscardOld
		}},
		{"allow_atomic", func(c *jetstream.StreamConfig) { c.AllowAtomicPublish = false }},
		{"allow_batched", func(c *jetstream.StreamConfig) { c.AllowBatchPublish = true }},
		{"first_seq", func(c *jetstream.StreamConfig) { c.FirstSeq = 100 }},
		{metaFormat, func(c *jetstream.StreamConfig) { c.Metadata[metaFormat] = "2" }},
		{metaAcceptRecorded, func(c *jetstream.StreamConfig) { delete(c.Metadata, metaAcceptRecorded) }},
	}
	for _, test := range tests {
		t.Run(test.field, func(t *testing.T) {
			config := streamConfig(StreamOptions{MaxBytes: 1 << 20})
			test.change(&config)
			s.replaceStream(config)
			_, err := EnsureStream(s.ctx(), s.js, StreamOptions{})
			wantDrift(t, err, test.field)
		})
	}
}

// replaceStream puts another stream in the place of the one there is. The server clears the folder of the old one in
// the background, so the new one may have to wait.
func (s *fixture) replaceStream(config jetstream.StreamConfig) {
	s.t.Helper()
	s.must(s.js.DeleteStream(s.ctx(), events.StreamName))
	_, err := s.js.CreateStream(s.ctx(), config)
	for begun := time.Now(); err != nil && time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		_, err = s.js.CreateStream(s.ctx(), config)
	}
	s.must(err)
}

// A stream changed beneath a running ledger is found when it is read again.
func TestStreamChangedLaterHalts(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	s.stopLog()
	config := streamConfig(StreamOptions{MaxBytes: 64 << 20})
	config.MaxAge = time.Hour
	_, err := s.js.UpdateStream(s.ctx(), config)
	s.must(err)
	s.startLog()
	s.wantHalt(ErrDrift)
}

func wantDrift(t *testing.T, err error, field string) {
	t.Helper()
	if !errors.Is(err, ErrDrift) || !strings.Contains(err.Error(), field+" should be ") {
		t.Fatalf("got %v, want drift of %s", err, field)
	}
}
