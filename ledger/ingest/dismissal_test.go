package ingest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
)

// A retry closes the message it sends again once that is in the log, and its publisher stays who it was.
func TestRetryClosesWhatItRetries(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	claims := nats.Header{events.HeaderOrigin: {"ledger"}, events.HeaderPublisher: {"shop"}, events.HeaderRetryOf: {"1"}}
	over := s.put("billing.events.acct-2.wallet.topped_up", claims, topUpWithID(uuid.New(), "acct-1", "1.00"))
	s.outcome(over)
	posted, err := s.publisher.Post(s.ctx(), "shop", [][]byte{topUp("acct-1", "-1")})
	s.must(err)
	if _, err := s.publisher.Dismiss(s.ctx(), posted[0].StreamSeq, "sent again", "desk"); err != nil {
		t.Fatal(err)
	}
	refused, err := s.log.RejectedAt(over)
	s.must(err)
	if v, err := s.publisher.Retry(s.ctx(), refused, "clerk"); err != nil || v.Status != ledger.Refused {
		t.Fatalf("as it was: %+v, %v", v, err)
	}
	s.wantOpen(over)
	refused.Subject = "billing.events.acct-1.wallet.topped_up"
	mended, err := s.publisher.Retry(s.ctx(), refused, "clerk")
	s.must(err)
	closed, err := s.log.RejectedAt(over)
	s.must(err)
	if c := closed.Closed; c == nil || c.By != "clerk" || c.Seq != mended.Seq || c.Reason != "" {
		t.Errorf("%+v", closed.Closed)
	}
	if got := s.origin(mended.Seq); got != (events.Origin{}) {
		t.Errorf("what came over NATS is now of %+v", got)
	}
	dismissed, err := s.log.RejectedAt(posted[0].StreamSeq)
	s.must(err)
	if c := dismissed.Closed; c == nil || c.By != "desk" || c.Reason != "sent again" {
		t.Errorf("%+v", c)
	}
}

// What publishers say of retries and dismissals closes nothing.
func TestPublishersCloseNothing(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	refused := s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-2", "1.00"))
	body, err := Dismissal(refused, "hide it")
	s.must(err)
	claims := nats.Header{events.HeaderOrigin: {"ledger"}, events.HeaderRetryOf: {"1"}, events.HeaderRetryBy: {"clerk"}}
	s.outcome(s.put("billing.events.all.rejection.dismissed", claims, body))
	s.outcome(s.put("billing.events.acct-1.wallet.topped_up", claims, topUp("acct-1", "1.00")))
	s.wantLast(2)
	s.wantOpen(refused)
}

func TestADismissalNeedsAReason(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	refused := s.put("billing.events.acct-1.wallet.topped_up", nil, []byte("{"))
	s.outcome(refused)
	for _, reason := range []string{"", "\x1b[2J"} {
		if _, err := s.publisher.Dismiss(s.ctx(), refused, reason, "clerk"); err == nil {
			t.Errorf("%q is taken", reason)
		}
	}
	s.wantOpen(refused)
}

func (s *fixture) wantOpen(id uint64) {
	s.t.Helper()
	refused, err := s.log.RejectedAt(id)
	s.must(err)
	if refused.Closed != nil {
		s.t.Errorf("rejection %d is closed: %+v", id, refused.Closed)
	}
}
