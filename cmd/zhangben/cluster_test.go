package main_test

import (
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A stream of three copies that an earlier version made is brought to today's settings by whichever of three instances
// comes first, and keeps them under another leader.
func TestThreeCopiesOfAnEarlierVersionAreMigrated(t *testing.T) {
	s := newReplicaSite(t, fromEnvironment(t, "ZHANGBEN_SEED", 1))
	s.publish(100)
	before := s.stream()
	for _, r := range s.all {
		r.stop()
	}
	s.setBack(before.Config)

	for n := range s.all {
		s.serve(n)
	}
	for _, r := range s.all {
		r.ready(r.http)
	}
	s.wantMigrated(before)
	s.wantNoDuplicate()
	for _, r := range s.all {
		s.post(r)
	}
	s.leading().process.kill()
	s.wantMigrated(before)
	s.wantNoDuplicate()
	s.post(s.all[0])
	s.publish(100)
	s.agreed()
}

// setBack returns the stream to the settings that earlier versions made it with.
func (s *replicaSite) setBack(config jetstream.StreamConfig) {
	s.t.Helper()
	config.Duplicates, config.Subjects = 2*time.Minute, []string{"billing.events.>"}
	if _, err := s.js.UpdateStream(s.t.Context(), config); err != nil {
		s.t.Fatal(err)
	}
}

// stream asks for the stream until a server leads it.
func (s *replicaSite) stream() *jetstream.StreamInfo {
	s.t.Helper()
	var info *jetstream.StreamInfo
	s.await("the stream is told of", func() bool {
		stream, err := s.js.Stream(s.t.Context(), "BILLING")
		if err == nil {
			info = stream.CachedInfo()
		}
		return err == nil && info.Cluster.Leader != ""
	})
	return info
}

// wantMigrated wants the stream of before, of three copies, with the settings of today.
func (s *replicaSite) wantMigrated(before *jetstream.StreamInfo) {
	s.t.Helper()
	now := s.stream()
	subjects := []string{"billing.events.>", "billing.posted.>"}
	if now.Config.Duplicates != 100*time.Millisecond || !slices.Equal(now.Config.Subjects, subjects) ||
		now.Config.Replicas != 3 ||
		len(now.Cluster.Replicas) != 2 || !now.Created.Equal(before.Created) || now.State.LastSeq < before.State.LastSeq {
		s.t.Errorf("%+v\n%+v\nbefore: %+v", now, now.Cluster, before)
	}
}

// wantNoDuplicate stores two events under one message id, the second after a while: it is stored too.
func (s *replicaSite) wantNoDuplicate() {
	s.t.Helper()
	for range 2 {
		event := &nats.Msg{Subject: "billing.events.acct-1.wallet.topped_up", Data: []byte(topUp(uuid.NewString()))}
		event.Header = nats.Header{jetstream.MsgIDHeader: {s.t.Name()}}
		s.await("an event is stored", func() bool {
			ack, err := s.js.PublishMsg(s.t.Context(), event)
			if err == nil && ack.Duplicate {
				s.t.Errorf("it is taken for a duplicate of message %d", ack.Sequence)
			}
			return err == nil
		})
		time.Sleep(time.Second)
	}
}

// publish publishes events with the program, all of which must be taken.
func (s *replicaSite) publish(n int) {
	s.t.Helper()
	if out, code := publish(s.t, s.binary, s.urls, topUpLines(n)); code != 0 {
		s.t.Fatalf("exit code %d: %s", code, out)
	}
}

// post has an instance publish under the ledger's own subject.
func (s *replicaSite) post(r *replicaProcess) {
	s.t.Helper()
	answer, err := http.Post("http://"+r.http+"/v1/events", "application/cloudevents+json",
		strings.NewReader(topUp(uuid.NewString())))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Errorf("POST: %s", answer.Status)
	}
}

// The leader resigns, and the next one is killed, while events are published: the program that publishes waits for
// another leader, and all events are taken.
func TestPublishHoldsThroughChangesOfLeader(t *testing.T) {
	s := newReplicaSite(t, fromEnvironment(t, "ZHANGBEN_SEED", 1))
	lines, events := io.Pipe()
	path := filepath.Join(t.TempDir(), "verdicts")
	publisher := start(t, lines, create(t, path), s.binary, "publish", "--nats", s.urls, "--json")
	send := func(n int) {
		go func() { _, _ = io.WriteString(events, topUpLines(n)) }()
	}
	acknowledged := map[string]bool{}
	published := func(n int) {
		publisher.await("publishing", func() bool { readAcknowledged(t, path, acknowledged); return len(acknowledged) >= n })
	}
	send(3_000)
	published(500)
	if _, err := s.nc.Request("$JS.API.STREAM.LEADER.STEPDOWN.BILLING", nil, patience); err != nil {
		t.Fatal(err)
	}
	published(3_000)
	leader := s.leading()
	send(3_000)
	published(3_500)
	leader.process.kill()
	published(6_000)
	events.Close()
	if code := publisher.exitCode(); code != 0 {
		t.Errorf("exit code %d: %s", code, publisher.messages)
	}
	s.agreed()
	s.compare(acknowledged)
}
