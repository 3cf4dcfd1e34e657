package ingest

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// Whoever asks chooses the subject of the answer, which is published with the rights of the ledger.
func TestAnswersGoToInboxesOnly(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "1.00"))
	for _, reply := range []string{
		"billing.announce", "billing.events.acct-1.wallet.topped_up", "$KV.x.y", "elsewhere", "_INBOXES.x",
	} {
		heard, err := s.nc.SubscribeSync(reply)
		s.must(err)
		for _, body := range []string{`{"stream_seqs":[1]}`, "malformed", "{}"} {
			s.must(s.nc.PublishRequest(VerdictSubject, reply, []byte(body)))
		}
		s.askRaw(`{"stream_seqs":[1]}`) // and so the others are through
		if msg, err := heard.NextMsg(50 * time.Millisecond); err == nil {
			t.Errorf("an answer went to %s: %s", reply, msg.Data)
		}
	}
}

// An empty message may be a valid request to someone else.
func TestNoAnswerIsEmpty(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	for _, inbox := range []string{nats.NewInbox(), "_INBOX_shop.x"} {
		heard, err := s.nc.SubscribeSync(inbox)
		s.must(err)
		for _, body := range []string{"malformed", `{"stream_seqs":[0]}`, `{"stream_seqs":[-1]}`} {
			s.must(s.nc.PublishRequest(VerdictSubject, inbox, []byte(body)))
			if msg, err := heard.NextMsg(patience); err != nil || len(msg.Data) == 0 {
				t.Errorf("%s is answered with %v (%v)", body, msg, err)
			}
		}
	}
}
