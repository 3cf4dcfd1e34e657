package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/eventtest"
	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// published posts a batch under a token, and returns what became of each event.
func published(t *testing.T, server guarded, token string, bodies ...string) []api.Result {
	t.Helper()
	status, answer := server.post(token, "["+strings.Join(bodies, ",")+"]")
	var results api.Results
	if err := json.Unmarshal([]byte(answer), &results); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	return results.Results
}

// guarded is a server that wants tokens, over an empty log.
type guarded struct {
	t   *testing.T
	log *testlog.Stream
	do  func(method, path, body string, head ...string) (int, string, http.Header)
}

func guardedBy(t *testing.T, lines string, change func(*api.Config)) guarded {
	t.Helper()
	tokens, err := api.ParseTokens(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	log := testlog.Open(t)
	server := serving(t, log, func(c *api.Config) {
		c.Tokens = tokens
		if change != nil {
			change(c)
		}
	})
	return guarded{t, log, func(method, path, body string, head ...string) (int, string, http.Header) {
		return ask(t, server, method, path, body, head...)
	}}
}

func (g guarded) post(token, body string) (int, string) {
	status, answer, _ := g.do("POST", "/v1/events", body, manyEvents, "Authorization: Bearer "+token)
	return status, answer
}

func TestEachRolePublishesItsKindsAndNoOthers(t *testing.T) {
	builder := eventtest.New(1)
	for token, role := range map[string]events.Role{publishToken: events.Publish, financeToken: events.Finance,
		adminToken: events.Admin} {
		g := guardedBy(t, role.String()+" "+token+" name=desk", nil)
		for _, kind := range events.Kinds() {
			result := published(t, g, token, string(eventtest.JSON(builder.Event(kind))))[0]
			if role.May(kind.Role()) {
				if result.Status != ledger.Appended {
					t.Errorf("%s publishes %s: %+v", role, kind, result)
				}
				continue
			}
			if result.Status != ledger.Refused || result.Code != "forbidden" || result.Pointer != "/type" ||
				result.Message == "" {
				t.Errorf("%s publishes %s: %+v", role, kind, result)
			}
		}
	}
}

func TestVoidingTermsTakesAnAdmin(t *testing.T) {
	void := testlog.Event(1, "event.voided", "2025-03-01T10:00", events.All,
		`"voids":"`+testlog.ID(2)+`","reason":"a slip"`)
	for token, role := range map[string]string{financeToken: "finance", adminToken: "admin"} {
		g := guardedBy(t, role+" "+token, nil)
		if got := published(t, g, token, void)[0]; (got.Code == "forbidden") != (role == "finance") {
			t.Errorf("%s: %+v", role, got)
		}
	}
}

func TestOnlyTheLedgerClosesAPeriod(t *testing.T) {
	log := testlog.Open(t)
	server := serving(t, log, nil)
	closed := string(eventtest.JSON(eventtest.New(1).Event(events.KindPeriodClosed)))
	if status, answer, _ := ask(t, server, "POST", "/v1/events", closed, oneEvent); status != 200 ||
		!strings.Contains(answer, `"forbidden"`) {
		t.Errorf("without tokens: %d %s", status, answer)
	}
	if log.Log.Last() != 0 {
		t.Errorf("%d records", log.Log.Last())
	}
}

func TestForbiddenEventsOfABatchLeaveTheOthers(t *testing.T) {
	g := guardedBy(t, "publish "+publishToken+" name=desk", nil)
	builder := eventtest.New(2)
	terms := string(eventtest.JSON(builder.Event(events.KindTermsPublished)))
	voided := string(eventtest.JSON(builder.Event(events.KindVoided)))
	results := published(t, g, publishToken, terms, testlog.Story[0], `{"specversion":"1.0"}`, voided, testlog.Story[1])
	var got []string
	for _, r := range results {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Code, " ", r.ID)))
	}
	want := []string{"rejected forbidden " + idOf(t, terms), "appended  " + testlog.ID(1), "rejected missing",
		"rejected forbidden " + idOf(t, voided),
		"appended  " + testlog.ID(2)}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if position := g.log.Log.Position().StreamSeq; position != 3 {
		t.Errorf("%d messages are in the stream: what is forbidden must not reach it", position)
	}
	if results = published(t, g, publishToken, terms); results[0].Code != "forbidden" ||
		g.log.Log.Position().StreamSeq != 3 {
		t.Errorf("alone: %+v", results)
	}
}

func idOf(t *testing.T, event string) string {
	t.Helper()
	e, err := events.DecodeJSON([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	return e.ID.String()
}

func TestATokenPublishesForTheSourcesOfItsLine(t *testing.T) {
	g := guardedBy(t, "publish "+publishToken+" name=desk sources=/sales,/bank/\nadmin "+adminToken, nil)
	for i, c := range []struct {
		source string
		may    bool
	}{
		{"/sales", true}, {"/bank/cd-1", true}, {"/bank/", true}, {"/bank/a/b", true},
		{"/sales/cd-1", false}, {"/salesman", false}, {"/bank", false}, {"/banker", false}, {"/other", false},
		{"x/bank/", false},
	} {
		event := strings.Replace(testlog.Event(i+1, "wallet.topped_up", "2025-03-01T10:00", "acct-1",
			`"amount":"1.00","currency":"CNY","channel":"online"`),
			`"/test"`, `"`+c.source+`"`, 1)
		result := published(t, g, publishToken, event)[0]
		if (result.Code != "forbidden") != c.may || !c.may && result.Pointer != "/source" {
			t.Errorf("%s: %+v", c.source, result)
		}
		if result = published(t, g, adminToken, event)[0]; result.Status == ledger.Refused {
			t.Errorf("a token without sources, for %s: %+v", c.source, result)
		}
	}
}

// A refused message must not get in through a user who may not publish its like.
func TestARetryNeedsTheRoleOfItsKind(t *testing.T) {
	g := guardedBy(t, "finance "+financeToken+"\nadmin "+adminToken, nil)
	terms := string(eventtest.JSON(eventtest.New(3).Event(events.KindTermsPublished)))
	other := strings.Replace(terms, `"source":"`, `"source":"/other`, 1)
	if _, err := g.log.Publish(t.Context(), [][]byte{[]byte(terms), []byte(other)}); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]int{financeToken: 403, adminToken: 200} {
		if status, answer, _ := g.do("POST", "/v1/rejected/2/retry", "", "Authorization: Bearer "+token); status != want {
			t.Errorf("%s: %d %s", token, status, answer)
		}
	}
}

func TestATokenEnds(t *testing.T) {
	now := today
	g := guardedBy(t, "read "+readToken+" name=clerk until=2025-09-01\n"+
		"admin "+adminToken+" until=2025-09-01T08:00:01+08:00",
		func(c *api.Config) { c.Now = func() civil.Instant { return now } })
	for _, c := range []struct {
		seconds       int64
		reader, admin int
	}{
		{0, 200, 200}, {1, 200, 401}, {16*3600 - 1, 200, 401}, {16 * 3600, 401, 401}, {1e6, 401, 401},
	} {
		now = today.Add(civil.Seconds(c.seconds))
		for token, want := range map[string]int{readToken: c.reader, adminToken: c.admin} {
			status, answer, header := g.do("GET", "/v1/events", "", "Authorization: Bearer "+token)
			if status != want {
				t.Errorf("after %d s: %d %s, want %d", c.seconds, status, answer, want)
			}
			if status == 401 && (problemIn(t, answer).Code != "expired_token" || header.Get("WWW-Authenticate") == "") {
				t.Errorf("after %d s: %s", c.seconds, answer)
			}
		}
	}
	if _, answer, _ := g.do("GET", "/v1/events", "", "Authorization: Bearer "+readToken); !strings.Contains(answer,
		"clerk was good until 2025-09-02T00:00:00+08:00") {
		t.Errorf("the answer does not say which token ended when: %s", answer)
	}
}

func TestTokensAreReplaced(t *testing.T) {
	var held *api.Tokens
	g := guardedBy(t, "read "+readToken+"\nadmin "+adminToken, func(c *api.Config) { held = c.Tokens })
	other, err := api.ParseTokens(strings.NewReader("read " + adminToken))
	if err != nil {
		t.Fatal(err)
	}
	held.Replace(other)
	for token, want := range map[string]int{readToken: 401, adminToken: 200} {
		if status, answer, _ := g.do("GET", "/v1/events", "", "Authorization: Bearer "+token); status != want {
			t.Errorf("%s: %d %s", token, status, answer)
		}
	}
	if status, answer := g.post(adminToken, testlog.Story[0]); status != 403 {
		t.Errorf("the role before: %d %s", status, answer)
	}
}

func TestWhoFollowsTheLogWithARevokedTokenHearsNoMore(t *testing.T) {
	s := testlog.Told(t)
	held, err := api.ParseTokens(strings.NewReader("read " + readToken))
	if err != nil {
		t.Fatal(err)
	}
	server := serving(t, s, func(c *api.Config) { c.Tokens = held })
	request, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/v1/events?follow=true&after=8", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+readToken)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	rows := json.NewDecoder(response.Body)
	var row struct{ Seq uint64 }
	if err := rows.Decode(&row); err != nil || row.Seq != 9 {
		t.Fatalf("%v, %v", row, err)
	}
	other, err := api.ParseTokens(strings.NewReader("read " + adminToken))
	if err != nil {
		t.Fatal(err)
	}
	held.Replace(other)
	s.Take(t, testlog.Event(10, "wallet.topped_up", "2025-08-01T09:00", "acct-1",
		`"amount":"1","currency":"CNY","channel":"online"`))
	if err := rows.Decode(&row); err == nil {
		t.Errorf("record %d is sent under a token that was revoked", row.Seq)
	}
}
