package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

const (
	oneEvent   = "Content-Type: application/cloudevents+json; charset=UTF-8"
	manyEvents = "Content-Type: application/cloudevents-batch+json"
)

func TestPostedEventIsSeenByTheNextRead(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	for i, event := range testlog.Story[:3] {
		status, answer, _ := ask(t, server, "POST", "/v1/events", event, oneEvent)
		want := fmt.Sprintf(`{"results":[{"id":"%s","outcome":"appended","seq":%d}]}`, testlog.ID(i+1), i+1)
		if status != http.StatusOK || strings.TrimSpace(answer) != want {
			t.Fatalf("%d %s, want %s", status, answer, want)
		}
	}
	if got := answered(t, server, "/v1/contracts/HT-1"); !strings.Contains(got, `"paid":"500.00"`) {
		t.Errorf("read back: %s", got)
	}
}

func TestPostedBatchIsAnsweredInOrder(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	other := strings.Replace(testlog.Story[1], `"u1"`, `"u2"`, 1)
	body := "[" + strings.Join([]string{testlog.Story[0], `{"specversion":"1.0"}`, testlog.Story[0], testlog.Story[1],
		other}, " ,\n") + "]"
	status, answer, _ := ask(t, server, "POST", "/v1/events", body, manyEvents)
	var results api.Results
	if err := json.Unmarshal([]byte(answer), &results); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	var got []string
	for _, r := range results.Results {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Seq, " ", r.Code)))
	}
	want := "appended 1, rejected 0 missing, duplicate 1, appended 2, rejected 0 conflict"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
}

func TestTheLogNamesTheTokenThatPublished(t *testing.T) {
	g := guardedBy(t, "publish "+publishToken+" name=desk\nadmin "+adminToken, nil)
	published(t, g, publishToken, testlog.Story[0])
	if again := published(t, g, adminToken, testlog.Story[0]); again[0].Status != ledger.Duplicate {
		t.Errorf("another token's copy: %+v", again)
	}
	g.log.Take(t, testlog.Story[1])
	for id, want := range map[string]string{testlog.ID(1): `"desk"`, testlog.ID(2): "null"} {
		_, answer, _ := g.do("GET", "/v1/events/"+id, "", "Authorization: Bearer "+adminToken)
		if !strings.Contains(answer, `"publisher":`+want+",") {
			t.Errorf("want publisher %s: %s", want, answer)
		}
	}
}

func TestAnEmptyBatchIsAnsweredWithNothing(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	if status, answer, _ := ask(t, server, "POST", "/v1/events", "[]", manyEvents); status != http.StatusOK ||
		strings.TrimSpace(answer) != `{"results":[]}` {
		t.Errorf("%d %s", status, answer)
	}
}

func TestABatchAtItsBound(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	body := "[" + strings.Repeat("1,", 999) + "1]"
	if status, answer, _ := ask(t, server, "POST", "/v1/events", body, manyEvents); status != http.StatusOK ||
		strings.Count(answer, `"rejected"`) != 1000 {
		t.Errorf("%d %.200s", status, answer)
	}
}

func TestABodyThatIsNoJSONIsKept(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	_, answer, _ := ask(t, server, "POST", "/v1/events", "{\"id\": 账", oneEvent)
	kept := problemIn(t, answer).RejectionID
	got := answered(t, server, fmt.Sprintf("/v1/rejected/%d", kept))
	for _, want := range []string{`"rejection_id":1`, `"subject":"billing.events.all.unreadable"`, `"code":"invalid"`,
		`"body":"{\"id\": 账"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}

func TestRetry(t *testing.T) {
	s := testlog.Open(t)
	server := serving(t, s, nil)
	ask(t, server, "POST", "/v1/events", `{"specversion":"1.0"}`, oneEvent)
	status, answer, _ := ask(t, server, "POST", "/v1/rejected/1/retry", "")
	if status != http.StatusOK || !strings.Contains(answer, `"outcome":"rejected"`) ||
		!strings.Contains(answer, `"code":"missing"`) {
		t.Errorf("%d %s", status, answer)
	}
	if position := s.Log.Position().StreamSeq; position != 2 {
		t.Errorf("the stream holds %d messages", position)
	}
}

func TestWhatHindersPublishing(t *testing.T) {
	undecided := ledger.Outcome{StreamSeq: 1, Status: "unknown"}
	for _, c := range []struct {
		name    string
		publish func(context.Context, string, [][]byte) ([]ledger.Outcome, error)
		status  int
		code    string
	}{
		{"reading only", nil, 503, "read_only"},
		{"no stream", func(context.Context, string, [][]byte) ([]ledger.Outcome, error) {
			return nil, errors.New("no responders")
		}, 503, "not_taken"},
		{"no verdict", func(context.Context, string, [][]byte) ([]ledger.Outcome, error) {
			return []ledger.Outcome{undecided}, nil
		}, 504, "verdict_unknown"},
		{"too few verdicts", func(context.Context, string, [][]byte) ([]ledger.Outcome, error) { return nil, nil }, 503,
			"not_taken"},
	} {
		server := serving(t, testlog.Open(t), func(config *api.Config) { config.Publish = c.publish })
		status, answer, _ := ask(t, server, "POST", "/v1/events", testlog.Story[0], oneEvent)
		if status != c.status || problemIn(t, answer).Code != c.code {
			t.Errorf("%s: %d %s", c.name, status, answer)
		}
	}
}
