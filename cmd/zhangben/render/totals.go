package render

import (
	"io"
	"strconv"

	"zhangben/projections/query"
)

// Totals prints the sums for people.
var Totals = view(func(w io.Writer, t *query.Totals) error {
	counts := &Table{right: []bool{false, true}}
	counts.Add("accounts", strconv.Itoa(t.Accounts))
	counts.Add("contracts", strconv.Itoa(t.Contracts))
	sums := &Table{right: []bool{false, true}}
	for _, line := range []struct {
		name string
		sum  query.Sum
	}{
		{"receivables", t.Receivables}, {"of it overdue", t.Overdue}, {"late fees", t.LateFees},
		{"due in total", t.DueTotal}, {"wallets", t.Wallets}, {"wallet shortfalls", t.WalletShortfalls},
		{"contract liability", t.ContractLiability},
	} {
		sums.Add(line.name, line.sum.String(), "CNY")
	}
	return writeSections(w, section{"", headingOf("", "", t.AsOf, t.KnownAtSeq)}, section{"", counts}, section{"", sums},
		section{"contracts by status", countsOf(query.Statuses, t.ByStatus)},
		section{"contracts by flag", countsOf(query.Flags, t.ByFlag)})
})

func countsOf[T ~string](words []T, counts map[T]int) *Table {
	t := &Table{right: []bool{false, true}}
	for _, word := range words {
		t.Add(string(word), strconv.Itoa(counts[word]))
	}
	return t
}
