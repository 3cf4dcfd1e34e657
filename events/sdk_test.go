package events_test

import (
	"encoding/json"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
)

// An event made with the official SDK is taken as it comes.
func TestEventOfTheOfficialSDK(t *testing.T) {
	e := cloudevents.New()
	e.SetID("01960F2E-7C1A-7D3E-9D2B-0F6A4C1B2E3D")
	e.SetSource("https://example.com/provisioning?line=1")
	e.SetType("billing.contract.provisioned.v1")
	e.SetSubject("HT-1")
	e.SetTime(time.Date(2026, 3, 1, 1, 2, 3, 456_000_000, time.UTC))
	e.SetDataSchema("https://example.com/schema")
	e.SetExtension("operator", `李 "Li"`)
	e.SetExtension("attempt", 2)
	e.SetExtension("manual", true)
	if err := e.SetData(cloudevents.ApplicationJSON,
		map[string]any{"account_id": "acct-1", "contract_id": "HT-1", "unit_ids": []string{"u1", "u2"},
			"rack": "<b>&7"}); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	got := decoded(t, text)
	const want = `{"specversion":"1.0","id":"01960f2e-7c1a-7d3e-9d2b-0f6a4c1b2e3d",` +
		`"source":"https://example.com/provisioning?line=1",` +
		`"type":"billing.contract.provisioned.v1","subject":"HT-1","time":"2026-03-01T09:02:03.456+08:00",` +
		`"attempt":2,"manual":true,"operator":"李 \"Li\"",` +
		`"data":{"account_id":"acct-1","contract_id":"HT-1","unit_ids":["u1","u2"],"rack":"<b>&7"}}`
	if spelled := string(got.AppendJSON(nil)); spelled != want {
		t.Errorf("\ngot  %s\nwant %s", spelled, want)
	}
}

// What is written here is an event to the official SDK.
func TestOfficialSDKReadsEveryKind(t *testing.T) {
	for _, text := range examples(t) {
		ours := decoded(t, text)
		var theirs cloudevents.Event
		if err := json.Unmarshal(ours.AppendJSON(nil), &theirs); err != nil {
			t.Errorf("%v: %v", ours.Kind(), err)
			continue
		}
		if err := theirs.Validate(); err != nil {
			t.Errorf("%v: %v", ours.Kind(), err)
		}
		if theirs.ID() != ours.ID.String() || !theirs.Time().Equal(ours.Time.Time()) ||
			theirs.Type() != "billing."+ours.Kind().String()+".v1" {
			t.Errorf("%v is read as %v", ours.Kind(), theirs)
		}
		again, err := json.Marshal(theirs)
		if err != nil {
			t.Fatal(err)
		}
		if content(t, again) != string(ours.AppendContent(nil)) {
			t.Errorf("%v changed on its way through the SDK: %s", ours.Kind(), again)
		}
	}
}
