package render

import (
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// ContractPreview prints a contract without and with what might be.
func ContractPreview(w io.Writer, answer []byte) error {
	var p struct {
		heading
		Without *contractView `json:"without"`
		With    *contractView `json:"with"`
	}
	if err := decode(answer, &p); err != nil {
		return err
	}
	figures := comparison(p.Without.rows(), p.With.rows(), false)
	return writeSections(w, section{"", p.table()}, section{"", figures}, section{"exceptions with them", p.With.exceptions()})
}

// AccountPreview prints an account without and with what might be, and what differs in each of its contracts.
func AccountPreview(w io.Writer, answer []byte) error {
	var p struct {
		heading
		Without *accountBookView `json:"without"`
		With    *accountBookView `json:"with"`
	}
	if err := decode(answer, &p); err != nil {
		return err
	}
	sections := []section{{"", p.table()}, {"", comparison(p.Without.rows(), p.With.rows(), false)}}
	for _, id := range contractsOf(p.Without, p.With) {
		without, with := p.Without.contract(id), p.With.contract(id)
		sections = append(sections, section{"contract " + id, comparison(without.rows(), with.rows(), true)},
			section{"exceptions of " + id + " with them", with.exceptions()})
	}
	return writeSections(w, sections...)
}

// accountBookView is an account and its contracts; nil where it has no effective event.
type accountBookView struct {
	Account   accountView    `json:"account"`
	Contracts []contractView `json:"contracts"`
}

func (b *accountBookView) contract(id string) *contractView {
	if b == nil {
		return nil
	}
	i := slices.IndexFunc(b.Contracts, func(c contractView) bool { return c.Contract == id })
	if i < 0 {
		return nil
	}
	return &b.Contracts[i]
}

// contractsOf lists the ids of the contracts in either book.
func contractsOf(books ...*accountBookView) (ids []string) {
	for _, b := range books {
		if b == nil {
			continue
		}
		for i := range b.Contracts {
			ids = append(ids, b.Contracts[i].Contract)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// rows are what is compared of an account; without one they are empty.
func (b *accountBookView) rows() [][2]string {
	var a accountView
	if b != nil {
		a = b.Account
	}
	return [][2]string{{"wallet", a.Wallet}, {"wallet shortfall", a.WalletShortfall},
		{"principal", a.Principal}, {"late fee", a.LateFee}, {"due in total", a.DueTotal}}
}

// rows are what is compared of a contract; without one they are empty.
func (c *contractView) rows() [][2]string {
	if c == nil {
		c = new(contractView)
	}
	return [][2]string{{"status", c.Status}, {"flags", strings.Join(c.Flags, ", ")}, {"starts", c.StartsAt}, {"ends", c.EndsAt},
		{"principal", c.Principal}, {"late fee", c.LateFee}, {"due in total", c.DueTotal}, {"late fee accrued", c.LateFeeAccrued},
		{"paid", c.Paid}, {"refund", c.Refund}, {"forfeited", c.Forfeited}, {"revenue", c.Revenue},
		{"contract liability", c.ContractLiability}}
}

func (c *contractView) exceptions() *Table {
	if c == nil {
		return new(Table)
	}
	return exceptions(c.Exceptions)
}

// comparison sets rows of the same names side by side, with the differences of amounts; onlyDifferent leaves out the rest.
func comparison(without, with [][2]string, onlyDifferent bool) *Table {
	t := &Table{head: []string{"", "without", "with", "difference"}, right: []bool{false, true, true, true}}
	for i := range without {
		was, would := without[i][1], with[i][1]
		if onlyDifferent && was == would {
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
