package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"zhangben/events"
	"zhangben/projections/api"
)

func TestSchemaPrintsEveryDocument(t *testing.T) {
	names := []string{"", "openapi", "asyncapi", events.SchemaName}
	for _, kind := range events.Kinds() {
		names = append(names, kind.String())
	}
	for _, name := range names {
		args := strings.Fields("schema " + name)
		stdout, stderr, code := runCommand("", args...)
		if code != 0 || stderr != "" || !json.Valid([]byte(stdout)) {
			t.Errorf("schema %s: %d %s", name, code, stderr)
		}
	}
	if _, stderr, code := runCommand("", "schema", "contract.dreamt"); code != 2 ||
		!strings.Contains(stderr, "no kind of event") {
		t.Errorf("an unknown kind: %d %s", code, stderr)
	}
}

// What a client does that has read the AsyncAPI document only: each kind's event in both modes, then the questions.
func TestNATSSideIsAsItIsDescribed(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	nc, err := nats.Connect(s.NATS)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	document := asyncAPI(t)
	stream, err := nc.Request("billing.verdict", nil, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	document.takes(t, "stream", stream.Data)
	structured, binary := topUp("acct-1", "1.00"), topUp("acct-1", "2.00")
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	document.takes(t, "WalletToppedUpEvent", []byte(structured))
	message := binaryMessage(t, binary)
	document.takes(t, "WalletToppedUpBinary", message.Data)
	for seq, m := range []*nats.Msg{{Subject: message.Subject, Data: []byte(structured)}, message} {
		ack, err := js.PublishMsg(t.Context(), m)
		if err != nil || ack.Sequence != uint64(seq+1) {
			t.Fatalf("%v, %v", ack, err)
		}
	}
	question := fmt.Sprintf(`{"stream_seqs":[1,2],"ids":[%q,%q],"created":%s}`, idOf(t, structured), idOf(t, binary),
		created(t, stream.Data))
	document.takes(t, "question", []byte(question))
	verdicts, err := nc.Request("billing.verdict", []byte(question), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	document.takes(t, "verdicts", verdicts.Data)
	if strings.Count(string(verdicts.Data), `"appended"`) != 2 {
		t.Errorf("%s", verdicts.Data)
	}
}

// payloads are the schemas of an AsyncAPI document's messages.
type payloads struct{ compiler *jsonschema.Compiler }

func asyncAPI(t *testing.T) payloads {
	t.Helper()
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.AsyncAPI()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("asyncapi.json", tree); err != nil {
		t.Fatal(err)
	}
	return payloads{compiler}
}

// takes checks that a message's payload is as it is described.
func (p payloads) takes(t *testing.T, message string, payload []byte) {
	t.Helper()
	schema, err := p.compiler.Compile("asyncapi.json#/components/messages/" + message + "/payload")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(payload))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %s\n%v", message, payload, err)
	}
}

// binaryMessage is an event with its attributes in headers.
func binaryMessage(t *testing.T, event string) *nats.Msg {
	t.Helper()
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal([]byte(event), &attributes); err != nil {
		t.Fatal(err)
	}
	message := &nats.Msg{Subject: "billing.events.acct-1.wallet.topped_up", Data: attributes["data"],
		Header: nats.Header{}}
	for name, value := range attributes {
		if name != "data" {
			message.Header.Set("ce-"+name, strings.Trim(string(value), `"`))
		}
	}
	return message
}

func idOf(t *testing.T, event string) string {
	t.Helper()
	decoded, err := events.DecodeJSON([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	return decoded.ID.String()
}

// created is when a stream was created, as JSON.
func created(t *testing.T, stream []byte) json.RawMessage {
	t.Helper()
	var answer struct{ Created json.RawMessage }
	if err := json.Unmarshal(stream, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Created
}
