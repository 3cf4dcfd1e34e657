package ingest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
)

// origin returns what the log keeps of who published a record.
func (s *fixture) origin(seq ledger.Seq) events.Origin {
	s.t.Helper()
	record, err := s.log.Record(seq)
	s.must(err)
	origin, err := record.Origin()
	s.must(err)
	return origin
}

func TestPostedEventsKeepTheNameOfTheToken(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	outcomes, err := s.publisher.Post(s.ctx(), "shop", topUps(3))
	s.must(err)
	if countByStatus(outcomes)[ledger.Appended] != 3 {
		t.Fatalf("%+v", outcomes)
	}
	want := events.Origin{By: events.OverHTTP, Publisher: "shop"}
	for seq := range ledger.Seq(3) {
		if got := s.origin(seq + 1); got != want {
			t.Errorf("record %d is of %+v", seq+1, got)
		}
	}
	message, err := s.ensure(StreamOptions{}).GetMsg(s.ctx(), 1)
	s.must(err)
	if message.Subject != "billing.posted.acct-0.wallet.topped_up" ||
		message.Header.Get(events.HeaderPublisher) != "shop" {
		t.Errorf("%s %v", message.Subject, message.Header)
	}
}

// What a publisher over NATS says of itself counts for nothing.
func TestPublishersOverNATSHaveNoName(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	claims := nats.Header{events.HeaderPublisher: {"shop"}, events.HeaderOrigin: {"ledger"}}
	s.outcome(s.put("billing.events.acct-1.wallet.topped_up", claims, topUp("acct-1", "1.00")))
	if got := s.origin(1); got != (events.Origin{}) {
		t.Errorf("%+v", got)
	}
}

// A token's copy of what another sent is the same event.
func TestTheSamePostedTwiceIsADuplicate(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	body := topUpWithID(uuid.New(), "acct-1", "1.00")
	for i, want := range []ledger.Status{ledger.Appended, ledger.Duplicate, ledger.Duplicate} {
		publish := s.publisher.Publish
		if i < 2 {
			publish = s.publisher.As(events.Origin{By: events.OverHTTP, Publisher: []string{"shop", "till"}[i]}).Publish
		}
		outcomes, err := publish(s.ctx(), [][]byte{body})
		s.must(err)
		if outcomes[0].Status != want || outcomes[0].Seq != 1 {
			t.Errorf("copy %d: %+v", i+1, outcomes[0])
		}
	}
	if got := s.origin(1).Publisher; got != "shop" {
		t.Errorf("the record is of %q", got)
	}
}

// What cannot be addressed stays where every publisher's would go.
func TestMalformedPostedEventsAreKept(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	_, err := s.publisher.Post(s.ctx(), "shop", [][]byte{[]byte("hello"), topUp("acct-1", "-1")})
	s.must(err)
	kept, err := s.log.Rejected(0, 10)
	s.must(err)
	if len(kept) != 2 || kept[0].Subject != unreadable || kept[1].Subject != "billing.posted.acct-1.wallet.topped_up" {
		t.Errorf("%+v", kept)
	}
}
