package query_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"zhangben/events"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// hypothetical decodes the hypothesis of a preview.
func hypothetical(t *testing.T, params string, bodies ...string) *query.Hypothesis {
	t.Helper()
	s := new(query.Hypothesis)
	for _, body := range bodies {
		event, err := events.DecodeJSON([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		s.Events = append(s.Events, event)
	}
	if params != "" {
		p, err := events.ParseParams([]byte(params))
		if err != nil {
			t.Fatal(err)
		}
		s.Params = &p
	}
	return s
}

// A hypothetical void finds what it names wherever that is: in the log, in the hypothesis, or with a stranger.
func TestHypotheticalVoids(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	void := func(n int, account, of string) string {
		return testlog.Event(n, "event.voided", "2025-08-01T00:00", account, `"voids":"`+of+`","reason":"mistake"`)
	}
	topUp := func(n int, account string) string {
		return testlog.Event(n, "wallet.topped_up", "2025-07-01T00:00", account,
			`"amount":"5.00","currency":"CNY","channel":"online"`)
	}
	for name, c := range map[string]struct {
		supposed   []string
		wallet     string
		exceptions string
	}{
		"of the log":        {[]string{void(20, "acct-2", testlog.ID(7))}, "0.00", ""},
		"of the hypothesis": {[]string{topUp(20, "acct-2"), void(21, "acct-2", testlog.ID(20))}, "100.00", ""},
		"of a stranger's":   {[]string{void(20, "acct-2", testlog.ID(3))}, "100.00", "void_account_mismatch"},
		"of a stranger's, too": {
			[]string{topUp(20, "acct-1"), void(21, "acct-2", testlog.ID(20))}, "100.00", "void_account_mismatch",
		},
		"of nothing": {[]string{void(20, "acct-2", testlog.ID(99))}, "100.00", "void_target_unknown"},
		"of a void": {
			[]string{void(20, "acct-2", testlog.ID(7)), void(21, "acct-2", testlog.ID(20))}, "100.00", "",
		},
		"stranger's, of ours":   {[]string{void(20, "acct-1", testlog.ID(7))}, "100.00", ""},
		"none, but more top-up": {[]string{topUp(20, "acct-2")}, "105.00", ""},
	} {
		p, err := r.PreviewAccount(t.Context(), "acct-2", hypothetical(t, "", c.supposed...), at(t, r, "", ""))
		if err != nil {
			t.Fatal(err)
		}
		code := ""
		for _, exception := range p.With.Account.Exceptions {
			code += string(exception.Code)
		}
		got, without := p.With.Account.Wallet.String(), p.Without.Account.Wallet.String()
		if got != c.wallet || code != c.exceptions || without != "100.00" {
			t.Errorf("%s: wallet %s, want %s; exceptions %q, want %q", name, got, c.wallet, code, c.exceptions)
		}
	}
}

func TestImpactOfManyAccounts(t *testing.T) {
	s := testlog.Open(t)
	const accounts = 1200
	var bodies []string
	for n := range accounts { // every third has nothing overdue
		due := map[bool]string{true: "2025-12-31", false: "2025-06-30"}[n%3 == 0]
		bodies = append(bodies, testlog.Event(n+1, "contract.ordered", "2025-06-01T09:00", fmt.Sprintf("acct-%04d", n),
			`"contract_id":"HT-1","product":"vps","quantity":1,"term":"P3M","fee":"1000.00","currency":"CNY",`+
				`"mode":"postpaid","due_date":"`+due+`"`),
			testlog.Event(accounts+n+1, "contract.provisioned", "2025-06-01T10:00", fmt.Sprintf("acct-%04d", n),
				`"contract_id":"HT-1","unit_ids":["u1"]`))
	}
	s.Take(t, bodies...)
	r := query.New(s.Log)
	var ids []string
	var done []int
	var total *query.ImpactTotal
	lowerRate := hypothetical(t, `{"late_fee_rate":"0.001"}`)
	err := r.Impact(t.Context(), lowerRate, at(t, r, "2025-07-10", ""), func(row query.ImpactRow) error {
		switch {
		case row.Account != nil:
			ids = append(ids, row.Account.AccountID)
			if row.Account.Difference.LateFee.String() != "-20.00" {
				t.Errorf("%s differs by %s", row.Account.AccountID, row.Account.Difference.LateFee.String())
			}
		case row.Progress != nil:
			done = append(done, row.Progress.Done)
		}
		total = row.Total
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ids) != 800 || ids[0] != "acct-0001" || ids[799] != "acct-1199" || len(done) != 3 || done[2] != accounts {
		t.Errorf("%d differ, progress %v", len(ids), done)
	}
	if total == nil || total.Accounts != accounts || total.Differing != 800 ||
		total.Without.LateFee.String() != "24000.00" || total.Difference.LateFee.String() != "-16000.00" {
		t.Errorf("total %+v", total)
	}
}

func TestImpactEndsWithItsContextOrReader(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	params := hypothetical(t, `{"late_fee_rate":"0.001"}`)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	err := r.Impact(cancelled, params, at(t, r, "", ""), func(query.ImpactRow) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	gone := errors.New("gone")
	err = r.Impact(t.Context(), params, at(t, r, "2025-07-10", ""), func(query.ImpactRow) error { return gone })
	if !errors.Is(err, gone) {
		t.Errorf("a reader that goes: %v", err)
	}
}
