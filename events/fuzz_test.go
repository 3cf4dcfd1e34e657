package events_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/events/eventtest"
)

// A text is refused with a reason, or is an event that survives every spelling and that encoding/json takes for JSON
// too.
func FuzzEnvelope(f *testing.F) {
	for _, text := range examples(f) {
		f.Add(text)
	}
	f.Add([]byte(event("contract.paid", paymentData+`,"x":[1e5,"\ud83d\ude00",{"":null}]`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := events.DecodeJSON(text)
		var refusal *events.Rejection
		switch {
		case err == nil && !json.Valid(text):
			t.Fatalf("no JSON, and taken: %q", text)
		case err == nil:
			survives(t, e)
		case !errors.As(err, &refusal) || refusal.Message == "":
			t.Fatalf("refused without a reason: %v", err)
		}
	})
}

// ParseSubject takes exactly what Subject returns, also as it is posted.
func FuzzSubject(f *testing.F) {
	f.Add("billing.events.acct-1001.contract.ordered")
	f.Add("billing.events.all.terms.published")
	f.Add("billing.posted.acct-1001.contract.ordered")
	f.Add("billing.events..contract.ordered")
	f.Add("billing.events.a.b.contract.ordered")
	f.Fuzz(func(t *testing.T, s string) {
		account, k, err := events.ParseSubject(s)
		if err == nil && events.Subject(account, k) != s && events.Posted(events.Subject(account, k)) != s {
			t.Fatalf("%q is read as %s and %v", s, account, k)
		}
	})
}

// ParseContent takes exactly what AppendContent returns, and such an event survives every spelling.
func FuzzContent(f *testing.F) {
	for _, text := range examples(f) {
		f.Add(decoded(f, text).AppendContent(nil))
	}
	b := eventtest.New(1)
	for range 50 {
		f.Add(b.Any().AppendContent(nil))
	}
	for _, before := range storedBefore {
		stored, err := hex.DecodeString(before.bytes)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, stored []byte) {
		head, headErr := events.ParseHead(stored)
		e, err := events.ParseContent(stored)
		if err != nil {
			return
		}
		if headErr != nil || head.ID != e.ID || string(head.Account) != e.Account {
			t.Fatalf("the head is %+v, %v", head, headErr)
		}
		if again := e.AppendContent(nil); !bytes.Equal(again, stored) {
			t.Fatalf("not canonical, and taken:\n%x\n%x", stored, again)
		}
		text := e.AppendJSON(nil)
		if again, err := events.DecodeJSON(text); err == nil && !events.SameContent(stored, again.AppendContent(nil)) {
			t.Fatalf("JSON changed the content of %s", text)
		} else if err != nil && len(text) <= events.MaxSize && !isOfBefore(e) {
			t.Fatalf("%v in %s", err, text)
		}
	})
}

// isOfBefore reports whether an event has what the door takes no more, or what means something else by now.
func isOfBefore(e *events.Event) bool {
	charge, ok := e.Data.(*events.ChargeAdded)
	if ok && (strings.HasPrefix(charge.Charge, "change-") || strings.HasPrefix(charge.Charge, "added-")) {
		return true
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(e.Extra, &members)
	known := e.Kind().DataSchema()["properties"].(events.Schema)
	for name := range members {
		if name == "unit_ids" || known[name] != nil && name != "currency" {
			return true
		}
	}
	return false
}
