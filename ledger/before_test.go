package ledger

import (
	"testing"

	"zhangben/events"
)

// TestAnEventSentAgainAfterItsMemberBecameAField appends a payment as it was read before payments had a part, and sends
// it again: it is the same, and the log's last message is still the one that the stream has.
func TestAnEventSentAgainAfterItsMemberBecameAField(t *testing.T) {
	l := keeping(t, t.TempDir())
	before, now, other := paid(1, "acct-1", "HT-1", 100), paid(1, "acct-1", "HT-1", 100), paid(1, "acct-1", "HT-1", 100)
	before.Extra = []byte(`{"part":"1 of 2"}`)
	now.Data.(*events.Paid).Part, other.Data.(*events.Paid).Part = "1 of 2", "2 of 2"
	outcomes, err := l.Append([]Arrival{stated(1, before)})
	if err != nil || outcomes[0].Status != Appended {
		t.Fatalf("%+v, %v", outcomes, err)
	}
	for e, want := range map[*events.Event]bool{before: true, now: true, other: false} {
		message := stated(1, e)
		if same, err := l.Matches(&message); err != nil || same != want {
			t.Errorf("part %q: the same message: %t, %v", e.Data.(*events.Paid).Part, same, err)
		}
	}
	outcomes, err = l.Append([]Arrival{stated(2, now), stated(3, other)})
	if err != nil || outcomes[0].Status != Duplicate || outcomes[0].Seq != 1 || outcomes[1].Code != events.CodeConflict {
		t.Errorf("%+v, %v", outcomes, err)
	}
}

// TestAMessageThatTheDoorTakesNoMoreIsStillTheOne matches a message that was appended before the door refused its like.
func TestAMessageThatTheDoorTakesNoMoreIsStillTheOne(t *testing.T) {
	const subject = "billing.events.acct-1.outage.resolved"
	text := []byte(`{"specversion":"1.0","id":"0195a0b1-0000-7000-8000-00000000000a","source":"/s",
		"type":"billing.outage.resolved.v1","time":"2026-03-01T09:00:00+08:00",
		"data":{"account_id":"acct-1","contract_id":"HT-1","outage_id":"O1","unit_ids":["u1"]}}`)
	e, err := events.DecodeMessageBefore(subject, nil, text)
	if err != nil {
		t.Fatal(err)
	}
	l := keeping(t, t.TempDir())
	if _, err := l.Append([]Arrival{stated(1, e)}); err != nil {
		t.Fatal(err)
	}
	if _, err := events.DecodeMessage(subject, nil, text); err == nil {
		t.Error("the door takes units that a resolution has no use for")
	}
	message := Arrival{StreamSeq: 1, Received: second(1), Subject: subject, Body: text}
	if same, err := l.Matches(&message); err != nil || !same {
		t.Errorf("%t, %v", same, err)
	}
	message.Body = []byte(`{}`)
	if same, err := l.Matches(&message); err != nil || same {
		t.Errorf("another body: %t, %v", same, err)
	}
}
