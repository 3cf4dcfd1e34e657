package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// rest pays the other half of HT-1, and late is when.
func rest(at string) string {
	return testlog.Event(20, "contract.paid", at, "acct-1",
		`"contract_id":"HT-1","amount":"500.00","currency":"CNY","channel":"online"`)
}

// preview is what tests look at of a preview of a contract.
type preview struct {
	Account       string `json:"account_id"`
	AsOf          string `json:"as_of"`
	Known         uint64 `json:"known_at_seq"`
	Without, With *struct {
		Status    string
		Principal string
		LateFee   string `json:"late_fee"`
		Paid      string
	}
}

func TestPreviewOfAContract(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for _, c := range []struct {
		name, supposed         string
		asOf                   string
		without, with          string // principal and late fee
		withoutThere, withThat bool
	}{
		{"the rest is paid on the tenth day overdue", `"events":[` + rest("2025-07-10T10:00") +
			`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-31"`,
			"2025-08-01T00:00:00+08:00", "500.00 54.00", "0.00 22.50", true, true},
		{"another rate of late fee", `"params":{"late_fee_rate":"0.001"},"contract_id":"HT-1","account_id":"acct-1",` +
			`"as_of":"2025-07-10"`,
			"2025-07-11T00:00:00+08:00", "500.00 22.50", "500.00 7.50", true, true},
		{"terms published in July", `"events":[` +
			testlog.Event(21, "terms.published", "2025-07-06T00:00", "all", `"version":"x","params":{"late_fee_rate":"0"}`) +
			`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-10"`,
			"2025-07-11T00:00:00+08:00", "500.00 22.50", "500.00 15.00", true, true},
		{"the payment is voided", `"events":[` +
			testlog.Event(22, "event.voided", "2025-07-09T00:00", "acct-1", `"voids":"`+testlog.ID(3)+`","reason":"mistake"`) +
			`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-10"`,
			"2025-07-11T00:00:00+08:00", "500.00 22.50", "1000.00 30.00", true, true},
		{"an event that is known already counts once", `"events":[` + testlog.Story[2] +
			`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-10"`,
			"2025-07-11T00:00:00+08:00", "500.00 22.50", "500.00 22.50", true, true},
		{"an event that was not known then counts", `"events":[` + testlog.Story[2] +
			`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-10","known_at":2`,
			"2025-07-11T00:00:00+08:00", "1000.00 30.00", "500.00 22.50", true, true},
		{"given twice it counts once", `"events":[` + rest("2025-07-10T10:00") + "," + rest("2025-07-10T10:00") +
			`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-31","known_at":"2"`,
			"2025-08-01T00:00:00+08:00", "1000.00 93.00", "500.00 61.50", true, true},
		{"a contract that is not there yet", `"events":[` +
			testlog.Event(23, "contract.ordered", "2025-09-10T09:00", "acct-9",
				`"contract_id":"HT-9","product":"vps","quantity":1,"term":"P1M","fee":"90.00","currency":"CNY",`+
					`"mode":"postpaid"`) + `],"contract_id":"HT-9"`,
			"2025-09-10T09:00:00+08:00", "", "90.00 0.00", false, true},
		{"an order that is voided", `"events":[` +
			testlog.Event(24, "event.voided", "2025-07-21T00:00", "acct-3", `"voids":"`+testlog.ID(8)+`","reason":"mistake"`) +
			`],"contract_id":"HT-1","account_id":"acct-3"`,
			"2025-09-01T08:00:00+08:00", "0.00 0.00", "", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p preview
			if err := json.Unmarshal([]byte(previewed(t, server, "{"+c.supposed+"}")), &p); err != nil {
				t.Fatal(err)
			}
			if p.AsOf != c.asOf || (p.Without != nil) != c.withoutThere || (p.With != nil) != c.withThat {
				t.Fatalf("%+v", p)
			}
			if p.Without != nil && p.Without.Principal+" "+p.Without.LateFee != c.without {
				t.Errorf("without: %+v, want %s", *p.Without, c.without)
			}
			if p.With != nil && p.With.Principal+" "+p.With.LateFee != c.with {
				t.Errorf("with: %+v, want %s", *p.With, c.with)
			}
		})
	}
}

// What is previewed is what is answered once it has happened.
func TestPreviewComesTrue(t *testing.T) {
	s := testlog.Told(t)
	server := serving(t, s, nil)
	var p struct{ With json.RawMessage }
	if err := json.Unmarshal([]byte(previewed(t, server,
		`{"events":[`+rest("2025-07-10T10:00")+`],"contract_id":"HT-1","account_id":"acct-1","as_of":"2025-07-31"}`)),
		&p); err != nil {
		t.Fatal(err)
	}
	s.Take(t, rest("2025-07-10T10:00"))
	then := strings.TrimSpace(answered(t, server, "/v1/contracts/HT-1?account_id=acct-1&as_of=2025-07-31"))
	if was := strings.Replace(string(p.With), `"known_at_seq":9`, `"known_at_seq":10`, 1); was != then {
		t.Errorf("previewed %s\ncame %s", was, then)
	}
}

func TestPreviewOfAnAccount(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	type book struct {
		Account   struct{ Wallet, Principal string }
		Contracts []struct {
			ID string `json:"contract_id"`
		}
	}
	var p struct {
		Account       string `json:"account_id"`
		Without, With *book
	}
	spent := testlog.Event(20, "contract.ordered", "2025-09-02T09:00", "acct-2",
		`"contract_id":"HT-4","product":"vps","quantity":1,"term":"P1M","fee":"60.00","currency":"CNY","mode":"postpaid"`) +
		"," + testlog.Event(21, "contract.paid", "2025-09-02T10:00", "acct-2",
		`"contract_id":"HT-4","amount":"40.00","currency":"CNY","channel":"wallet"`)
	if err := json.Unmarshal([]byte(previewed(t, server, `{"events":[`+spent+`]}`)), &p); err != nil {
		t.Fatal(err)
	}
	if p.Account != "acct-2" || p.Without == nil || p.With == nil {
		t.Fatalf("%+v", p)
	}
	if p.Without.Account.Wallet != "100.00" || len(p.Without.Contracts) != 1 {
		t.Errorf("without: %+v", *p.Without)
	}
	if p.With.Account.Wallet != "60.00" || p.With.Account.Principal != "20.00" || len(p.With.Contracts) != 2 {
		t.Errorf("with: %+v", *p.With)
	}
}

func TestImpact(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	got := previewed(t, server, `{"params":{"late_fee_rate":"0.001"},"all":true,"as_of":"2025-07-10"}`)
	const none = `"wallet":"0.00","wallet_shortfall":"0.00","principal":"%s","late_fee":"%s","refund":"0.00",` +
		`"forfeited":"0.00","revenue":"%s","contract_liability":"%s"}`
	amounts := func(principal, lateFee, revenue, liability string) string {
		return "{" + fmt.Sprintf(none, principal, lateFee, revenue, liability)
	}
	want := `{"account":{"account_id":"acct-1","without":` + amounts("500.00", "22.50", "423.91", "576.09") +
		`,"with":` + amounts("500.00", "7.50", "423.91", "576.09") +
		`,"difference":` + amounts("0.00", "-15.00", "0.00", "0.00") + "}}\n" +
		`{"progress":{"done":4,"of":4}}` + "\n" +
		`{"total":{"as_of":"2025-07-11T00:00:00+08:00","known_at_seq":9,"accounts":2,"differing":1,` +
		`"without":` + strings.Replace(amounts("500.00", "22.50", "733.91", "576.09"), `"0.00"`, `"100.00"`, 1) +
		`,"with":` + strings.Replace(amounts("500.00", "7.50", "733.91", "576.09"), `"0.00"`, `"100.00"`, 1) +
		`,"difference":` + amounts("0.00", "-15.00", "0.00", "0.00") + "}}\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPreviewWritesNothing(t *testing.T) {
	s := testlog.Told(t)
	server := serving(t, s, nil)
	before := stored(t, s)
	for _, body := range []string{
		`{"events":[` + rest("2025-07-10T10:00") + `],"contract_id":"HT-1","account_id":"acct-1"}`,
		`{"events":[` + rest("2025-07-10T10:00") + `],"params":{"late_fee_rate":"0.001"}}`,
		`{"params":{"late_fee_rate":"0.001"},"all":true}`,
	} {
		previewed(t, server, body)
	}
	for _, body := range []string{`{"events":[{}],"contract_id":"HT-2"}`, "{"} {
		if status, answer, _ := ask(t, server, "POST", "/v1/preview", body, asJSON); status != 400 {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if s.Log.Last() != 9 || !bytes.Equal(stored(t, s), before) {
		t.Errorf("the log has %d records, and its file has changed: %v", s.Log.Last(), !bytes.Equal(stored(t, s), before))
	}
	if refused, err := s.Log.Rejected(0, 0); err != nil || len(refused) != 0 {
		t.Errorf("in quarantine: %v, %v", refused, err)
	}
	if got := answered(t, server, "/v1/contracts/HT-1?account_id=acct-1&as_of=2025-07-31"); !strings.Contains(got,
		`"late_fee":"54.00"`) {
		t.Errorf("figures after previews: %s", got)
	}
}

// stored is the file of a log.
func stored(t *testing.T, s *testlog.Stream) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestHypothesesThatAreRefused(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	taken := testlog.Event(3, "wallet.topped_up", "2025-07-01T00:00", "acct-1",
		`"amount":"1.00","currency":"CNY","channel":"online"`)
	for _, c := range []struct {
		name, body string
		status     int
		code       string
		pointers   string // of all fields
	}{
		{"no JSON", `{"params":`, 400, "unreadable", ""},
		{"a list", `[{}]`, 400, "unreadable", ""},
		{"nothing", ``, 400, "unreadable", ""},
		{"two objects", `{"params":{}}{}`, 400, "unreadable", ""},
		{"an unknown member", `{"params":{},"contract_id":"HT-2","asOf":"2025-07-01"}`, 400, "supposed", "/asOf"},
		{"a name to be escaped", `{"a/b~":1}`, 400, "supposed", "/a~1b~0"},
		{"a member twice", `{"params":{},"params":{},"contract_id":"HT-2"}`, 400, "supposed", "/params"},
		{"a null", `{"events":null,"contract_id":"HT-2"}`, 400, "supposed", "/events"},
		{"a contract that is a number", `{"params":{},"contract_id":7}`, 400, "supposed", "/contract_id"},
		{"nothing supposed", `{"events":[],"contract_id":"HT-2"}`, 400, "supposed", "/events"},
		{"broken events", `{"events":[` + rest("2025-07-10T10:00") + `,{"specversion":"1.0"},` +
			strings.Replace(rest("2025-07-10T10:00"), `"500.00"`, `"5e2"`, 1) + `],"contract_id":"HT-2"}`,
			400, "supposed", "/events/1/id /events/2/data/amount"},
		{"an event that is none", `{"events":[1],"contract_id":"HT-2"}`, 400, "supposed", "/events/0"},
		{"a name twice in an event", `{"events":[{"id":"1","id":"2"}],"contract_id":"HT-2"}`, 400, "supposed",
			"/events/0/id"},
		{"an unknown parameter", `{"params":{"late_fee":"0.1"},"contract_id":"HT-2"}`, 400, "supposed", "/params/late_fee"},
		{"a bad parameter", `{"params":{"sla_multiplier":{"vps":-1}},"contract_id":"HT-2"}`, 400, "supposed",
			"/params/sla_multiplier/vps"},
		{"an id that is taken", `{"events":[` + taken + `]}`, 409, "conflict", "/events/0/id"},
		{"an id used twice", `{"events":[` + rest("2025-07-10T10:00") + "," + rest("2025-07-11T10:00") + `]}`, 409,
			"conflict", "/events/1/id"},
		{"an id that is taken, of all", `{"events":[` +
			testlog.Event(9, "terms.published", "2026-01-01T00:00", "all", `"version":"x","params":{}`) + `],"all":true}`, 409,
			"conflict", "/events/0/id"},
		{"no account's", `{"params":{}}`, 400, "no_subject", ""},
		{"events of two", `{"events":[` + rest("2025-07-10T10:00") + "," + testlog.Story[3] + `]}`, 400, "no_subject", ""},
		{"events of one for all", `{"events":[` + rest("2025-07-10T10:00") + `],"all":true}`, 400, "no_subject", ""},
		{"all and one", `{"params":{},"all":true,"contract_id":"HT-2"}`, 400, "supposed", "/all"},
		{"a bad instant", `{"params":{},"contract_id":"HT-2","as_of":"soon"}`, 400, "bad_parameter", ""},
		{"a bad point of knowledge", `{"params":{},"contract_id":"HT-2","known_at":-1}`, 400, "bad_parameter", ""},
		{"an unknown contract", `{"params":{},"contract_id":"HT-8"}`, 404, "not_found", ""},
		{"an unknown account", `{"params":{},"account_id":"acct-8"}`, 404, "not_found", ""},
		{"everybody's account", `{"params":{},"account_id":"all"}`, 404, "not_found", ""},
		{"a contract of two accounts", `{"params":{},"contract_id":"HT-1"}`, 409, "ambiguous", ""},
		{"too many events", `{"events":[` + strings.Repeat("1,", 1000) + `1]}`, 413, "too_large", ""},
		{"too long", `{"as_of":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "too_large", ""},
	} {
		status, answer, _ := ask(t, server, "POST", "/v1/preview", c.body, asJSON)
		var p struct {
			Code, Detail, Pointer string
			Rejected              []struct{ Code, Pointer, Message string }
		}
		if err := json.Unmarshal([]byte(answer), &p); err != nil {
			t.Fatalf("%s: %s", c.name, answer)
		}
		var pointers []string
		for _, field := range p.Rejected {
			pointers = append(pointers, field.Pointer)
			if field.Message == "" || field.Code == "" {
				t.Errorf("%s: nothing is said: %s", c.name, answer)
			}
		}
		if status != c.status || p.Code != c.code || strings.Join(pointers, " ") != c.pointers ||
			!strings.HasPrefix(c.pointers, p.Pointer) {
			t.Errorf("%s: %d %s", c.name, status, answer)
		}
	}
	for _, mediaType := range []string{"", "Content-Type: text/plain", "Content-Type: application/cloudevents+json",
		"Content-Type: application/json; charset=gbk"} {
		if status, answer, _ := ask(t, server, "POST", "/v1/preview", `{"params":{},"contract_id":"HT-2"}`,
			mediaType); status != 415 {
			t.Errorf("%q: %d %s", mediaType, status, answer)
		}
	}
	if status, answer, _ := ask(t, server, "POST", "/v1/preview?as_of=2025-07-01", `{"params":{},"contract_id":"HT-2"}`,
		asJSON); status != 400 {
		t.Errorf("a parameter in the address: %d %s", status, answer)
	}
}

// stalled is a client that takes nothing until it is let go.
type stalled struct {
	*httptest.ResponseRecorder
	begun, letGo chan struct{}
}

func (s stalled) Write(p []byte) (int, error) {
	close(s.begun)
	<-s.letGo
	return 0, errors.New("the client has gone")
}

func TestOneImpactAtATime(t *testing.T) {
	log := testlog.Told(t).Log
	handler := api.New(api.Config{Log: log, Now: func() civil.Instant { return today }})
	asking := func() *http.Request {
		request := httptest.NewRequest("POST", "http://localhost/v1/preview", strings.NewReader(`{"params":{},"all":true}`))
		request.Header.Set("Content-Type", "application/json")
		return request
	}
	first := stalled{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	var ended sync.WaitGroup
	ended.Go(func() {
		defer func() { _ = recover() }() // the answer breaks off
		handler.ServeHTTP(first, asking())
	})
	<-first.begun
	second := httptest.NewRecorder()
	handler.ServeHTTP(second, asking())
	if second.Code != http.StatusServiceUnavailable || problemIn(t, second.Body.String()).Code != "busy" {
		t.Errorf("the second: %d %s", second.Code, second.Body)
	}
	close(first.letGo)
	ended.Wait()
	third := httptest.NewRecorder()
	handler.ServeHTTP(third, asking())
	if third.Code != http.StatusOK || !strings.Contains(third.Body.String(), `"differing":0`) {
		t.Errorf("after it: %d %s", third.Code, third.Body)
	}
}
