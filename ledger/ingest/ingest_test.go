package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/ledger"
)

func TestPublishedEventsAreInTheLogInOrder(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	for i, v := range s.publish(topUps(2_500)...) {
		if v.Status != ledger.Appended || v.Seq != ledger.Seq(i+1) || v.StreamSeq != uint64(i+1) {
			t.Fatalf("event %d: %+v", i+1, v)
		}
	}
	s.wantLast(2_500)
}

func TestRestartReadsOnWhereTheLogEnds(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(10)...)
	s.stopLog()
	for _, e := range topUps(10) {
		s.put("billing.events.acct-1.wallet.topped_up", nil, e)
	}
	s.startLog()
	s.outcome(20)
	if position := s.log.Position().StreamSeq; position != 20 {
		t.Fatalf("position %d, want 20", position)
	}
}

func TestReadingGoesOnAfterTheServerWasAway(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(10)...)
	s.restartServer(func() {})
	s.publish(topUps(10)...)
	s.wantLast(20)
}

func TestReadingGoesOnAfterTheConsumerWasDeleted(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	stream, err := s.js.Stream(s.ctx(), events.StreamName)
	s.must(err)
	for name := range stream.ConsumerNames(s.ctx()).Name() {
		s.must(stream.DeleteConsumer(s.ctx(), name))
	}
	s.publish(topUps(3)...)
	s.wantLast(6)
}

func TestSameIDIsDuplicateOrConflict(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	id := uuid.New()
	first := topUpWithID(id, "acct-1", "10.00")
	s.publish(first)

	again := s.publish(first)[0]
	if again.Status != ledger.Duplicate || again.Seq != 1 {
		t.Errorf("published again: %+v", again)
	}
	other := s.publish(topUpWithID(id, "acct-1", "11.00"))[0]
	if other.Status != ledger.Refused || other.Code != events.CodeConflict {
		t.Errorf("same id, other amount: %+v", other)
	}
	s.wantLast(1)
}

// Most clients of others set the event's bare id as the message id.
func TestConflictUnderOneMessageIDIsNotSwallowed(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	id := uuid.New()
	header := nats.Header{jetstream.MsgIDHeader: {id.String()}}
	put := func(amount string) ledger.Outcome {
		return s.outcome(s.put("billing.events.acct-1.wallet.topped_up", header, topUpWithID(id, "acct-1", amount)))
	}
	if v := put("10.00"); v.Status != ledger.Appended {
		t.Fatalf("%+v", v)
	}
	time.Sleep(3 * duplicateWindow)
	if v := put("20.00"); v.Status != ledger.Refused || v.Code != events.CodeConflict {
		t.Errorf("same ids, other amount: %+v", v)
	}
	time.Sleep(3 * duplicateWindow)
	if v := put("10.00"); v.Status != ledger.Duplicate || v.Seq != 1 {
		t.Errorf("same ids, same content: %+v", v)
	}
	s.wantLast(1)
}

// A stranger who publishes first under the message id that a publisher might choose takes nothing's place.
func TestStrangersMessageIDDoesNotTakeThePlaceOfAnEvent(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	id := uuid.New()
	header := nats.Header{jetstream.MsgIDHeader: {id.String()}}
	s.put("billing.events.acct-2.wallet.topped_up", header, topUp("acct-2", "1.00"))
	v := s.publish(topUpWithID(id, "acct-1", "10.00"))[0]
	if v.Status != ledger.Appended || v.ID != id.String() {
		t.Errorf("%+v", v)
	}
	s.wantLast(2)
}

func TestOneKnownEventDoesNotStopItsBatch(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	batch := topUps(100)
	s.publish(batch[40])
	counts := countByStatus(s.publish(batch...))
	if counts[ledger.Appended] != 99 || counts[ledger.Duplicate] != 1 {
		t.Fatalf("outcomes %v", counts)
	}
	twice := topUp("acct-1", "10.00")
	counts = countByStatus(s.publish(twice, topUp("acct-1", "11.00"), twice))
	if counts[ledger.Appended]+counts[ledger.Duplicate] != 3 || counts[ledger.Appended] == 0 {
		t.Fatalf("outcomes of a batch with one event twice %v", counts)
	}
	s.wantLast(102)
}

func TestMalformedEventsAreQuarantinedAndTheNextGoodOneGoesThrough(t *testing.T) {
	good := func() string { return string(topUp("acct-1", "10.00")) }
	envelope := func(kind, more string) string {
		return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/t","time":"2025-03-01T09:00:00Z","type":"billing.%s.v1"`+
			more+`}`, uuid.NewString(), kind)
	}
	tests := []struct {
		name    string
		subject string
		body    string
		want    events.Code
	}{
		{"no JSON", "acct-1.wallet.topped_up", "account 1 paid ten yuan", events.CodeInvalid},
		{"empty", "acct-1.wallet.topped_up", "", events.CodeInvalid},
		{"cut off", "acct-1.wallet.topped_up", good()[:100], events.CodeInvalid},
		{"no data", "acct-1.wallet.topped_up", envelope("wallet.topped_up", ""), events.CodeMissing},
		{"unknown kind", "acct-1.wallet.burnt", envelope("wallet.burnt", `,"data":{"account_id":"acct-1"}`),
			events.CodeUnknownKind},
		{"another's subject", "acct-2.wallet.topped_up", good(), events.CodeSubjectMismatch},
		{"another kind's subject", "acct-1.wallet.paid_out", good(), events.CodeSubjectMismatch},
		{"a negative amount", "acct-1.wallet.topped_up", string(topUp("acct-1", "-1.00")), events.CodeInvalid},
		{"too large", "acct-1.wallet.topped_up", fmt.Sprintf(`{"padding":"%070000d"}`, 0), events.CodeTooLarge},
	}
	s := newFixture(t, StreamOptions{})
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := s.outcome(s.put("billing.events."+test.subject, nil, []byte(test.body)))
			if v.Status != ledger.Refused || v.Code != test.want {
				t.Errorf("verdict %+v, want %s", v, test.want)
			}
			if next := s.publish(topUp("acct-1", "1.00"))[0]; next.Status != ledger.Appended {
				t.Errorf("the good event after it: %+v", next)
			}
			kept, err := s.log.Rejected(0, 100)
			if err != nil || len(kept) != i+1 {
				t.Fatalf("%d in quarantine, want %d (%v)", len(kept), i+1, err)
			}
			if last := kept[i]; string(last.Body) != test.body || last.Code != test.want {
				t.Errorf("kept %s %q", last.Code, last.Body)
			}
		})
	}
	s.wantLast(len(tests))
}

func TestOrdinaryClientMayPublishInEitherMode(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	structured := s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "10.00"))
	if v := s.outcome(structured); v.Status != ledger.Appended {
		t.Errorf("structured mode: %+v", v)
	}
	for _, prefix := range []string{"ce-", "Ce-", "CE-"} {
		header := nats.Header{"Content-Type": {"application/json"}}
		for name, value := range map[string]string{
			"specversion": "1.0", "id": uuid.NewString(), "source": "/test", "type": "billing.wallet.topped_up.v1",
			"time": "2025-03-01T09:00:00+08:00",
		} {
			header[prefix+name] = []string{value}
		}
		body := []byte(`{"account_id":"acct-1","amount":"10.00","currency":"CNY","channel":"online"}`)
		binary := s.put("billing.events.acct-1.wallet.topped_up", header, body)
		if v := s.outcome(binary); v.Status != ledger.Appended {
			t.Errorf("binary mode with %s: %+v", prefix, v)
		}
	}
	s.wantLast(4)
}

func TestStreamMadeAnewHaltsUntilItIsAdopted(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	batch := topUps(5)
	s.publish(batch...)
	s.must(s.js.DeleteStream(s.ctx(), events.StreamName))
	s.wantHalt(ErrStreamGone)
	s.stopLog()

	stream := s.ensure(StreamOptions{MaxBytes: 64 << 20})
	s.startLog()
	s.wantHalt(ledger.ErrStreamChanged)
	s.wantLast(5) // and still there to be read

	s.must(Adopt(s.log, stream))
	s.stopLog()
	s.startLog()
	if v := s.publish(batch[2])[0]; v.Status != ledger.Duplicate || v.Seq != 3 {
		t.Errorf("an event of before: %+v", v)
	}
	s.publish(topUps(5)...)
	s.wantLast(10)
}

func TestAdoptingTheRightStreamChangesNothing(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(5)...)
	before := s.log.Position()
	s.must(Adopt(s.log, s.ensure(StreamOptions{})))
	if after := s.log.Position(); after != before {
		t.Fatalf("position %+v, was %+v", after, before)
	}
}

func TestStreamThatEndsBeforeTheLogHalts(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	early := t.TempDir()
	s.restartServer(func() { s.must(os.CopyFS(early, os.DirFS(s.natsDir))) })
	s.publish(topUps(2)...)
	s.stopLog()
	s.restartServer(func() { s.natsDir = early })
	s.startLog()
	s.wantHalt(ErrRolledBack)
	s.wantLast(5)

	s.must(Adopt(s.log, s.ensure(StreamOptions{})))
	s.stopLog()
	s.startLog()
	s.publish(topUps(1)...)
	s.wantLast(6)
}

// It reaches as far as the log again, but with other messages.
func TestStreamRolledBackAndGrownAgainHalts(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	early := t.TempDir()
	s.restartServer(func() { s.must(os.CopyFS(early, os.DirFS(s.natsDir))) })
	s.publish(topUps(2)...)
	s.stopLog()
	s.restartServer(func() { s.natsDir = early })
	for _, e := range topUps(4) {
		s.put("billing.events.acct-1.wallet.topped_up", nil, e)
	}
	s.startLog()
	s.wantHalt(ErrRolledBack)
	s.wantLast(5)
}

// A server that has nothing yet, or not all, is not believed at once: others may answer a moment later.
func TestStreamThatWasMissedForAMomentIsReadOn(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	right := s.natsDir
	s.restartServer(func() { s.natsDir = t.TempDir() })
	time.Sleep(time.Second) // in which it finds that there is no stream
	s.restartServer(func() { s.natsDir = right })
	s.publish(topUps(3)...)
	s.wantLast(6)
}

func TestMissingMessageHalts(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	for _, e := range topUps(5) {
		s.put("billing.events.acct-1.wallet.topped_up", nil, e)
	}
	stream, err := s.js.Stream(s.ctx(), events.StreamName)
	s.must(err)
	s.must(stream.Purge(s.ctx(), jetstream.WithPurgeSequence(3)))
	s.startLog()
	s.wantHalt(ledger.ErrGap)
	s.wantLast(0)
}

// A consumer that leaves out messages the stream has is played by one that begins too late.
func TestMessageLeftOutByTheConsumerIsFetched(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	for range 5 {
		s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "10.00"))
	}
	stream, err := FindStream(s.ctx(), s.js)
	s.must(err)
	ctx, cancel := context.WithCancel(s.ctx())
	defer cancel()
	queue := newBatchQueue()
	r := &consumer{stream: stream, out: queue, next: 1}
	messages, err := r.pull(ctx, 4, make(chan error, 1))
	s.must(err)
	defer messages.Stop()
	var batch []ledger.Arrival
	for len(batch) < 5 {
		some, _, err := queue.take()
		s.must(err)
		batch = append(batch, some...)
	}
	for i, a := range batch {
		if a.StreamSeq != uint64(i+1) || a.Event == nil {
			t.Errorf("arrival %d: %+v", i, a)
		}
	}
	if len(batch) != 5 {
		t.Errorf("%d arrivals, want 5", len(batch))
	}
}

// The last messages left out are noticed once the stream was silent for a while.
func TestTheLastMessagesLeftOutAreFetched(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	for range 5 {
		s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "10.00"))
	}
	stream, err := FindStream(s.ctx(), s.js)
	s.must(err)
	r := &consumer{stream: stream, out: newBatchQueue(), next: 4}
	s.must(r.checkIdle(s.ctx()))
	if len(r.out.arrivals) > 0 {
		t.Error("fetched before the stream was silent")
	}
	s.must(r.checkIdle(s.ctx()))
	batch, _, err := r.out.take()
	s.must(err)
	if len(batch) != 2 || batch[0].StreamSeq != 4 || batch[1].StreamSeq != 5 {
		t.Errorf("fetched %+v", batch)
	}
}

func TestRecordedTimeIsTheStreamsOwn(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	before := time.Now()
	v := s.publish(topUp("acct-1", "10.00"))[0]
	record, err := s.log.Record(v.Seq)
	s.must(err)
	if at := record.Recorded.Time(); at.Before(before) || at.After(time.Now()) {
		t.Fatalf("recorded %v", at)
	}
}

// Beneath a connection that holds, the stream is deleted, recreated and filled beyond where the log was: what is asked
// for by sequence now is in another stream.
func TestMessagesOfAStreamRecreatedAreNotFetched(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	before := s.ensure(StreamOptions{})
	s.replaceStream(streamConfig(StreamOptions{MaxBytes: 64 << 20}))
	for range 5 {
		s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "1.00"))
	}
	for name, fetch := range map[string]func(*consumer) error{
		"after a gap":     func(r *consumer) error { return r.fetchUpTo(s.ctx(), 5) },
		"after a silence": func(r *consumer) error { return errors.Join(r.checkIdle(s.ctx()), r.checkIdle(s.ctx())) },
	} {
		r := &consumer{stream: before, out: newBatchQueue(), next: 3}
		if err := fetch(r); !errors.Is(err, ledger.ErrStreamChanged) || len(r.out.arrivals) != 0 {
			t.Errorf("%s: %d messages, %v", name, len(r.out.arrivals), err)
		}
	}
}
