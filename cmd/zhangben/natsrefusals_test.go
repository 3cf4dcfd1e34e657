package main

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger/ingest"
)

// Who publishes and does not wait hears of refusals of the accounts that it may publish for, and of what names none.
func TestPublishersHearOfTheirRefusals(t *testing.T) {
	s, document := startGuarded(t), asyncAPI(t)
	nc := connect(t, s.NATS, nats.UserInfo("narrow", "secret"), nats.CustomInboxPrefix("_INBOX_narrow"))
	heard := make(chan *nats.Msg, 10)
	for _, subject := range []string{"billing.rejected.acct-1", "billing.rejected.all"} {
		if _, err := nc.ChanSubscribe(subject, heard); err != nil {
			t.Fatal(err)
		}
	}
	if sub, err := nc.SubscribeSync("billing.rejected.acct-2"); err != nil ||
		!errors.Is(lastError(sub), nats.ErrPermissionViolation) {
		t.Errorf("the refusals of another account's events are heard: %v", err)
	}
	s.post(t, `{"specversion":"1.0","type":"billing.contract.paid.v1","data":{"account_id":"acct-2"}}`)
	for _, c := range []struct {
		publish func() error
		subject string
		code    events.Code
	}{
		{func() error {
			return nc.Publish("billing.events.acct-1.contract.paid", []byte(topUp("acct-1", "1.00")))
		},
			"billing.rejected.acct-1", events.CodeSubjectMismatch},
		{func() error { return nc.Publish("billing.events.all.unreadable", []byte("hello")) }, "billing.rejected.all",
			events.CodeInvalid},
		{func() error { s.post(t, `{"no":"account"}`); return nil }, "billing.rejected.all", events.CodeMissing},
	} {
		if err := c.publish(); err != nil {
			t.Fatal(err)
		}
		msg := <-heard
		document.takes(t, "refusal", msg.Data)
		var r ingest.Refusal
		if err := json.Unmarshal(msg.Data, &r); err != nil || msg.Subject != c.subject || r.Code != c.code ||
			r.RejectionID == 0 || r.Message == "" {
			t.Errorf("heard %s at %s, want %s at %s", msg.Data, msg.Subject, c.code, c.subject)
		}
	}
}
