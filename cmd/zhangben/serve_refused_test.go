package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger/ingest"
)

// refusal is what is said of an event that is refused, whatever the way it came.
type refusal struct{ Code, Pointer, Message string }

// TestEveryBadInputIsRefusedWithAReasonAndKept sends each bad event over HTTP and over NATS: it is refused with its
// code and place, is in quarantine, and the next good event goes through.
func TestEveryBadInputIsRefusedWithAReasonAndKept(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	kept := 0
	for _, bad := range badInputs() {
		for _, way := range []struct {
			name string
			send func(*testing.T, string) refusal
		}{{"HTTP", s.refusedOverHTTP}, {"NATS", s.refusedOverNATS}} {
			t.Run(bad.name+" over "+way.name, func(t *testing.T) {
				got := way.send(t, bad.event())
				if got.Code != bad.code || got.Pointer != bad.pointer || len(got.Message) < 10 {
					t.Errorf("refused with %+v, want %s at %q", got, bad.code, bad.pointer)
				}
				if kept++; s.quarantined(t) != kept {
					t.Errorf("%d in quarantine, want %d", s.quarantined(t), kept)
				}
				if next := s.post(t, topUp("acct-1", "1.00")); next != "appended" {
					t.Errorf("the good event after it: %s", next)
				}
			})
		}
	}
}

type badInput struct {
	name, code, pointer string
	event               func() string
}

// badInputs spoil a good event, each in one place.
func badInputs() []badInput {
	spoil := func(name, code, pointer, from, to string) badInput {
		return badInput{name, code, pointer, func() string {
			return strings.Replace(topUp("acct-1", "10.00"), from, to, 1)
		}}
	}
	amount := func(text string) badInput {
		return spoil("the amount "+text, "invalid", "/data/amount", `"10.00"`, `"`+text+`"`)
	}
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	return []badInput{
		spoil("malformed JSON", "invalid", "", `"data":`, `"data"`),
		spoil("a number for the amount", "invalid", "/data/amount", `"10.00"`, `10.00`),
		spoil("a list for the account", "invalid", "/data/account_id", `"acct-1"`, `["acct-1"]`),
		spoil("more than 64 KiB", "too_large", "", `"currency"`, `"padding":"`+strings.Repeat("x", 66_000)+`","currency"`),
		spoil("deep nesting", "invalid", "/data/deep"+strings.Repeat("/0", 14), `"currency"`, `"deep":`+deep+`,"currency"`),
		spoil("a NUL byte", "invalid", "", `"online"`, "\"on\x00line\""),
		spoil("an escaped NUL", "invalid", "/data/reference", `"currency"`, `"reference":"a\u0000b","currency"`),
		spoil("invalid UTF-8", "invalid", "", `"online"`, "\"on\xffline\""),
		spoil("a duplicate key", "invalid", "/data/amount", `"currency"`, `"amount":"1.00","currency"`),
		amount("1e9"), amount("-1"), amount("1.234"), amount("１"),
		spoil("an id with a dot", "invalid", "/data/account_id", `"acct-1"`, `"acct.1"`),
		spoil("a time without an offset", "invalid", "/time", `+08:00"`, `"`),
	}
}

// refusedOverHTTP posts an event and returns what is said of it: in a result, or, where the body is no JSON, in the
// problem.
func (s serving) refusedOverHTTP(t *testing.T, event string) refusal {
	t.Helper()
	response, err := http.Post(s.HTTP+"/v1/events", "application/cloudevents+json", strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Results   []refusal
		Rejection uint64 `json:"rejection_id"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %s", response.Status, body)
	}
	if response.StatusCode != http.StatusBadRequest {
		return answer.Results[0]
	}
	var kept refusal
	_, text := s.get(t, fmt.Sprintf("/v1/rejected/%d", answer.Rejection))
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		t.Fatalf("rejection %d: %s", answer.Rejection, text)
	}
	return kept
}

// refusedOverNATS publishes an event as any client may, and asks for the verdict.
func (s serving) refusedOverNATS(t *testing.T, event string) refusal {
	t.Helper()
	nc := connect(t, s.NATS)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ack, err := js.Publish(t.Context(), "billing.events.acct-1.wallet.topped_up", []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	question := ingest.Question{StreamSeqs: []uint64{ack.Sequence}}
	verdicts, err := ingest.NATSOutcomes{Conn: nc}.Outcomes(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	return refusal{string(verdicts[0].Code), verdicts[0].Pointer, verdicts[0].Message}
}

// quarantined counts what is in quarantine.
func (s serving) quarantined(t *testing.T) int {
	t.Helper()
	_, body := s.get(t, "/v1/rejected?limit=1000")
	var list struct{ Rejected []refusal }
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return len(list.Rejected)
}
