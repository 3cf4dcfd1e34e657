package render

import (
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"zhangben/projections"
	"zhangben/projections/query"
)

// ContractPreview prints a contract without and with what might be.
var ContractPreview = view(func(w io.Writer, p *query.ContractPreview) error {
	figures := comparison(contractRows(p.Without), contractRows(p.With), false)
	return writeSections(w, section{"", headingOf(p.ContractID, p.AccountID, p.AsOf, p.KnownAtSeq)},
		section{"", figures}, section{"exceptions with them", exceptionsWith(p.With)})
})

// AccountPreview prints an account without and with what might be, and what differs in each of its contracts.
var AccountPreview = view(func(w io.Writer, p *query.AccountPreview) error {
	sections := []section{
		{"", headingOf("", p.AccountID, p.AsOf, p.KnownAtSeq)},
		{"", comparison(accountRows(p.Without), accountRows(p.With), false)},
	}
	for _, id := range contractsOf(p.Without, p.With) {
		without, with := contractIn(p.Without, id), contractIn(p.With, id)
		sections = append(sections,
			section{"contract " + id, comparison(contractRows(without), contractRows(with), true)},
			section{"exceptions of " + id + " with them", exceptionsWith(with)})
	}
	return writeSections(w, sections...)
})

// contractIn returns a contract of an account, nil where there is none.
func contractIn(book *query.AccountBook, id string) *projections.Figures {
	if book == nil {
		return nil
	}
	i := slices.IndexFunc(book.Contracts, func(c projections.Figures) bool { return c.ContractID == id })
	if i < 0 {
		return nil
	}
	return &book.Contracts[i]
}

// contractsOf lists the ids of the contracts in either book.
func contractsOf(books ...*query.AccountBook) (ids []string) {
	for _, b := range books {
		if b == nil {
			continue
		}
		for i := range b.Contracts {
			ids = append(ids, b.Contracts[i].ContractID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// accountRows are what is compared of an account; their texts are empty where there is none.
func accountRows(book *query.AccountBook) [][2]string {
	if book == nil {
		return amountRows(accountAmounts(new(projections.AccountFigures)), true)
	}
	return amountRows(accountAmounts(&book.Account), false)
}

// contractRows are what is compared of a contract; their texts are empty where there is none.
func contractRows(c *projections.Figures) [][2]string {
	if c == nil {
		rows := [][2]string{{"status"}, {"flags"}, {"starts"}, {"ends"}}
		return append(rows, amountRows(contractAmounts(new(projections.Figures)), true)...)
	}
	rows := [][2]string{{"status", string(c.Status)}, {"flags", join(c.Flags)},
		{"starts", orDash(c.StartsAt)}, {"ends", orDash(c.EndsAt)}}
	return append(rows, amountRows(contractAmounts(c), false)...)
}

func amountRows(list []amount, empty bool) (rows [][2]string) {
	for _, a := range list {
		row := [2]string{a.name}
		if !empty {
			row[1] = a.fen.String()
		}
		rows = append(rows, row)
	}
	return rows
}

func exceptionsWith(c *projections.Figures) *Table {
	if c == nil {
		return new(Table)
	}
	return exceptions(c.Exceptions)
}

// comparison sets rows of the same names side by side, with the differences of amounts; onlyDifferent leaves out the
// rest.
func comparison(without, with [][2]string, onlyDifferent bool) *Table {
	t := &Table{head: []string{"", "without", "with", "difference"}, right: []bool{false, true, true, true}}
	for i := range without {
		was, would := without[i][1], with[i][1]
		if onlyDifferent && OrDash(was) == OrDash(would) {
			continue
		}
		t.Add(without[i][0], OrDash(was), OrDash(would), difference(was, would))
	}
	return t
}

// difference is how much more an amount would be; empty for texts that are none, and where there is none.
func difference(was, would string) string {
	a, err := decimal.NewFromString(was)
	b, other := decimal.NewFromString(would)
	if err != nil || other != nil || a.Equal(b) {
		return ""
	}
	return signed(b.Sub(a).StringFixed(2))
}

// signed puts a plus before what is above zero.
func signed(amount string) string {
	if strings.HasPrefix(amount, "-") || strings.Trim(amount, "0.") == "" {
		return amount
	}
	return "+" + amount
}
