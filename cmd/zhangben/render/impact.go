package render

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/schollz/progressbar/v3"

	"zhangben/projections/query"
)

// Impact prints the rows of an impact as they come: as JSON, or in a table once all are there. It draws progress on a
// terminal, and fails where the last row is missing.
func Impact(w, terminal io.Writer, answer io.Reader, asJSON bool) error {
	out := bufio.NewWriter(w)
	p := &impact{out: out, asJSON: asJSON, progress: accountsProgress(terminal), rows: impactTable()}
	defer p.progress.Finish()
	lines := bufio.NewScanner(answer)
	for lines.Scan() {
		if err := p.add(lines.Bytes()); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case err != nil:
		return fmt.Errorf("the answer broke off: %w", err)
	case !p.whole:
		return errors.New("the answer broke off before its end")
	}
	return out.Flush()
}

// impact is the rows so far.
type impact struct {
	out      io.Writer
	asJSON   bool
	progress *progressbar.ProgressBar
	rows     *Table
	whole    bool // whether the last row was there
}

// add prints one row, or draws the progress it tells of.
func (p *impact) add(line []byte) error {
	var row query.ImpactRow
	if err := decode(line, &row); err != nil {
		return err
	}
	if row.Progress != nil {
		p.progress.ChangeMax(row.Progress.Of)
		_ = p.progress.Set(row.Progress.Done)
		return nil
	}
	p.whole = row.Total != nil
	switch {
	case p.asJSON:
		_, err := fmt.Fprintf(p.out, "%s\n", line)
		return err
	case row.Account != nil:
		p.rows.Add(append([]string{row.Account.AccountID}, signedSums(&row.Account.Difference)...)...)
	case row.Total != nil:
		return p.conclude(row.Total)
	}
	return nil
}

// conclude prints the table: the differences of each account that differs, and the sums over all.
func (p *impact) conclude(total *query.ImpactTotal) error {
	head := headingOf("", "", total.AsOf, total.KnownAtSeq)
	head.Add("accounts", strconv.Itoa(total.Accounts))
	head.Add("differing", strconv.Itoa(total.Differing))
	p.rows.Add(append([]string{"all: difference"}, signedSums(&total.Difference)...)...)
	p.rows.Add(append([]string{"all: without"}, sums(&total.Without)...)...)
	p.rows.Add(append([]string{"all: with"}, sums(&total.With)...)...)
	return writeSections(p.out, section{"", head}, section{"", p.rows})
}

func impactTable() *Table {
	return &Table{
		head: []string{"account", "wallet", "shortfall", "principal", "late fee", "refund", "forfeited", "revenue",
			"liability"},
		right: []bool{false, true, true, true, true, true, true, true, true},
	}
}

func sums(a *query.Amounts) (texts []string) {
	for _, sum := range []query.Sum{
		a.Wallet, a.WalletShortfall, a.Principal, a.LateFee, a.Refund, a.Forfeited, a.Revenue, a.ContractLiability,
	} {
		texts = append(texts, sum.String())
	}
	return texts
}

// signedSums are the sums with a plus before what is above zero.
func signedSums(a *query.Amounts) []string {
	texts := sums(a)
	for i := range texts {
		texts[i] = signed(texts[i])
	}
	return texts
}
