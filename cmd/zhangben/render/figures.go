package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"zhangben/events/money"
	"zhangben/projections"
)

// Contract prints a contract's figures for people.
var Contract = view(func(w io.Writer, c *projections.Figures) error {
	return writeSections(w,
		section{"", life(c)}, section{"", amounts(contractAmounts(c))},
		section{"invoices", invoices(c.Invoices)}, section{"units", units(c.Units)}, section{"claims", claims(c.Claims)},
		section{"exceptions", exceptions(c.Exceptions)})
})

func life(c *projections.Figures) *Table {
	t := headingOf(c.ContractID, c.AccountID, c.AsOf, c.KnownAtSeq)
	t.Add("status", string(c.Status))
	t.Add("flags", OrDash(join(c.Flags)))
	t.Add("order", strings.Join([]string{strconv.Itoa(c.Quantity), orDash(c.Product), orDash(c.Mode)}, " "))
	t.Add("starts", orDash(c.StartsAt))
	t.Add("ends", orDash(c.EndsAt))
	if c.Termination != nil {
		t.Add("terminated", c.Termination.At.String()+" "+c.Termination.Reason)
	}
	return t
}

// amount is one figure in yuan.
type amount struct {
	name string
	fen  money.Fen
}

func contractAmounts(c *projections.Figures) []amount {
	return []amount{
		{"principal", c.Principal}, {"late fee", c.LateFee}, {"due in total", c.DueTotal},
		{"late fee accrued", c.LateFeeAccrued}, {"paid", c.Paid}, {"refund", c.Refund}, {"forfeited", c.Forfeited},
		{"revenue", c.Revenue}, {"contract liability", c.ContractLiability},
	}
}

func accountAmounts(a *projections.AccountFigures) []amount {
	return []amount{
		{"wallet", a.Wallet}, {"wallet shortfall", a.WalletShortfall},
		{"principal", a.Principal}, {"late fee", a.LateFee}, {"due in total", a.DueTotal},
	}
}

func amounts(list []amount) *Table {
	t := &Table{right: []bool{false, true}}
	for _, a := range list {
		t.Add(a.name, a.fen.String(), "CNY")
	}
	return t
}

func invoices(list []projections.Invoice) *Table {
	t := &Table{head: []string{"invoice", "amount", "due", "principal", "days overdue", "late fee"},
		right: []bool{false, true, false, true, true, true}}
	for _, i := range list {
		t.Add(i.InvoiceID, i.Amount.String(), orDash(i.DueDate), i.Principal.String(), strconv.Itoa(i.OverdueDays),
			i.LateFee.String())
	}
	return t
}

func units(list []projections.UnitFigures) *Table {
	t := &Table{head: []string{"unit", "ends", "outage s", "raw s", "granted s", "value", "provisional s"},
		right: []bool{false, false, true, true, true, true, true}}
	for _, u := range list {
		t.Add(u.UnitID, orDash(u.EndsAt), number(u.SLA.OutageSeconds), number(u.SLA.RawSeconds),
			number(u.SLA.GrantedSeconds), u.SLA.Value.String(), number(u.SLA.ProvisionalSeconds))
	}
	return t
}

func claims(list []projections.Claim) *Table {
	t := &Table{head: []string{"claim", "kind", "amount", "cap", "payable"}, right: []bool{false, false, true, true, true}}
	for _, x := range list {
		limit := "none"
		if x.Cap != nil {
			limit = x.Cap.String()
		}
		t.Add(x.ClaimID, x.ClaimKind, x.Amount.String(), limit, x.Payable.String())
	}
	return t
}

// Account prints an account's figures for people.
var Account = view(func(w io.Writer, a *projections.AccountFigures) error {
	contracts := new(Table)
	for _, id := range a.Contracts {
		contracts.Add(id)
	}
	return writeSections(w, section{"", headingOf("", a.AccountID, a.AsOf, a.KnownAtSeq)},
		section{"", amounts(accountAmounts(a))}, section{"contracts", contracts},
		section{"exceptions", exceptions(a.Exceptions)})
})

func exceptions(all []projections.Exception) *Table {
	t := new(Table)
	for _, x := range all {
		t.Add(string(x.Code), x.EventID, x.Message)
	}
	return t
}

func join[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

// orDash returns the text of a value, or a dash where there is none.
func orDash[T any](p *T) string {
	if p == nil {
		return OrDash("")
	}
	return OrDash(fmt.Sprint(*p))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
