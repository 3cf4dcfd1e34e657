package query_test

import (
	"bytes"
	"encoding/json"
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
