package render

import (
	"cmp"
	"io"
	"strconv"
	"strings"
)

// contractView is what is printed of a contract's figures; amounts and instants as the API spells them.
type contractView struct {
	Contract   string   `json:"contract_id"`
	Account    string   `json:"account_id"`
	AsOf       string   `json:"as_of"`
	KnownAtSeq uint64   `json:"known_at_seq"`
	Status     string   `json:"status"`
	Flags      []string `json:"flags"`
	Product    string   `json:"product"`
	Mode       string   `json:"mode"`
	Quantity   int      `json:"quantity"`
	StartsAt   string   `json:"starts_at"`
	EndsAt     string   `json:"ends_at"`
	Currency   string   `json:"currency"`

	Principal         string `json:"principal"`
	LateFee           string `json:"late_fee"`
	DueTotal          string `json:"due_total"`
	LateFeeAccrued    string `json:"late_fee_accrued"`
	Paid              string `json:"paid"`
	Refund            string `json:"refund"`
	Forfeited         string `json:"forfeited"`
	Revenue           string `json:"revenue"`
	ContractLiability string `json:"contract_liability"`

	Units []struct {
		ID     string `json:"unit_id"`
		EndsAt string `json:"ends_at"`
		SLA    struct {
			Outage      int64  `json:"outage_seconds"`
			Raw         int64  `json:"raw_seconds"`
			Granted     int64  `json:"granted_seconds"`
			Value       string `json:"value"`
			Provisional int64  `json:"provisional_seconds"`
		} `json:"sla"`
	} `json:"units"`
	Invoices []struct {
		ID          string `json:"invoice_id"`
		Amount      string `json:"amount"`
		DueDate     string `json:"due_date"`
		Principal   string `json:"principal"`
		OverdueDays int    `json:"overdue_days"`
		LateFee     string `json:"late_fee"`
	} `json:"invoices"`
	Claims []struct {
		ID      string  `json:"claim_id"`
		Kind    string  `json:"claim_kind"`
		Amount  string  `json:"amount"`
		Cap     *string `json:"cap"`
		Payable string  `json:"payable"`
	} `json:"claims"`
	Termination *struct {
		Reason string `json:"reason"`
		At     string `json:"at"`
	} `json:"termination"`
	Exceptions []exceptionView `json:"exceptions"`
}

type exceptionView struct {
	Code    string `json:"code"`
	EventID string `json:"event_id"`
	Message string `json:"message"`
}

// Contract prints a contract's figures for people.
func Contract(w io.Writer, answer []byte) error {
	var c contractView
	if err := decode(answer, &c); err != nil {
		return err
	}
	return writeSections(w,
		section{"", c.life()}, section{"", c.amounts()},
		section{"invoices", c.invoices()}, section{"units", c.units()}, section{"claims", c.claims()},
		section{"exceptions", exceptions(c.Exceptions)})
}

func (c *contractView) life() *Table {
	t := new(Table)
	t.Add("contract", c.Contract)
	t.Add("account", c.Account)
	t.Add("as of", toTheSecond(c.AsOf))
	t.Add("known at", "record "+strconv.FormatUint(c.KnownAtSeq, 10))
	t.Add("status", c.Status)
	t.Add("flags", OrDash(strings.Join(c.Flags, ", ")))
	t.Add("order", strings.Join([]string{strconv.Itoa(c.Quantity), OrDash(c.Product), OrDash(c.Mode)}, " "))
	t.Add("starts", OrDash(c.StartsAt))
	t.Add("ends", OrDash(c.EndsAt))
	if c.Termination != nil {
		t.Add("terminated", c.Termination.At+" "+c.Termination.Reason)
	}
	return t
}

func (c *contractView) amounts() *Table {
	t := &Table{right: []bool{false, true}}
	for _, line := range [][2]string{
		{"principal", c.Principal}, {"late fee", c.LateFee}, {"due in total", c.DueTotal},
		{"late fee accrued", c.LateFeeAccrued}, {"paid", c.Paid}, {"refund", c.Refund}, {"forfeited", c.Forfeited},
		{"revenue", c.Revenue}, {"contract liability", c.ContractLiability},
	} {
		t.Add(line[0], line[1], c.Currency)
	}
	return t
}

func (c *contractView) invoices() *Table {
	t := &Table{head: []string{"invoice", "amount", "due", "principal", "days overdue", "late fee"},
		right: []bool{false, true, false, true, true, true}}
	for _, i := range c.Invoices {
		t.Add(i.ID, i.Amount, OrDash(i.DueDate), i.Principal, strconv.Itoa(i.OverdueDays), i.LateFee)
	}
	return t
}

func (c *contractView) units() *Table {
	t := &Table{head: []string{"unit", "ends", "outage s", "raw s", "granted s", "value", "provisional s"},
		right: []bool{false, false, true, true, true, true, true}}
	for _, u := range c.Units {
		t.Add(u.ID, OrDash(u.EndsAt), number(u.SLA.Outage), number(u.SLA.Raw), number(u.SLA.Granted), u.SLA.Value, number(u.SLA.Provisional))
	}
	return t
}

func (c *contractView) claims() *Table {
	t := &Table{head: []string{"claim", "kind", "amount", "cap", "payable"}, right: []bool{false, false, true, true, true}}
	for _, x := range c.Claims {
		limit := "none"
		if x.Cap != nil {
			limit = *x.Cap
		}
		t.Add(x.ID, x.Kind, x.Amount, limit, x.Payable)
	}
	return t
}

// accountView is what is printed of an account's figures.
type accountView struct {
	Account         string          `json:"account_id"`
	AsOf            string          `json:"as_of"`
	KnownAtSeq      uint64          `json:"known_at_seq"`
	Wallet          string          `json:"wallet"`
	WalletShortfall string          `json:"wallet_shortfall"`
	Principal       string          `json:"principal"`
	LateFee         string          `json:"late_fee"`
	DueTotal        string          `json:"due_total"`
	Contracts       []string        `json:"contracts"`
	Exceptions      []exceptionView `json:"exceptions"`
}

// Account prints an account's figures for people.
func Account(w io.Writer, answer []byte) error {
	var a accountView
	if err := decode(answer, &a); err != nil {
		return err
	}
	life := new(Table)
	life.Add("account", a.Account)
	life.Add("as of", toTheSecond(a.AsOf))
	life.Add("known at", "record "+strconv.FormatUint(a.KnownAtSeq, 10))
	amounts := &Table{right: []bool{false, true}}
	for _, line := range [][2]string{{"wallet", a.Wallet}, {"wallet shortfall", a.WalletShortfall},
		{"principal", a.Principal}, {"late fee", a.LateFee}, {"due in total", a.DueTotal}} {
		amounts.Add(line[0], line[1], "CNY")
	}
	contracts := new(Table)
	for _, id := range a.Contracts {
		contracts.Add(id)
	}
	return writeSections(w, section{"", life}, section{"", amounts}, section{"contracts", contracts},
		section{"exceptions", exceptions(a.Exceptions)})
}

func exceptions(all []exceptionView) *Table {
	t := new(Table)
	for _, x := range all {
		t.Add(x.Code, x.EventID, x.Message)
	}
	return t
}

// section is a table under a title.
type section struct {
	title string
	table *Table
}

// writeSections prints sections with an empty line between them; those without rows are left out.
func writeSections(w io.Writer, sections ...section) error {
	separator := ""
	for _, s := range sections {
		if len(s.table.rows) == 0 {
			continue
		}
		title, indent := "", ""
		if s.title != "" {
			title, indent = s.title+"\n", "  "
		}
		if _, err := io.WriteString(w, separator+title); err != nil {
			return err
		}
		if err := s.table.Write(w, indent); err != nil {
			return err
		}
		separator = "\n"
	}
	return nil
}

// OrDash is a text, or a dash where there is none.
func OrDash(s string) string { return cmp.Or(s, "–") }

func number(n int64) string { return strconv.FormatInt(n, 10) }
