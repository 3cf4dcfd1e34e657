package ingest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
)

func TestAddressOfAnEvent(t *testing.T) {
	id := uuid.MustParse("01960f2e-7c1a-7d3e-9d2b-0f6a4c1b2e3d")
	tests := []struct {
		name, body, subject, id string
	}{
		{"well-formed", string(topUpWithID(id, "acct-1", "1.00")), "billing.events.acct-1.wallet.topped_up", id.String()},
		{"an amount that is none", string(topUpWithID(id, "acct-1", "a lot")),
			"billing.events.acct-1.wallet.topped_up", id.String()},
		{"an unknown kind", `{"id":"x","type":"billing.wallet.burnt.v1","data":{"account_id":"acct-1"}}`,
			"billing.events.acct-1.wallet.burnt", "x"},
		{"an account that would break the subject", string(topUpWithID(id, "acct.1", "1.00")), unreadable, id.String()},
		{"an account that would match all", string(topUpWithID(id, "*", "1.00")), unreadable, id.String()},
		{"a kind that would break the subject", `{"type":"billing.>.v1","data":{"account_id":"acct-1"}}`, unreadable, ""},
		{"another's type", `{"type":"com.example.paid.v1","data":{"account_id":"acct-1"}}`, unreadable, ""},
		{"no account", `{"type":"billing.wallet.topped_up.v1","data":{}}`, unreadable, ""},
		{"data that is no object", `{"type":"billing.wallet.topped_up.v1","data":7}`, unreadable, ""},
		{"no object", `[]`, unreadable, ""},
		{"no JSON", `hello`, unreadable, ""},
		{"nothing", ``, unreadable, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := address([]byte(test.body))
			if e.subject != test.subject || e.id != test.id {
				t.Errorf("subject %s, id %q", e.subject, e.id)
			}
			if header := e.message().Header; len(header) != 0 {
				t.Errorf("header %v: a message id would let another's message take its place", header)
			}
		})
	}
}

func TestMalformedEventsArePublishedIntoQuarantine(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	outcomes := s.publish([]byte("hello"), topUp("acct-1", "10.00"), []byte(`{"id":"x"}`), topUp("acct-1", "-1"))
	wantOutcomes := []ledger.Status{ledger.Refused, ledger.Appended, ledger.Refused, ledger.Refused}
	for i, v := range outcomes {
		if v.Status != wantOutcomes[i] || v.StreamSeq != uint64(i+1) {
			t.Errorf("event %d: %+v", i, v)
		}
	}
	if outcomes[2].ID != "x" {
		t.Errorf("the id as far as it was readable: %+v", outcomes[2])
	}
	if kept, err := s.log.Rejected(0, 10); err != nil || len(kept) != 3 {
		t.Errorf("%d in quarantine (%v)", len(kept), err)
	}
}

func TestEventNoMessageCouldHoldIsRefusedAtOnce(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	outcomes := s.publish(topUp("acct-1", "1.00"), bytes.Repeat([]byte(" "), 1<<20), topUp("acct-1", "2.00"))
	if v := outcomes[1]; v.Status != ledger.Refused || v.Code != events.CodeTooLarge || v.StreamSeq != 0 {
		t.Errorf("the large one: %+v", v)
	}
	if outcomes[0].Seq != 1 || outcomes[2].Seq != 2 {
		t.Errorf("the others: %+v", outcomes)
	}
}

func TestLargeBatchesAreCutByBytes(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	large := make([][]byte, 100)
	for i := range large {
		note := `"note":"` + strings.Repeat("x", 60_000) + `","amount"`
		large[i] = bytes.Replace(topUp("acct-1", "1.00"), []byte(`"amount"`), []byte(note), 1)
	}
	if counts := countByStatus(s.publish(large...)); counts[ledger.Appended] != 100 {
		t.Fatalf("outcomes %v", counts)
	}
}

func TestFullStreamSaysSo(t *testing.T) {
	s := newFixture(t, StreamOptions{MaxBytes: 20_000})
	taken := 0
	for range 100 {
		_, err := s.publisher.Publish(s.ctx(), [][]byte{topUp("acct-1", "1.00")})
		if err != nil {
			if !errors.Is(err, ErrStreamFull) {
				t.Fatal(err)
			}
			break
		}
		taken++
	}
	if taken == 0 || taken == 100 {
		t.Fatalf("took %d", taken)
	}
	if _, err := s.publisher.Publish(s.ctx(), topUps(100)); !errors.Is(err, ErrStreamFull) {
		t.Fatalf("a batch: %v", err)
	}
	s.ensure(StreamOptions{MaxBytes: 1 << 20})
	s.publish(topUps(100)...)
	s.wantLast(taken + 100)
}

func TestPublishingWithoutAStreamSaysSo(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.must(s.js.DeleteStream(s.ctx(), events.StreamName))
	s.wantHalt(ErrStreamGone)
	if _, err := s.publisher.Publish(s.ctx(), topUps(3)); !errors.Is(err, ErrStreamGone) {
		t.Errorf("with a ledger: %v", err)
	}
}

func TestRetryOfARefusedMessageIsJudgedAnew(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	id := uuid.New()
	header := nats.Header{"Nats-Msg-Id": {"1"}, "X-Trace": {"7"}}
	first := s.put("billing.events.acct-2.wallet.topped_up", header, topUpWithID(id, "acct-1", "1.00"))
	s.outcome(first)
	refused, err := s.log.RejectedAt(first)
	s.must(err)

	again, err := s.publisher.Retry(s.ctx(), refused, "clerk")
	s.must(err)
	if again.Status != ledger.Refused || again.Code != events.CodeSubjectMismatch || again.StreamSeq <= first {
		t.Errorf("as it was: %+v", again)
	}
	kept, err := s.log.RejectedAt(again.StreamSeq)
	s.must(err)
	if kept.Header["X-Trace"] == nil || kept.Header["Nats-Msg-Id"] != nil {
		t.Errorf("its header: %v", kept.Header)
	}
	refused.Subject = "billing.events.acct-1.wallet.topped_up"
	mended, err := s.publisher.Retry(s.ctx(), refused, "clerk")
	s.must(err)
	if mended.Status != ledger.Appended || mended.ID != id.String() {
		t.Errorf("under the right subject: %+v", mended)
	}
}

// awayJudge has no outcomes.
type awayJudge struct {
	*LogOutcomes
	err error
}

func (j awayJudge) Outcomes(context.Context, Question) ([]ledger.Outcome, error) { return nil, j.err }

func TestStoringIsDoneThoughTheVerdictIsNotKnown(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	away := errors.New("away")
	publisher, err := NewPublisher(s.nc, awayJudge{s.outcomes, away})
	s.must(err)
	if _, err := publisher.Publish(s.ctx(), topUps(2)); !errors.Is(err, away) {
		t.Fatal(err)
	}
	s.outcome(2)
	s.wantLast(2)
}

func TestNothingToPublish(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	if outcomes := s.publish(); len(outcomes) != 0 {
		t.Fatal(outcomes)
	}
}
