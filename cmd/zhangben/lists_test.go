package main

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/projections/query/testlog"
)

const listedAsOf = "2025-07-10T18:00:00+08:00"

func TestListsForPeople(t *testing.T) {
	from := folder(t)
	const contracts = `contract  account  status  flags                                ends                       principal  late fee     due    paid
HT-1      acct-1   active  overdue may_withhold may_terminate   2025-09-02T00:00:00+08:00     500.00     22.50  522.50  500.00
`
	got := telling(t, "contracts", "--flag", "overdue", "--as-of", listedAsOf, "--data", from)
	if got.code != exit.Done || !strings.HasPrefix(got.stdout, "contract  account  status") ||
		strings.Join(strings.Fields(got.stdout), " ") != strings.Join(strings.Fields(contracts), " ") {
		t.Errorf("exit %d, %s\n%s", got.code, got.stderr, got.stdout)
	}
	const accounts = "account wallet shortfall principal late fee due contracts " +
		"acct-1 0.00 0.00 500.00 22.50 522.50 HT-1 acct-2 100.00 0.00 0.00 0.00 0.00 HT-2"
	got = telling(t, "accounts", "--as-of", listedAsOf, "--known-at", "7", "--data", from)
	if got.code != exit.Done || strings.Join(strings.Fields(got.stdout), " ") != accounts {
		t.Errorf("exit %d, %s\n%s", got.code, got.stderr, got.stdout)
	}
}

// A folder and a server answer alike; a command of one thing without its id lists them.
func TestListsOfFolderAndServerAreTheSame(t *testing.T) {
	s := testlog.Told(t)
	commands := [][]string{
		{"contracts", "--as-of", listedAsOf}, {"contracts", "--as-of", listedAsOf, "--csv"},
		{"contracts", "--as-of", listedAsOf, "--json"}, {"contracts", "--status", "active", "--as-of", listedAsOf},
		{"contract", "--as-of", listedAsOf}, {"contract", "--account", "acct-2", "--as-of", listedAsOf},
		{"accounts", "--as-of", listedAsOf, "--sort", "wallet", "--reverse"}, {"accounts", "--as-of", listedAsOf, "--json"},
		{"accounts", "--as-of", listedAsOf, "--csv"}, {"account", "--as-of", listedAsOf},
		{"totals", "--as-of", listedAsOf}, {"totals", "--as-of", listedAsOf, "--json"},
		{"terms", "--as-of", listedAsOf}, {"terms", "--as-of", listedAsOf, "--json"},
	}
	served := sameOfFolderAndServer(t, s, commands)
	if list, one := served[0].stdout, served[4].stdout; list != one {
		t.Errorf("contracts prints\n%s\ncontract\n%s", list, one)
	}
}

// Pages are put together, all at one instant, and sorted as a whole.
func TestListsGoOnBeyondOnePage(t *testing.T) {
	s := testlog.Many(t, client.MostRows+50)
	server := serverOf(t, s, nil)
	got := telling(t, "contracts", "--json", "--server", server)
	var page struct {
		Contracts []struct {
			ID   string `json:"contract_id"`
			AsOf string `json:"as_of"`
		}
		Next *string
	}
	if err := json.Unmarshal([]byte(got.stdout), &page); err != nil || page.Next != nil {
		t.Fatalf("%v, next %v, %s", err, page.Next, got.stderr)
	}
	if n := len(page.Contracts); n != client.MostRows+50 || page.Contracts[0].AsOf != page.Contracts[n-1].AsOf {
		t.Errorf("%d contracts, the first of %s, the last of %s", n, page.Contracts[0].AsOf, page.Contracts[n-1].AsOf)
	}
	got = telling(t, "contracts", "--csv", "--sort", "due_total", "--reverse", "--server", server)
	rows, err := csv.NewReader(strings.NewReader(got.stdout)).ReadAll()
	if err != nil || len(rows) != client.MostRows+51 {
		t.Fatalf("%d rows, %v, %s", len(rows), err, got.stderr)
	}
	due := slices.Index(rows[0], "due_total")
	for i := 2; i < len(rows); i++ {
		before, after := decimal.RequireFromString(rows[i-1][due]), decimal.RequireFromString(rows[i][due])
		if before.LessThan(after) {
			t.Errorf("row %d: %s comes before %s", i, rows[i-1][due], rows[i][due])
		}
	}
}

func TestTotalsAndTermsForPeople(t *testing.T) {
	from := folder(t)
	got := telling(t, "totals", "--as-of", listedAsOf, "--data", from)
	for _, line := range []string{"receivables", "of it overdue", "contracts by status", "pending_payment",
		"contracts by flag"} {
		if !strings.Contains(got.stdout, line) {
			t.Errorf("totals does not have %q:\n%s%s", line, got.stdout, got.stderr)
		}
	}
	got = telling(t, "terms", "--as-of", listedAsOf, "--data", from)
	for _, line := range []string{"none published", "late_fee_rate", `"0.003"`, "revenue_pattern"} {
		if !strings.Contains(got.stdout, line) {
			t.Errorf("terms does not have %q:\n%s%s", line, got.stdout, got.stderr)
		}
	}
}
