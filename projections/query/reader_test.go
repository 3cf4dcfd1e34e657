package query_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// today is the default as_of of these tests.
var today = civil.Unix(1_756_684_800, 0) // 2025-09-01T08:00:00+08:00

func at(t *testing.T, r *query.Reader, asOf, knownAt string) query.At {
	t.Helper()
	clocks, err := r.ParseAt(asOf, knownAt, today)
	if err != nil {
		t.Fatal(err)
	}
	return clocks
}

func TestContractAtBothClocks(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	for _, c := range []struct {
		name, asOf, knownAt string
		principal, lateFee  string
	}{
		{"half paid, five days on the whole and five on the half", "2025-07-10T18:00:00+08:00", "", "500.00", "22.50"},
		{"the same instant, its plus sign lost on the way", "2025-07-10T18:00:00 08:00", "", "500.00", "22.50"},
		{"before the payment was known", "2025-07-10T18:00:00+08:00", "2", "1000.00", "30.00"},
		{"just before the payment was known", "2025-07-10T18:00:00+08:00", "2025-08-01T10:00:00+08:00", "1000.00", "30.00"},
		{"just when the payment was known", "2025-07-10T18:00:00+08:00", "2025-08-01T11:00:00+08:00", "500.00", "22.50"},
		{"a date is its 24:00", "2025-07-10", "2025-08-01", "500.00", "22.50"},
		{"knowledge beyond the end is everything", "2025-07-10", "99999999999999999999999", "500.00", "22.50"},
		{"before the payment", "2025-07-04", "", "1000.00", "12.00"},
		{"before the due date", "2025-06-30", "", "1000.00", "0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			figures, err := r.Contract(t.Context(), "HT-1", "acct-1", at(t, r, c.asOf, c.knownAt))
			if err != nil {
				t.Fatal(err)
			}
			if got := figures.Principal.String(); got != c.principal {
				t.Errorf("principal %s, want %s", got, c.principal)
			}
			if got := figures.LateFee.String(); got != c.lateFee {
				t.Errorf("late fee %s, want %s", got, c.lateFee)
			}
		})
	}
}

func TestKnownAtIsEchoedWithinTheLog(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	for knownAt, want := range map[string]uint64{
		"": 9, "5": 5, "9": 9, "10": 9,
		"2030-01-01": 9, "2025-08-01T12:30:00+08:00": 4,
	} {
		figures, err := r.Contract(t.Context(), "HT-1", "acct-1", at(t, r, "", knownAt))
		if err != nil {
			t.Fatal(err)
		}
		if figures.KnownAtSeq != want {
			t.Errorf("known_at %q: known_at_seq %d, want %d", knownAt, figures.KnownAtSeq, want)
		}
	}
}

func TestClocksThatCannotBeRead(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	for _, asOf := range []string{"yesterday", "2025-02-30", "2025-07-10T18:00:00", "1999-12-31", "2025-07-10T24:00:00Z"} {
		if _, err := r.ParseAt(asOf, "", today); !errors.Is(err, query.ErrAsOf) {
			t.Errorf("as_of %q: %v", asOf, err)
		}
	}
	for _, knownAt := range []string{"-1", "1.5", "first", "2025-13-01"} {
		if _, err := r.ParseAt("", knownAt, today); !errors.Is(err, query.ErrKnownAt) {
			t.Errorf("known_at %q: %v", knownAt, err)
		}
	}
}

func TestContractIDUsedByTwoAccounts(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	_, err := r.Contract(t.Context(), "HT-1", "", at(t, r, "", ""))
	var ambiguous *query.AmbiguousError
	if !errors.As(err, &ambiguous) || !slices.Equal(ambiguous.Accounts, []string{"acct-1", "acct-3"}) {
		t.Fatalf("both accounts: %v", err)
	}
	chosen, err := r.Contract(t.Context(), "HT-1", "acct-3", at(t, r, "", ""))
	if err != nil || chosen.AccountID != "acct-3" {
		t.Errorf("chosen: %v of %s", err, chosen.AccountID)
	}
	for name, clocks := range map[string]query.At{
		"before the second order":           at(t, r, "2025-07-19", ""),
		"before the second order was known": at(t, r, "", "7"),
	} {
		only, err := r.Contract(t.Context(), "HT-1", "", clocks)
		if err != nil || only.AccountID != "acct-1" {
			t.Errorf("%s: %v of %s", name, err, only.AccountID)
		}
	}
}

func TestNothingInEffectIsNotFound(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	contract := func(id, account, asOf, knownAt string) func() error {
		return func() error {
			_, err := r.Contract(t.Context(), id, account, at(t, r, asOf, knownAt))
			return err
		}
	}
	account := func(id, knownAt string) func() error {
		return func() error {
			_, err := r.Account(t.Context(), id, at(t, r, "", knownAt))
			return err
		}
	}
	for name, ask := range map[string]func() error{
		"unknown contract":            contract("HT-9", "", "", ""),
		"contract of another account": contract("HT-2", "acct-1", "", ""),
		"contract not ordered yet":    contract("HT-2", "", "2025-06-09", ""),
		"contract not known yet":      contract("HT-2", "", "", "3"),
		"nothing known":               account("acct-1", "0"),
		"unknown account":             account("acct-9", ""),
		"everybody is no account":     account(events.All, ""),
		"unknown event":               func() error { _, err := r.Event(uuid.New()); return err },
		"unknown rejection":           func() error { _, err := r.Rejection(1); return err },
	} {
		if err := ask(); !errors.Is(err, query.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAccount(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	account, err := r.Account(t.Context(), "acct-2", at(t, r, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	if account.Wallet.String() != "100.00" || !slices.Equal(account.Contracts, []string{"HT-2"}) ||
		account.KnownAtSeq != 9 {
		t.Errorf("got %+v", account)
	}
}

func TestTermsCountOnlyOnceKnown(t *testing.T) {
	s := testlog.Told(t)
	r := query.New(s.Log)
	lateFee := func(knownAt string) string {
		figures, err := r.Contract(t.Context(), "HT-1", "acct-1", at(t, r, "2026-01-02", knownAt))
		if err != nil {
			t.Fatal(err)
		}
		return figures.LateFee.String()
	}
	// 15.00 to 5 July, then 179 days to the year's end at 1.50; two days of 2026 at 0.50, or at 1.50 where that is not
	// known.
	for _, c := range [][2]string{{"9", "284.50"}, {"8", "286.50"}, {"9", "284.50"}} {
		if got := lateFee(c[0]); got != c[1] {
			t.Errorf("known at %s: late fee %s, want %s", c[0], got, c[1])
		}
	}
	s.Take(t, testlog.Event(10, "terms.published", "2026-01-02T00:00", "all",
		`"version":"2026-2","params":{"late_fee_rate":"0"}`))
	if got := lateFee(""); got != "284.00" {
		t.Errorf("with terms that came later: late fee %s, want 284.00", got)
	}
}

func TestReadingWhileTheLogGrows(t *testing.T) {
	s := testlog.Told(t)
	r := query.New(s.Log)
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for range 50 {
				known := s.Log.Last()
				figures, err := r.Contract(t.Context(), "HT-1", "acct-1", query.At{AsOf: today, KnownAt: known})
				if err != nil || figures.Paid != 50_000+money.Fen(known-9)/2*100 {
					t.Errorf("known at %d: %v, paid %s", known, err, figures.Paid)
				}
			}
		})
	}
	for i := range 20 { // terms and payments take turns
		s.Take(t, testlog.Event(10+2*i, "terms.published", "2027-01-01T00:00", "all",
			`"version":"x","params":{"termination_after_days":4}`))
		s.Take(t, testlog.Event(11+2*i, "contract.paid", "2025-07-06T10:00", "acct-1",
			`"contract_id":"HT-1","amount":"1.00","currency":"CNY","channel":"online"`))
	}
	readers.Wait()
}

func TestVoidOfAnotherAccountsEventIsToldFromAnUnknownOne(t *testing.T) {
	s := testlog.Told(t)
	r := query.New(s.Log)
	s.Take(t,
		testlog.Event(10, "event.voided", "2025-08-02T00:00", "acct-1",
			`"contract_id":"HT-1","voids":"`+testlog.ID(5)+`","reason":"mistaken"`),
		testlog.Event(11, "event.voided", "2025-08-02T00:00", "acct-1",
			`"contract_id":"HT-1","voids":"`+testlog.ID(99)+`","reason":"mistaken"`))
	figures, err := r.Contract(t.Context(), "HT-1", "acct-1", at(t, r, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]projections.ExceptionCode{}
	for _, x := range figures.Exceptions {
		got[x.EventID] = x.Code
	}
	if got[testlog.ID(10)] != projections.VoidAccountMismatch || got[testlog.ID(11)] != projections.VoidTargetUnknown {
		t.Errorf("exceptions %v", got)
	}
}

// crowd opens a log of n accounts, each with two contracts; contract ids run across the accounts.
func crowd(t *testing.T, n int) *testlog.Stream {
	s := testlog.Open(t)
	for i := range n {
		for j, contract := range []string{fmt.Sprintf("HT-%03d", i), fmt.Sprintf("HT-%03d", 2*n-i)} {
			s.Take(t, testlog.Event(2*i+j+1, "contract.ordered", "2025-06-01T09:00", fmt.Sprintf("acct-%03d", i),
				`"contract_id":"`+contract+`","product":"elastic","quantity":1,"term":"P1M",`+
					`"fee":"10.00","currency":"CNY","mode":"postpaid"`))
		}
	}
	return s
}

func TestContractPagesCoverTheListInOrder(t *testing.T) {
	r := query.New(crowd(t, 20).Log)
	clocks := at(t, r, "", "")
	for _, limit := range []int{1, 7, 20, 40, 41} {
		var ids []string
		after := ""
		for pages := 0; ; pages++ {
			page, err := r.Contracts(t.Context(), query.ContractFilter{}, clocks, after, limit)
			if err != nil || pages > 40 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, c := range page.Contracts {
				ids = append(ids, c.ContractID)
			}
			if page.Next == nil {
				break
			}
			after = *page.Next
		}
		if len(ids) != 40 || !slices.IsSorted(ids) {
			t.Errorf("limit %d: %d contracts: %v", limit, len(ids), ids)
		}
	}
}

func TestContractFilters(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	for _, c := range []struct {
		name   string
		filter query.ContractFilter
		want   string
	}{
		{"all", query.ContractFilter{}, "HT-1.acct-1 HT-1.acct-3 HT-2.acct-2"},
		{"of an account", query.ContractFilter{Account: "acct-3"}, "HT-1.acct-3"},
		{"of an unknown account", query.ContractFilter{Account: "acct-9"}, ""},
		{"by status", query.ContractFilter{Status: projections.PendingPayment}, "HT-1.acct-3"},
		{"by flag", query.ContractFilter{Flag: projections.FlagOverdue}, "HT-1.acct-1"},
		{"by all three", query.ContractFilter{
			Account: "acct-1", Status: projections.Active, Flag: projections.FlagMayTerminate,
		}, "HT-1.acct-1"},
	} {
		page, err := r.Contracts(t.Context(), c.filter, at(t, r, "2025-07-21", ""), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range page.Contracts {
			got = append(got, x.ContractID+"."+x.AccountID)
		}
		if strings.Join(got, " ") != c.want || page.Next != nil {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	_, err := r.Contracts(t.Context(), query.ContractFilter{}, query.At{}, "no cursor", 10)
	if !errors.Is(err, query.ErrCursor) {
		t.Errorf("a cursor that is none: %v", err)
	}
}

func TestAccountPagesCoverTheListInOrder(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	var ids []string
	after := ""
	for {
		page, err := r.Accounts(t.Context(), at(t, r, "2025-07-19", ""), after, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Accounts {
			ids = append(ids, a.AccountID)
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	if !slices.Equal(ids, []string{"acct-1", "acct-2"}) { // acct-3 orders later; everybody's is no account
		t.Errorf("accounts %v", ids)
	}
}

func TestTotals(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	totals, err := r.Totals(t.Context(), at(t, r, "2025-07-10T18:00:00+08:00", ""))
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]string{
		"receivables": {totals.Receivables.String(), "500.00"}, "overdue": {totals.Overdue.String(), "500.00"},
		"late fees": {totals.LateFees.String(), "22.50"}, "due": {totals.DueTotal.String(), "522.50"},
		"wallets": {totals.Wallets.String(), "100.00"}, "shortfalls": {totals.WalletShortfalls.String(), "0.00"},
		"liability": {totals.ContractLiability.String(), "576.09"}, // of acct-1 alone: HT-2 is on its last day
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s %s, want %s", name, pair[0], pair[1])
		}
	}
	if totals.Accounts != 2 || totals.Contracts != 2 ||
		totals.ByStatus[projections.Active] != 2 || totals.ByFlag[projections.FlagOverdue] != 1 {
		t.Errorf("counts: %+v", totals)
	}
	if count, listed := totals.ByStatus[projections.Suspended]; count != 0 || !listed {
		t.Error("a status that no contract has is not listed as 0")
	}
}

func TestSumsAreNotBoundBy64Bits(t *testing.T) {
	var sum query.Sum
	for range 200_000 {
		sum.Add(99_999_999_999_999)
	}
	if sum.String() != "199999999999998000.00" {
		t.Errorf("sum %s", sum.String())
	}
	var again query.Sum
	if err := again.UnmarshalText([]byte(sum.String())); err != nil || again != sum {
		t.Errorf("%s is read as %s: %v", sum, again, err)
	}
	sum = query.Sum{}
	sum.Add(-5)
	if sum.String() != "-0.05" {
		t.Errorf("sum %s", sum.String())
	}
	if err := again.UnmarshalText([]byte("-0.05")); err != nil || again != sum {
		t.Errorf("-0.05 is read as %s: %v", again, err)
	}
	for _, text := range []string{"", "1", "1.0", "+1.00", "-0.00", strings.Repeat("9", 40) + ".00"} {
		if err := again.UnmarshalText([]byte(text)); err == nil || again != sum {
			t.Errorf("%q is read as %s", text, again)
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
