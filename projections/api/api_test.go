package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// today is the default as_of of these tests.
var today = civil.Unix(1_756_684_800, 0) // 2025-09-01T08:00:00+08:00

func clock() civil.Instant { return today }

// serving serves a log; change, which may be nil, alters the configuration first.
func serving(t testing.TB, s *testlog.Stream, change func(*api.Config)) *httptest.Server {
	t.Helper()
	config := api.Config{Log: s.Log, Publish: s.Post, Retry: s.Retry, Dismiss: s.Dismiss, Checkpoints: s.Signer(t),
		Now: func() civil.Instant { return today }}
	if change != nil {
		change(&config)
	}
	server := httptest.NewServer(api.New(config))
	t.Cleanup(server.Close)
	return server
}

// ask sends a request and checks that the answer is as the document says; head is lines "Name: value", and a Host among
// them is the request's host.
func ask(t testing.TB, server *httptest.Server, method, path, body string, head ...string) (status int, answer string,
	header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range head {
		if line == "" {
			continue
		}
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	openAPI().check(t, method, path, response.StatusCode, response.Header, string(raw))
	return response.StatusCode, string(raw), response.Header
}

// answered is ask for what is answered 200.
func answered(t testing.TB, server *httptest.Server, path string) string {
	t.Helper()
	status, answer, _ := ask(t, server, "GET", path, "")
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, status, answer)
	}
	return answer
}

func TestAnswersToTheByte(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for _, c := range []struct{ path, want string }{
		{"/v1/contracts/HT-1?as_of=2025-07-10T18:00:00%2B08:00&known_at=7",
			`{"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-10T18:00:00+08:00","known_at_seq":7,` +
				`"status":"active","flags":["overdue","may_withhold","may_terminate"],"product":"elastic","mode":"postpaid",` +
				`"quantity":1,"currency":"CNY",` +
				`"principal":"500.00","late_fee":"22.50","due_total":"522.50","late_fee_accrued":"22.50","paid":"500.00",` +
				`"refund":"0.00","forfeited":"0.00","returned":"0.00","compensation":"0.00",` +
				`"revenue":"423.91","contract_liability":"576.09","starts_at":"2025-06-01T09:00:00+08:00",` +
				`"ends_at":"2025-09-02T00:00:00+08:00",` +
				`"units":[{"unit_id":"u1","ends_at":"2025-09-02T00:00:00+08:00","termination":null,"data":null,` +
				`"sla":{"outage_seconds":0,"raw_seconds":0,` +
				`"granted_seconds":0,"value":"0.00","provisional_seconds":0}}],` +
				`"invoices":[{"invoice_id":"order","amount":"1000.00","credited":"0.00","payable":"1000.00",` +
				`"due_date":"2025-06-30","due_from":"2025-06-30","written_off":"0.00","principal":"500.00",` +
				`"overdue_days":10,"late_fee":"22.50"}],` +
				`"claims":[],"termination":null,"exceptions":[]}`},
		{"/v1/contracts/HT-1?account_id=acct-3",
			`{"contract_id":"HT-1","account_id":"acct-3","as_of":"2025-09-01T08:00:00+08:00","known_at_seq":9,` +
				`"status":"pending_payment","flags":["may_withhold"],"product":"package","mode":"prepaid","quantity":1,` +
				`"currency":"CNY",` +
				`"principal":"0.00","late_fee":"0.00","due_total":"0.00","late_fee_accrued":"0.00","paid":"0.00",` +
				`"refund":"0.00","forfeited":"0.00","returned":"0.00","compensation":"0.00",` +
				`"revenue":"0.00","contract_liability":"0.00","starts_at":null,"ends_at":null,"units":[],` +
				`"invoices":[{"invoice_id":"order","amount":"1200.00","credited":"0.00","payable":"1200.00",` +
				`"due_date":null,"due_from":null,"written_off":"0.00","principal":"0.00","overdue_days":0,` +
				`"late_fee":"0.00"}],` +
				`"claims":[],"termination":null,"exceptions":[]}`},
		{"/v1/accounts/acct-2", `{"account_id":"acct-2","as_of":"2025-09-01T08:00:00+08:00","known_at_seq":9,` +
			`"wallet":"100.00","wallet_shortfall":"0.00",` +
			`"principal":"0.00","late_fee":"0.00","due_total":"0.00","claims_payable":"0.00","claims_receivable":"0.00",` +
			`"contracts":["HT-2"],"exceptions":[]}`},
		{"/v1/totals?as_of=2025-07-10",
			`{"as_of":"2025-07-11T00:00:00+08:00","known_at_seq":9,"currency":"CNY","accounts":2,"contracts":2,` +
				`"receivables":"500.00","overdue":"500.00","late_fees":"22.50","due_total":"522.50","wallets":"100.00",` +
				`"wallet_shortfalls":"0.00","contract_liability":"576.09",` +
				`"by_status":{"active":1,"cancelled":0,"effective":0,"expired":1,"pending_payment":0,"suspended":0,` +
				`"terminated":0},` +
				`"by_flag":{"may_terminate":1,"may_terminate_impediment":0,"may_withhold":1,"outage_open":0,"overdue":1,` +
				`"partially_active":0,"wallet_covers_debt":0}}`},
		{"/v1/events?after=6&limit=1",
			`{"events":[{"seq":7,"recordedtime":"2025-08-01T15:00:00+08:00","publisher":null,"event":` + testlog.Story[6] +
				`}],"next":7}`},
		{"/v1/events?after=9", `{"events":[],"next":null}`},
		{"/v1/events/" + testlog.ID(7), `{"seq":7,"recordedtime":"2025-08-01T15:00:00+08:00","publisher":null,"event":` +
			testlog.Story[6] + `}`},
		{"/v1/contracts?account_id=acct-9", `{"contracts":[],"next":null}`},
		{"/v1/accounts?known_at=0", `{"accounts":[],"next":null}`},
		{"/v1/rejected", `{"rejected":[],"next":null}`},
		{"/healthz", `{"status":"ok"}`},
		{"/readyz", `{"status":"ready"}`},
	} {
		if got := strings.TrimSuffix(answered(t, server, c.path), "\n"); got != c.want {
			t.Errorf("GET %s\n got %s\nwant %s", c.path, got, c.want)
		}
	}
}

func TestHeadersOfAnswers(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for path, mediaType := range map[string]string{
		"/v1/accounts/acct-1": "application/json", "/v1/accounts/acct-9": "application/problem+json",
		"/openapi.json": "application/json", "/metrics": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
	} {
		_, _, header := ask(t, server, "GET", path, "")
		if got := header.Get("Content-Type"); got != mediaType {
			t.Errorf("%s is %s", path, got)
		}
	}
	status, body, header := ask(t, server, "HEAD", "/v1/accounts/acct-1", "")
	if status != http.StatusOK || body != "" || header.Get("Content-Length") == "" ||
		header.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD: %d, %q, %v", status, body, header)
	}
}

// problem is the part of an error that tests look at.
type problem struct {
	Type, Title, Detail, Code string
	Status                    int
	Accounts                  []string `json:"account_ids"`
	RejectionID               uint64   `json:"rejection_id"`
	Progress                  *api.Progress
}

func problemIn(t *testing.T, answer string) (p problem) {
	t.Helper()
	if err := json.Unmarshal([]byte(answer), &p); err != nil {
		t.Fatalf("no problem: %s", answer)
	}
	return p
}

func TestProblems(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	const one = "Content-Type: application/cloudevents+json"
	const batch = "Content-Type: application/cloudevents-batch+json"
	for _, c := range []struct {
		method, path, body string
		head               string
		status             int
		code, detail       string
	}{
		{"GET", "/v1/contracts/HT-9", "", "", 404, "not_found", "HT-9"},
		{"GET", "/v1/contracts/HT-2?as_of=2025-06-01", "", "", 404, "not_found", "HT-2"},
		{"GET", "/v1/contracts/HT-1", "", "", 409, "ambiguous", "account_id"},
		{"GET", "/v1/accounts/all", "", "", 404, "not_found", "all"},
		{"GET", "/v1/events/" + testlog.ID(99), "", "", 404, "not_found", testlog.ID(99)},
		{"GET", "/v1/events/no-id", "", "", 404, "not_found", "not found"},
		{"GET", "/v1/rejected/1", "", "", 404, "not_found", "rejection 1"},
		{"GET", "/v1/rejected/first", "", "", 404, "not_found", "first"},
		{"POST", "/v1/rejected/1/retry", "", "", 404, "not_found", "rejection 1"},
		{"GET", "/v1/invoices", "", "", 404, "no_such_address", "nothing"},
		{"GET", "/", "", "", 404, "no_such_address", "nothing"},
		{"DELETE", "/v1/events", "", "", 405, "method_not_allowed", "method"},
		{"POST", "/v1/contracts", "", "", 405, "method_not_allowed", "method"},
		{"GET", "/v1/contracts?asof=2025-07-01&x=1", "", "", 400, "bad_parameter", `"asof", "x"`},
		{"GET", "/v1/events?as_of=2025-07-01", "", "", 400, "bad_parameter", `"as_of"`},
		{"GET", "/healthz?x", "", "", 400, "bad_parameter", `"x"`},
		{"GET", "/v1/accounts/acct-1?as_of=2025-07-01&as_of=2025-07-02", "", "", 400, "bad_parameter", "2 times"},
		{"GET", "/v1/accounts/acct-1?as_of=%zz", "", "", 400, "bad_parameter", "query string"},
		{"GET", "/v1/accounts/acct-1?as_of=today", "", "", 400, "bad_parameter", "as_of"},
		{"GET", "/v1/accounts/acct-1?known_at=-1", "", "", 400, "bad_parameter", "known_at"},
		{"GET", "/v1/accounts?limit=0", "", "", 400, "bad_parameter", "1 to 1000"},
		{"GET", "/v1/accounts?limit=1001", "", "", 400, "bad_parameter", "1 to 1000"},
		{"GET", "/v1/contracts?status=asleep", "", "", 400, "bad_parameter", "pending_payment"},
		{"GET", "/v1/contracts?flag=red", "", "", 400, "bad_parameter", "may_terminate"},
		{"GET", "/v1/contracts?after=HT-1", "", "", 400, "bad_parameter", "cursor"},
		{"GET", "/v1/events?kind=contract.burnt", "", "", 400, "bad_parameter", "contract.burnt"},
		{"GET", "/v1/events?after=x", "", "", 400, "bad_parameter", "after"},
		{"GET", "/v1/events?follow=perhaps", "", "", 400, "bad_parameter", "follow"},
		{"GET", "/v1/rejected?as_of=x", "", "", 400, "bad_parameter", "as_of"},
		{"POST", "/v1/events", testlog.Story[0], "Content-Type: application/json", 415, "media_type", "cloudevents"},
		{"POST", "/v1/events", testlog.Story[0], "Content-Type: application/cloudevents+json; charset=gbk", 415,
			"media_type", "UTF-8"},
		{"POST", "/v1/events", testlog.Story[0], "", 415, "media_type", "cloudevents"},
		{"POST", "/v1/events", "{", one, 400, "unreadable", "rejection 10"},
		{"POST", "/v1/events", `{"a":1}`, batch, 400, "unreadable", "rejection 11"},
		{"POST", "/v1/events", `null`, batch, 400, "unreadable", "rejection 12"},
		{"POST", "/v1/events", "", one, 400, "unreadable", "not JSON"},
		{"POST", "/v1/events", "[" + strings.Repeat("1,", 1000) + "1]", batch, 413, "too_large", "1,000"},
		{"POST", "/v1/events", `"` + strings.Repeat("x", 1<<20) + `"`, one, 413, "too_large", "1 MiB"},
	} {
		status, answer, header := ask(t, server, c.method, c.path, c.body, c.head)
		p := problemIn(t, answer)
		if status != c.status || p.Status != c.status || p.Code != c.code || !strings.Contains(p.Detail, c.detail) {
			t.Errorf("%s %s: %d %s, want %d %s with %q", c.method, c.path, status, answer, c.status, c.code, c.detail)
		}
		if p.Type == "" || p.Title == "" || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: incomplete: %s", c.method, c.path, answer)
		}
	}
}

func TestAllowNamesTheMethods(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	for path, want := range map[string]string{"/v1/events": "GET, POST", "/v1/totals": "GET",
		"/v1/rejected/1/retry": "POST"} {
		if _, _, header := ask(t, server, "PUT", path, ""); header.Get("Allow") != want {
			t.Errorf("%s: Allow %q, want %q", path, header.Get("Allow"), want)
		}
	}
}

func TestAmbiguousContractNamesItsAccounts(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	_, answer, _ := ask(t, server, "GET", "/v1/contracts/HT-1", "")
	if p := problemIn(t, answer); strings.Join(p.Accounts, " ") != "acct-1 acct-3" {
		t.Errorf("accounts %v", p.Accounts)
	}
}

func TestPagesFollowTheirCursors(t *testing.T) {
	s := testlog.Told(t)
	for range 3 {
		if _, err := s.Publish(t.Context(), [][]byte{[]byte("[]")}); err != nil {
			t.Fatal(err)
		}
	}
	server := serving(t, s, nil)
	for path, want := range map[string]int{"/v1/contracts": 3, "/v1/accounts": 3, "/v1/rejected": 3, "/v1/events": 9} {
		rows, after := 0, ""
		for pages := 0; pages < 20; pages++ {
			var page map[string]json.RawMessage
			if err := json.Unmarshal([]byte(answered(t, server, path+"?limit=1"+after)), &page); err != nil {
				t.Fatal(err)
			}
			var list []json.RawMessage
			if err := json.Unmarshal(page[strings.TrimPrefix(path, "/v1/")], &list); err != nil {
				t.Fatal(err)
			}
			rows += len(list)
			if string(page["next"]) == "null" {
				break
			}
			after = "&after=" + strings.Trim(string(page["next"]), `"`)
		}
		if rows != want {
			t.Errorf("%s: %d rows, want %d", path, rows, want)
		}
	}
}

func TestEventsOneALine(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	status, answer, header := ask(t, server, "GET", "/v1/events?limit=2", "",
		"Accept: text/html, application/x-ndjson;q=0.9")
	lines := strings.Split(answer, "\n")
	if status != http.StatusOK || header.Get("Content-Type") != "application/x-ndjson" || len(lines) != 3 ||
		lines[2] != "" {
		t.Fatalf("%d %v %q", status, header, answer)
	}
	if want := `{"seq":2,"recordedtime":"2025-08-01T10:00:00+08:00","publisher":null,"event":` + testlog.Story[1] +
		`}`; lines[1] != want {
		t.Errorf("line %s\nwant %s", lines[1], want)
	}
}

func TestFollowingTheLog(t *testing.T) {
	s := testlog.Told(t)
	stopped, stop := context.WithCancel(t.Context())
	server := httptest.NewUnstartedServer(api.New(api.Config{Log: s.Log, Now: func() civil.Instant { return today },
		Context: stopped}))
	server.Config.ReadTimeout, server.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	server.Start()
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/v1/events?follow=true&account_id=acct-2&after=6",
		nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	rows := json.NewDecoder(response.Body)
	next := func() (row struct{ Seq uint64 }, err error) { err = rows.Decode(&row); return row, err }
	if row, err := next(); err != nil || row.Seq != 7 {
		t.Fatalf("what was there: %v, %v", row, err)
	}
	time.Sleep(2 * server.Config.ReadTimeout) // following outlasts the server's bounds
	s.Take(t, testlog.Event(10, "wallet.topped_up", "2025-08-01T09:00", "acct-1",
		`"amount":"1","currency":"CNY","channel":"online"`))
	s.Take(t, testlog.Event(11, "wallet.topped_up", "2025-08-01T09:00", "acct-2",
		`"amount":"1","currency":"CNY","channel":"online"`))
	if row, err := next(); err != nil || row.Seq != 11 {
		t.Fatalf("what came: %v, %v", row, err)
	}
	stop()
	if _, err := next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the stop: %v", err)
	}
}

func TestReadyGivesItsReason(t *testing.T) {
	server := serving(t, testlog.Open(t),
		func(c *api.Config) { c.Ready = func() error { return errors.New("the stream was changed") } })
	status, answer, _ := ask(t, server, "GET", "/readyz", "")
	if p := problemIn(t, answer); status != http.StatusServiceUnavailable ||
		!strings.Contains(p.Detail, "the stream was changed") {
		t.Errorf("%d %s", status, answer)
	}
}

func TestWhatIsNoneOfTheCallersBusinessIsNotTold(t *testing.T) {
	s := testlog.Told(t)
	server := serving(t, s, nil)
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	status, answer, _ := ask(t, server, "GET", "/v1/accounts/acct-1", "")
	if p := problemIn(t, answer); status != http.StatusInternalServerError || p.Code != "internal" ||
		strings.Contains(p.Detail, ledger.ErrClosed.Error()) {
		t.Errorf("%d %s", status, answer)
	}
}

func TestMetrics(t *testing.T) {
	s := testlog.Told(t)
	server := serving(t, s, func(c *api.Config) { c.Context = t.Context() })
	answered(t, server, "/v1/accounts/acct-1")
	ask(t, server, "GET", "/nowhere", "")
	if _, err := s.Publish(t.Context(), [][]byte{[]byte("{"), []byte("[")}); err != nil {
		t.Fatal(err)
	}
	var page query.ExceptionPage
	if err := json.Unmarshal([]byte(answered(t, server, "/v1/exceptions")), &page); err != nil {
		t.Fatal(err)
	}
	wanted := []string{
		"zhangben_log_last_seq 9\n", "zhangben_stream_position 11\n", `zhangben_rejected_total{code="invalid"} 2` + "\n",
		"zhangben_rejected_open 2\n",
		`http_request_duration_seconds_count{route="GET /v1/accounts/{account_id}",status="2xx"} 1` + "\n",
		`http_request_duration_seconds_count{route="other",status="4xx"} 1` + "\n",
		fmt.Sprintf("zhangben_exceptions %d\n", len(page.Exceptions)),
	}
	lacking := func() (list []string) {
		metrics := answered(t, server, "/metrics")
		return slices.DeleteFunc(slices.Clone(wanted), func(want string) bool { return strings.Contains(metrics, want) })
	}
	for begun := time.Now(); len(lacking()) > 0 && time.Since(begun) < 5*time.Second; time.Sleep(10 * time.Millisecond) {
	}
	if list := lacking(); len(list) > 0 {
		t.Errorf("metrics lack %q", list)
	}
}

func TestVerification(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	status, answer, _ := ask(t, server, "POST", "/v1/verify", "")
	var v api.Verification
	if err := json.Unmarshal([]byte(answer), &v); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	if !v.OK || v.Records != 9 || v.Root == "" || v.Problems == nil {
		t.Errorf("got %+v", v)
	}
}
