package query_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// spelled is what encoding/json makes of a value, without escapes for HTML.
func spelled(t *testing.T, value any) string {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(text.Bytes()))
}

func TestPagesAreSpelledAsByReflection(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	for _, limit := range []int{1, 100} {
		contracts, err := r.Contracts(t.Context(), query.ContractFilter{}, at(t, r, "", ""), "", limit)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(contracts.AppendJSON(nil)), spelled(t, &contracts); got != want {
			t.Errorf("contracts: by hand\n%s\nby reflection\n%s", got, want)
		}
		accounts, err := r.Accounts(t.Context(), at(t, r, "", ""), "", limit)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(accounts.AppendJSON(nil)), spelled(t, &accounts); got != want {
			t.Errorf("accounts: by hand\n%s\nby reflection\n%s", got, want)
		}
	}
}

// TestAskingAgainGivesWhatAskingFirstGives grows the log between questions, and asks for each point of knowledge again
// and of a reader that was never asked before.
func TestAskingAgainGivesWhatAskingFirstGives(t *testing.T) {
	s := testlog.Open(t)
	again := query.New(s.Log)
	for n := range testlog.Story {
		s.Take(t, testlog.Story[n])
		for known := range n + 2 {
			for _, asOf := range []string{"2025-06-10T10:30:00+08:00", "2025-09-01", "2026-02-01"} {
				for _, c := range []struct{ account, contract string }{{"acct-1", "HT-1"}, {"acct-2", "HT-2"}, {"acct-3", "HT-1"}} {
					clocks := at(t, again, asOf, fmt.Sprint(known))
					got, errGot := again.Contract(t.Context(), c.contract, c.account, clocks)
					want, errWant := query.New(s.Log).Contract(t.Context(), c.contract, c.account, clocks)
					if (errGot == nil) != (errWant == nil) || string(got.AppendJSON(nil)) != string(want.AppendJSON(nil)) {
						t.Fatalf("%v known at %d of %d as of %s:\n%s %v\n%s %v", c, known, n+1, asOf,
							got.AppendJSON(nil), errGot, want.AppendJSON(nil), errWant)
					}
				}
			}
		}
	}
}
