package query_test

import (
	"fmt"
	"testing"

	"zhangben/projections"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// TestContractsOfAnAccountMayLieFarApart walks contracts that three accounts have by turns, some at a time.
func TestContractsOfAnAccountMayLieFarApart(t *testing.T) {
	s := testlog.Open(t)
	want := ""
	for n := range 40 {
		paidBefore := n%4 > 0
		data := `"product":"vps","quantity":1,"term":"P1M","fee":"310.00","currency":"CNY","mode":"prepaid"`
		if !paidBefore {
			data = `"product":"vps","quantity":1,"term":"P1M","fee":"310.00","currency":"CNY","mode":"postpaid"`
			want += fmt.Sprintf("HT-%02d ", n)
		}
		s.Take(t, testlog.Event(n, "contract.ordered", "2025-06-01T09:00", fmt.Sprintf("acct-%d", n%3),
			fmt.Sprintf(`"contract_id":"HT-%02d",`, n)+data))
	}
	r := query.New(s.Log)
	for limit := 1; limit < 12; limit++ {
		got, after := "", ""
		for {
			filter := query.ContractFilter{Status: projections.Effective}
			page, err := r.Contracts(t.Context(), filter, at(t, r, "", ""), after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Contracts {
				got += c.ContractID + " "
			}
			if page.Next == nil {
				break
			}
			after = *page.Next
		}
		if got != want {
			t.Errorf("%d at a time: %s, want %s", limit, got, want)
		}
	}
}
