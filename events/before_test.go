package events_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"zhangben/events"
)

// Bytes that were stored before their kinds had these fields, or the door its rules.
var storedBefore = []struct {
	name, bytes string
	json        string // the event; what it was decoded from then is decoded otherwise now, or refused
	same        bool   // whether it is decoded, and so has the same content
}{
	{"a payment with a member called part",
		"01020195a0b100007000800000000000000a909f8ecd0600024131024331022f73051c7b226e6f7465223a2278222c2270617274223a223" +
			"1206f662032227d02e2c80701",
		event("contract.paid", paymentData+`,"part":"1 of 2","note":"x"`), true},
	{"an end for arrears with units",
		"010a0195a0b100007000800000000000000a909f8ecd0600024131024331022f7305137b22756e69745f696473223a5b227531225d7d0101",
		event("contract.terminated", `,"reason":"arrears","unit_ids":["u1"]`), false},
	{"a charge called change-1",
		"01100195a0b100007000800000000000000a909f8ecd0600024131024331022f730103086368616e67652d3182fa010468656c70",
		event("charge.added", `,"charge_id":"change-1","amount":"80.00","description":"help"`), false},
	{"a resolution with units",
		"010c0195a0b100007000800000000000000a909f8ecd0600024131024331022f7305137b22756e69745f696473223a5b2" +
			"27531225d7d01024f31",
		event("outage.resolved", `,"outage_id":"O1","unit_ids":["u1"]`), false},
	{"terms with a member called announced_at",
		"01140195a0b100007000800000000000000a909f8ecd060003616c6c00022f7304177b22616e6e6f756e6365645f6174223a22736f6f6e2" +
			"27d020132027b7d",
		accountEvent("terms.published", "all", `,"version":"2","params":{},"announced_at":"soon"`), false},
	{"a notice against renewal with units that are a text",
		"01050195a0b100007000800000000000000a909f8ecd0600024131024331022f73051a7b22756e69745f696473223a22616c6c206f66207" +
			"468656d227d00",
		event("contract.renewal_declined", `,"unit_ids":"all of them"`), false},
}

// What was stored keeps its bytes, and its members that were not known mean nothing.
func TestStoredBefore(t *testing.T) {
	for _, tt := range storedBefore {
		t.Run(tt.name, func(t *testing.T) {
			stored, err := hex.DecodeString(tt.bytes)
			if err != nil {
				t.Fatal(err)
			}
			e, err := events.ParseContent(stored)
			if err != nil {
				t.Fatal(err)
			}
			if again := e.AppendContent(nil); !bytes.Equal(again, stored) {
				t.Errorf("the bytes changed\n%x\n%x", stored, again)
			}
			meansNothing(t, e)
			subject := events.Subject(e.Account, e.Kind())
			before, err := events.DecodeMessageBefore(subject, nil, []byte(tt.json))
			if err != nil || !bytes.Equal(before.AppendContent(nil), stored) {
				t.Errorf("as it was read before: %v", err)
			}
			now, err := events.DecodeMessage(subject, nil, []byte(tt.json))
			if (err == nil) != tt.same {
				t.Errorf("at the door: %v", err)
			}
			if err == nil && !events.SameContent(stored, now.AppendContent(nil)) {
				t.Error("the same event sent again has other content")
			}
		})
	}
}

func meansNothing(t *testing.T, e *events.Event) {
	t.Helper()
	switch d := e.Data.(type) {
	case *events.Paid:
		if d.Part != "" || string(e.Extra) != `{"note":"x","part":"1 of 2"}` {
			t.Errorf("%+v with %s", d, e.Extra)
		}
	case *events.Terminated:
		if d.Units != nil {
			t.Errorf("%+v", d)
		}
	case *events.RenewalDeclined:
		if d.Units != nil {
			t.Errorf("%+v", d)
		}
	case *events.TermsPublished:
		if d.AnnouncedAt.Text != "" {
			t.Errorf("%+v", d)
		}
	}
}

// A field and a member of its name cannot have been written at one time.
func TestStoredWithFieldsOfTwoTimesRefused(t *testing.T) {
	e := decoded(t, []byte(event("contract.renewed", `,"term":"P1M","fee":"1","unit_ids":["u1"]`)))
	e.Extra = []byte(`{"accepted_at":"2026-03-01T09:00:00Z"}`)
	if _, err := events.ParseContent(e.AppendContent(nil)); err != events.ErrContent {
		t.Errorf("another field is there: %v", err)
	}
	e.Data.(*events.Renewed).Units = nil
	if _, err := events.ParseContent(e.AppendContent(nil)); err != nil {
		t.Errorf("no such field is there: %v", err)
	}
	e.Extra = []byte(`{"fee":"1"}`)
	if _, err := events.ParseContent(e.AppendContent(nil)); err != events.ErrContent {
		t.Errorf("a field that there always was: %v", err)
	}
}

// What was refused before kinds had further fields is no event of before either.
func TestReadBeforeRefused(t *testing.T) {
	const subject = "billing.events.A1."
	for kind, data := range map[string]string{
		"contract.ordered":    strings.Replace(orderData, "310.00", "0.00", 1) + `,"trial":true`,
		"charge.added":        `,"charge_id":"order","amount":"80.00","description":"help"`,
		"contract.terminated": `,"reason":"mutual","unit_ids":["u1"]`,
	} {
		if _, err := events.DecodeMessageBefore(subject+kind, nil, []byte(event(kind, data))); err == nil {
			t.Errorf("%s is taken", kind)
		}
	}
	text := []byte(event("contract.paid", paymentData+`,"part":"1"`))
	if _, err := events.DecodeMessageBefore(subject+"contract.renewed", nil, text); err == nil {
		t.Error("an event under another subject is taken")
	}
	e := decoded(t, text) // the memory of decoding is used again, and reads as always
	if e.Data.(*events.Paid).Part != "1" {
		t.Errorf("%+v", e.Data)
	}
}

func TestOtherContentIsNotTheSame(t *testing.T) {
	stored, err := hex.DecodeString(storedBefore[0].bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{`,"part":"2 of 2","note":"x"`, `,"part":"1 of 2"`, `,"note":"x"`} {
		other := decoded(t, []byte(event("contract.paid", paymentData+data))).AppendContent(nil)
		if events.SameContent(stored, other) || events.SameContent(other, stored) {
			t.Errorf("the same content as with %s", data)
		}
	}
	if events.SameContent(stored, []byte("no event")) {
		t.Error("the same content as no event")
	}
}
