package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	cloudevents "github.com/cloudevents/sdk-go/v2"

	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// The official SDK's client sends in binary mode unless it is asked for another.
func TestTheOfficialSDKPostsInEveryMode(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	client, err := cloudevents.NewClientHTTP(cloudevents.WithTarget(server.URL + "/v1/events"))
	if err != nil {
		t.Fatal(err)
	}
	for i, ctx := range []context.Context{
		t.Context(), cloudevents.WithEncodingBinary(t.Context()), cloudevents.WithEncodingStructured(t.Context()),
	} {
		if result := client.Send(ctx, sdkEvent(t, testlog.Story[i])); !cloudevents.IsACK(result) {
			t.Errorf("event %d: %v", i, result)
		}
		row := answered(t, server, fmt.Sprintf("/v1/events?after=%d&limit=1", i))
		if !strings.Contains(row, testlog.Story[i]) {
			t.Errorf("record %d is %s\nwant %s", i+1, row, testlog.Story[i])
		}
	}
}

func sdkEvent(t *testing.T, text string) (e cloudevents.Event) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	e.SetDataContentType(cloudevents.ApplicationJSON)
	return e
}

// binaryHead are the headers of Story's first event.
func binaryHead(t *testing.T, change ...string) []string {
	e := sdkEvent(t, testlog.Story[0])
	return append([]string{"Ce-Specversion: 1.0", "ce-id: " + e.ID(), "ce-source: " + e.Source(), "ce-type: " + e.Type(),
		"ce-time: 2025-06-01T08:00:00%2B08:00", "Content-Type: application/json"}, change...)
}

func TestWhatBinaryModeIsAnswered(t *testing.T) {
	data := string(sdkEvent(t, testlog.Story[0]).Data())
	for _, c := range []struct {
		name, body string
		head       []string
		want       string // of the result or the problem
	}{
		{"as it is", data, nil, "appended"},
		{"an attribute that is empty", data, []string{"ce-source: "}, "rejected invalid /source"},
		{"data that is no JSON", "{", nil, "400 unreadable kept"},
		{"data that closes the event", data + `,"id":"x"`, nil, "400 unreadable kept"},
		{"data that brings attributes in", `{}, "source":"/other"`, nil, "400 unreadable kept"},
		{"data that is no object", "[1]", nil, "rejected invalid /data"},
		{"no data", "", nil, "rejected missing /data"},
		{"data that is no JSON by its type", data, []string{"Content-Type: text/plain"}, "rejected invalid /datacontenttype"},
		{"a header that cannot be decoded", data, []string{"ce-trace: %zz"}, "400 unreadable kept"},
		{"a name that is none", data, []string{"ce-data_base64: e30="}, "rejected invalid /data_base64"},
		{"data in a header", data, []string{"ce-data: x"}, "rejected invalid /data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := serving(t, testlog.Open(t), nil)
			status, answer, _ := ask(t, server, "POST", "/v1/events", c.body, binaryHead(t, c.head...)...)
			if got := outcomeOf(t, status, answer); got != c.want {
				t.Errorf("%s, want %s: %s", got, c.want, answer)
			}
		})
	}
}

// outcomeOf spells what one posted event was answered with.
func outcomeOf(t *testing.T, status int, answer string) string {
	t.Helper()
	if status != http.StatusOK {
		problem := problemIn(t, answer)
		kept := map[bool]string{true: " kept"}[problem.RejectionID > 0]
		return fmt.Sprint(status, " ", problem.Code, kept)
	}
	var results api.Results
	if err := json.Unmarshal([]byte(answer), &results); err != nil || len(results.Results) != 1 {
		t.Fatalf("%s: %v", answer, err)
	}
	r := results.Results[0]
	return strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Code, " ", r.Pointer))
}
