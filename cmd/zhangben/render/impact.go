package render

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/schollz/progressbar/v3"
)

// Impact prints the rows of an impact as they come: as JSON, or in a table once all are there.
type Impact struct {
	out      io.Writer
	asJSON   bool
	progress *progressbar.ProgressBar
	rows     *Table
	whole    bool // whether the last row was there
}

// Add prints one row, or draws the progress it tells of.
func (p *Impact) Add(line []byte) error {
	var row struct {
		Progress *struct{ Done, Of int64 } `json:"progress"`
		Account  *struct {
			contrastView
			ID string `json:"account_id"`
		} `json:"account"`
		Total *totalView `json:"total"`
	}
	if err := decode(line, &row); err != nil {
		return err
	}
	if row.Progress != nil {
		p.progress.ChangeMax64(row.Progress.Of)
		_ = p.progress.Set64(row.Progress.Done)
		return nil
	}
	p.whole = row.Total != nil
	switch {
	case p.asJSON:
		_, err := fmt.Fprintf(p.out, "%s\n", line)
		return err
	case row.Account != nil:
		p.rows.Add(append([]string{row.Account.ID}, row.Account.Difference.signed()...)...)
	case row.Total != nil:
		return p.conclude(row.Total)
	}
	return nil
}

// conclude prints the table: the differences of each account that differs, and the sums over all.
func (p *Impact) conclude(total *totalView) error {
	head := new(Table)
	head.Add("as of", toTheSecond(total.AsOf))
	head.Add("known at", "record "+strconv.FormatUint(total.KnownAtSeq, 10))
	head.Add("accounts", strconv.Itoa(total.Accounts))
	head.Add("differing", strconv.Itoa(total.Differing))
	p.rows.Add(append([]string{"all: difference"}, total.Difference.signed()...)...)
	p.rows.Add(append([]string{"all: without"}, total.Without.list()...)...)
	p.rows.Add(append([]string{"all: with"}, total.With.list()...)...)
	return writeSections(p.out, section{"", head}, section{"", p.rows})
}

// NewImpact prints to out, and draws progress on a terminal.
func NewImpact(out, terminal io.Writer, asJSON bool) *Impact {
	return &Impact{out: out, asJSON: asJSON, progress: accountsProgress(terminal), rows: impactTable()}
}

// Finish ends the progress. It is an error if the last row was not there.
func (p *Impact) Finish() error {
	_ = p.progress.Finish()
	if !p.whole {
		return errors.New("the answer broke off before its end")
	}
	return nil
}

func impactTable() *Table {
	return &Table{head: []string{"account", "wallet", "shortfall", "principal", "late fee", "refund", "forfeited", "revenue", "liability"},
		right: []bool{false, true, true, true, true, true, true, true, true}}
}

// contrastView is amounts without and with other terms, and their differences.
type contrastView struct {
	Without    amountsView `json:"without"`
	With       amountsView `json:"with"`
	Difference amountsView `json:"difference"`
}

type amountsView struct {
	Wallet            string `json:"wallet"`
	WalletShortfall   string `json:"wallet_shortfall"`
	Principal         string `json:"principal"`
	LateFee           string `json:"late_fee"`
	Refund            string `json:"refund"`
	Forfeited         string `json:"forfeited"`
	Revenue           string `json:"revenue"`
	ContractLiability string `json:"contract_liability"`
}

func (a *amountsView) list() []string {
	return []string{a.Wallet, a.WalletShortfall, a.Principal, a.LateFee, a.Refund, a.Forfeited, a.Revenue, a.ContractLiability}
}

// signed is the list with a plus before what is above zero.
func (a *amountsView) signed() []string {
	list := a.list()
	for i := range list {
		list[i] = signed(list[i])
	}
	return list
}

// totalView is the last row.
type totalView struct {
	contrastView
	AsOf       string `json:"as_of"`
	KnownAtSeq uint64 `json:"known_at_seq"`
	Accounts   int    `json:"accounts"`
	Differing  int    `json:"differing"`
}
