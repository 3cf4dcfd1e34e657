package projections_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
	"zhangben/projections/foldtest"
	"zhangben/projections/scenario"
)

// TestLinesAddUp tells every story in testdata again: the lines of each figure add up to the figure.
func TestLinesAddUp(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios in testdata", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenario.Parse(string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.Checks {
			for _, r := range c.Rows {
				own, others := scenario.Sort(r.Account, s.Facts(c.Known))
				checkLines(t, file, r.Account, own, others, c.AsOf)
			}
		}
	}
}

// checkLines compares each figure of an account with the sum of its lines.
func checkLines(t *testing.T, name, account string, own, others []projections.Fact, asOf civil.Instant) {
	t.Helper()
	book, ok := fold(account, own, others, asOf)
	if !ok {
		return
	}
	x, _, _ := projections.ExplainWallet(t.Context(), account, own, others, asOf)
	same(t, name, x, "wallet", "", int64(book.Account.Wallet))
	for _, f := range book.Contracts {
		x, ok, _ := projections.Explain(t.Context(), account, f.ContractID, "", own, others, asOf)
		if !ok {
			t.Fatalf("%s: %s has figures but no explanation", name, f.ContractID)
		}
		checkContract(t, name, x, f)
	}
}

func checkContract(t *testing.T, name string, x projections.Explanation, f projections.Figures) {
	t.Helper()
	checkFormulas(t, name, x.Lines)
	for figure, want := range map[string]money.Fen{
		"principal": f.Principal, "late_fee": f.LateFee, "late_fee_accrued": f.LateFeeAccrued, "paid": f.Paid,
		"refund": f.Refund, "forfeited": f.Forfeited, "revenue": f.Revenue, "contract_liability": f.ContractLiability,
	} {
		same(t, name, x, figure, "", int64(want))
	}
	for _, u := range f.Units {
		same(t, name, x, "sla.outage_seconds", u.UnitID, u.SLA.OutageSeconds)
		same(t, name, x, "sla.raw_seconds", u.UnitID, u.SLA.RawSeconds)
		same(t, name, x, "sla.granted_seconds", u.UnitID, u.SLA.GrantedSeconds)
		same(t, name, x, "sla.provisional_seconds", u.UnitID, u.SLA.ProvisionalSeconds)
		same(t, name, x, "sla.value", u.UnitID, int64(u.SLA.Value))
		sameEnd(t, name, x, u.UnitID, u.EndsAt)
	}
	sameEnd(t, name, x, "", f.EndsAt)
}

// same sums the lines of a figure, of one unit where one is named.
func same(t *testing.T, name string, x projections.Explanation, figure, unit string, want int64) {
	t.Helper()
	var sum int64
	for _, l := range x.Lines {
		if l.Figure != figure || l.UnitID != unit {
			continue
		}
		if l.Amount != nil {
			sum += int64(*l.Amount)
		}
		if l.Seconds != nil {
			sum += civil.Duration(*l.Seconds).Seconds()
		}
		if l.Clause == "" || l.Rule.ZH == "" || l.Rule.EN == "" || l.Formula == "" {
			t.Errorf("%s: %s has a line without clause, rule or formula: %+v", name, figure, l)
		}
	}
	if sum != want {
		t.Errorf("%s: the lines of %s %s of %s at %v add up to %d, it is %d", name, figure, unit, x.ContractID, x.AsOf, sum,
			want)
	}
}

// sameEnd adds the durations of an end to its start.
func sameEnd(t *testing.T, name string, x projections.Explanation, unit string, want *civil.Instant) {
	t.Helper()
	var end civil.Instant
	for _, l := range x.Lines {
		switch {
		case l.Figure != "ends_at" || l.UnitID != unit:
		case l.Instant != nil:
			end = *l.Instant
		default:
			end = end.Add(civil.Duration(*l.Seconds))
		}
	}
	if want == nil && !end.IsZero() || want != nil && end != *want {
		t.Errorf("%s: the lines of the end of %s of %s at %v lead to %v, it is %v", name, unit, x.ContractID, x.AsOf, end,
			want)
	}
}

// TestOneFigureIsExplainedAlone wants the same lines of a figure, asked for alone or among all.
func TestOneFigureIsExplainedAlone(t *testing.T) {
	eachHistory(t, 100, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		at := h.Instants(rng, 1)[0]
		book, _ := fold(h.Account, h.Own, h.Everybody, at)
		for _, f := range book.Contracts {
			all, _, _ := projections.Explain(t.Context(), h.Account, f.ContractID, "", h.Own, h.Everybody, at)
			alone := []projections.Line{}
			for _, figure := range projections.ExplainedFigures {
				one, _, _ := projections.Explain(t.Context(), h.Account, f.ContractID, figure, h.Own, h.Everybody, at)
				want := slices.DeleteFunc(slices.Clone(all.Lines), func(l projections.Line) bool { return l.Figure != figure })
				if !reflect.DeepEqual(one.Lines, want) {
					t.Errorf("%s: %s alone has the lines\n%+v\nwant\n%+v", name, figure, one.Lines, want)
				}
				alone = append(alone, one.Lines...)
			}
			if len(alone) != len(all.Lines) {
				t.Errorf("%s: %d lines in all, %d figure by figure", name, len(all.Lines), len(alone))
			}
		}
	})
}

// TestTooMuchToExplain refuses what would fill the memory, be it lines or what is kept for them, but explains one
// figure.
func TestTooMuchToExplain(t *testing.T) {
	payments, parts, wallet := longHistoryOf("payments of one fee", 12_000), longHistoryOf("invoices of one day", 500),
		longHistoryOf("top-ups and pay-outs", 12_000)
	explain := func(h longHistory, figure string) error {
		_, _, err := projections.Explain(t.Context(), account, contract, figure, h.facts, nil, h.asOf)
		return err
	}
	_, _, ofWallet := projections.ExplainWallet(t.Context(), account, wallet.facts, nil, wallet.asOf)
	for name, err := range map[string]error{"all figures": explain(payments, ""), "parts": explain(parts, "paid"),
		"the wallet": ofWallet} {
		if !errors.Is(err, projections.ErrTooMuchToExplain) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := explain(payments, "late_fee"); err != nil {
		t.Error("one figure:", err)
	}
}
