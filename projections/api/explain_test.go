package api_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// line is the part of an explanation's line that tests look at.
type line struct {
	Figure, Amount, Clause, Formula string
	Rule                            struct{ ZH, EN string }
	EventIDs                        []string `json:"event_ids"`
}

func linesOf(t *testing.T, answer string) []line {
	t.Helper()
	var x struct {
		Notice struct{ ZH, EN string }
		Lines  []line
	}
	if err := json.Unmarshal([]byte(answer), &x); err != nil {
		t.Fatal(err)
	}
	if x.Notice.ZH == "" || x.Notice.EN == "" {
		t.Error("clauses are shown without the notice that they are a reading")
	}
	return x.Lines
}

// sum adds up the amounts of a figure's lines.
func sum(t *testing.T, lines []line, figure string) string {
	t.Helper()
	total := new(big.Rat)
	for _, l := range lines {
		if l.Figure != figure {
			continue
		}
		amount, ok := new(big.Rat).SetString(l.Amount)
		if !ok || l.Clause == "" || l.Formula == "" || l.Rule.ZH == "" || l.Rule.EN == "" || len(l.EventIDs) == 0 {
			t.Errorf("incomplete line of %s: %+v", figure, l)
			continue
		}
		total.Add(total, amount)
	}
	return total.FloatString(2)
}

func TestExplainedLinesAddUpToTheFigures(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for _, c := range []struct{ contract, clocks string }{
		{"HT-1", "?account_id=acct-1&as_of=2025-07-10T18:00:00%2B08:00"},
		{"HT-1", "?account_id=acct-1&as_of=2025-07-10&known_at=2"},
		{"HT-1", "?account_id=acct-1&as_of=2026-03-01"},
		{"HT-2", "?as_of=2025-06-20"},
		{"HT-2", ""},
	} {
		var figures map[string]any
		if err := json.Unmarshal([]byte(answered(t, server, "/v1/contracts/"+c.contract+c.clocks)), &figures); err != nil {
			t.Fatal(err)
		}
		explained := answered(t, server, "/v1/contracts/"+c.contract+"/explain"+c.clocks)
		if want := fmt.Sprintf(`"as_of":"%v","known_at_seq":%v`, figures["as_of"],
			figures["known_at_seq"]); !strings.Contains(explained, want) {
			t.Errorf("the clocks are not echoed: %s", explained)
		}
		lines := linesOf(t, explained)
		for _, figure := range []string{"principal", "late_fee", "late_fee_accrued", "paid", "refund", "forfeited",
			"revenue", "contract_liability"} {
			if got := sum(t, lines, figure); got != figures[figure] {
				t.Errorf("%s%s: the lines of %s add up to %s, it is %v", c.contract, c.clocks, figure, got, figures[figure])
			}
		}
	}
}

// What is too much to explain at once is refused with what to ask for instead, which is answered.
func TestTooMuchToExplain(t *testing.T) {
	server := serving(t, testlog.Long(t, 2, 12_000), nil)
	path := "/v1/contracts/" + testlog.LongContract + "/explain"
	status, body, _ := ask(t, server, "GET", path, "")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "too_much_to_explain") ||
		!strings.Contains(body, "figure") {
		t.Errorf("%d %s", status, body)
	}
	for _, l := range linesOf(t, answered(t, server, path+"?figure=late_fee")) {
		if l.Figure != "late_fee" {
			t.Errorf("a line of %s", l.Figure)
		}
	}
}

func TestExplainedWalletAddsUp(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	if got := sum(t, linesOf(t, answered(t, server, "/v1/accounts/acct-2/explain")), "wallet"); got != "100.00" {
		t.Errorf("the wallet's lines add up to %s", got)
	}
	if lines := linesOf(t, answered(t, server, "/v1/accounts/acct-2/explain?as_of=2025-06-10")); len(lines) != 0 {
		t.Errorf("before the top-up: %+v", lines)
	}
}

func TestWhyNotAnswersConditionByCondition(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for _, c := range []struct {
		path  string
		holds bool
	}{
		{"/v1/contracts/HT-1/explain?account_id=acct-1&as_of=2025-07-02&why_not=may_terminate", false},
		{"/v1/contracts/HT-1/explain?account_id=acct-1&as_of=2025-07-10&why_not=may_terminate", true},
		{"/v1/contracts/HT-1/explain?account_id=acct-1&as_of=2025-07-10&why_not=late_fee", true},
		{"/v1/contracts/HT-2/explain?why_not=overdue", false},
		{"/v1/contracts/HT-2/explain?why_not=sla", false},
	} {
		var answer struct {
			Holds      bool
			Conditions []struct{ Holds bool }
		}
		if err := json.Unmarshal([]byte(answered(t, server, c.path)), &answer); err != nil {
			t.Fatal(err)
		}
		all := len(answer.Conditions) > 0
		for _, condition := range answer.Conditions {
			all = all && condition.Holds
		}
		if answer.Holds != c.holds || all != c.holds {
			t.Errorf("%s: %+v", c.path, answer)
		}
	}
}

func TestTimelineToTheByte(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	const want = `{"account_id":"acct-1","contract_id":"HT-1","as_of":"2025-06-15T00:00:00+08:00","known_at_seq":9,` +
		`"entries":[` +
		`{"at":"2025-07-01T00:00:00+08:00","what":"due_day_over","subject":"order","clause":"2.2.2","event_ids":["` +
		"%[1]s" + `"]},` +
		`{"at":"2025-07-04T00:00:00+08:00","what":"right_to_terminate","subject":"order","clause":"2.2.2","event_ids":["` +
		"%[1]s" + `"]},` +
		`{"at":"2025-09-02T00:00:00+08:00","what":"contract_expires","clause":"6.1","event_ids":["` + "%[2]s" + `"]},` +
		`{"at":"2025-09-02T00:00:00+08:00","what":"unit_ends","subject":"u1","clause":"6.1","event_ids":["` + "%[2]s" +
		`"]},` +
		`{"at":"2025-10-08T00:00:00+08:00","what":"late_fee_hundred_days","subject":"order","clause":"2.2.2",` +
		`"event_ids":["` + "%[1]s" + `"]}]}` + "\n"
	got := answered(t, server, "/v1/contracts/HT-1/timeline?account_id=acct-1&as_of=2025-06-14")
	if expected := fmt.Sprintf(want, testlog.ID(1), testlog.ID(2)); got != expected {
		t.Errorf("got  %s\nwant %s", got, expected)
	}
}

func TestQuestionsThatCannotBeAnswered(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for _, c := range []struct {
		path, code string
		status     int
	}{
		{"/v1/contracts/HT-9/explain", "not_found", 404},
		{"/v1/contracts/HT-2/explain?as_of=2025-06-01", "not_found", 404},
		{"/v1/contracts/HT-2/explain?account_id=acct-1&why_not=sla", "not_found", 404},
		{"/v1/contracts/HT-9/timeline", "not_found", 404},
		{"/v1/accounts/acct-9/explain", "not_found", 404},
		{"/v1/accounts/all/explain", "not_found", 404},
		{"/v1/contracts/HT-1/explain?account_id=all", "not_found", 404},
		{"/v1/contracts/HT-1/explain", "ambiguous", 409},
		{"/v1/contracts/HT-1/explain?why_not=overdue", "ambiguous", 409},
		{"/v1/contracts/HT-1/timeline", "ambiguous", 409},
		{"/v1/contracts/HT-2/explain?why_not=refund", "bad_parameter", 400},
		{"/v1/contracts/HT-2/explain?figure=wallet", "bad_parameter", 400},
		{"/v1/contracts/HT-2/explain?figure=paid&why_not=sla", "bad_parameter", 400},
		{"/v1/contracts/HT-2/timeline?why_not=sla", "bad_parameter", 400},
		{"/v1/accounts/acct-2/explain?account_id=acct-2", "bad_parameter", 400},
		{"/v1/contracts/HT-2/explain?as_of=soon", "bad_parameter", 400},
		{"/v1/contracts/HT-2/timeline?known_at=x", "bad_parameter", 400},
		{"/v1/accounts/acct-2/explain?as_of=x", "bad_parameter", 400},
	} {
		status, answer, _ := ask(t, server, "GET", c.path, "")
		if p := problemIn(t, answer); status != c.status || p.Code != c.code {
			t.Errorf("%s: %d %s", c.path, status, answer)
		}
	}
}

const asJSON = "Content-Type: application/json"

// previewed is a preview that is answered.
func previewed(t *testing.T, server *httptest.Server, body string) string {
	t.Helper()
	status, answer, _ := ask(t, server, "POST", "/v1/preview", body, asJSON)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", body, status, answer)
	}
	return answer
}

func TestReadersMayAskWhyAndPreview(t *testing.T) {
	const reader, publisher = "0123456789abcdef0123456789abcdef", "abcdef0123456789abcdef0123456789"
	tokens, err := api.ParseTokens(strings.NewReader("read " + reader + "\npublish " + publisher))
	if err != nil {
		t.Fatal(err)
	}
	server := serving(t, testlog.Told(t), func(c *api.Config) { c.Tokens = tokens })
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/v1/contracts/HT-2/explain", ""},
		{"GET", "/v1/contracts/HT-2/timeline", ""},
		{"GET", "/v1/accounts/acct-2/explain", ""},
		{"POST", "/v1/preview", `{"params":{},"contract_id":"HT-2"}`},
	} {
		for token, want := range map[string]int{reader: 200, publisher: 403, "": 401} {
			head := ""
			if token != "" {
				head = "Authorization: Bearer " + token
			}
			if status, answer, _ := ask(t, server, c.method, c.path, c.body, asJSON, head); status != want {
				t.Errorf("%s %s: %d, want %d: %s", c.method, c.path, status, want, answer)
			}
		}
	}
}
