package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// impact folds the whole ledger under other terms, and prints whom they make a difference to.
func (p *previewing) shadow(cmd *cobra.Command) error {
	source, err := p.from.open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	out := bufio.NewWriter(cmd.OutOrStdout())
	printer := &shadowPrinter{out: out, asJSON: p.from.asJSON, progress: newAccountProgress(cmd.ErrOrStderr()), rows: shadowTable()}
	if source.log != nil {
		err = p.shadowFolder(cmd, source, printer)
	} else {
		err = p.shadowServer(cmd, source, printer)
	}
	_ = printer.progress.Finish()
	if err != nil {
		return err
	}
	if !printer.whole {
		return errors.New("the answer broke off before its end")
	}
	return out.Flush()
}

// shadowFolder folds right here, so that there is progress to be seen.
func (p *previewing) shadowFolder(cmd *cobra.Command, source *source, printer *shadowPrinter) error {
	params, err := events.ParseParams(p.params)
	if err != nil {
		return exit.Usage(err)
	}
	reader := query.New(source.log)
	at, err := reader.ParseAt(p.clocks.asOf, p.clocks.knownAt, api.Now())
	if err != nil {
		return exit.Usage(err)
	}
	return reader.Impact(cmd.Context(), &query.Hypothesis{Params: &params}, at, func(row query.ImpactRow) error {
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		return printer.take(line)
	})
}

func (p *previewing) shadowServer(cmd *cobra.Command, source *source, printer *shadowPrinter) error {
	answer, err := p.ask(cmd.Context(), source)
	if err != nil {
		return err
	}
	defer answer.Close()
	lines := bufio.NewScanner(answer)
	for lines.Scan() {
		if err := printer.take(lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	return nil
}

// newAccountProgress counts accounts, on a terminal only.
func newAccountProgress(w io.Writer) *progressbar.ProgressBar {
	return progressbar.NewOptions(-1, progressbar.OptionSetVisibility(isTerminal(w)), progressbar.OptionSetWriter(drawn(w)),
		progressbar.OptionShowCount(), progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("accounts"))
}

// shadowPrinter prints the rows of an impact as they come: as JSON, or in a table once all are there.
type shadowPrinter struct {
	out      io.Writer
	asJSON   bool
	progress *progressbar.ProgressBar
	rows     *table
	whole    bool // whether the last row was there
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

func shadowTable() *table {
	return &table{head: []string{"account", "wallet", "shortfall", "principal", "late fee", "refund", "forfeited", "revenue", "liability"},
		right: []bool{false, true, true, true, true, true, true, true, true}}
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

// take prints one row, or draws the progress it tells of.
func (p *shadowPrinter) take(line []byte) error {
	var row struct {
		Progress *struct{ Done, Of int64 } `json:"progress"`
		Account  *struct {
			contrastView
			ID string `json:"account_id"`
		} `json:"account"`
		Total *totalView `json:"total"`
	}
	if err := json.Unmarshal(line, &row); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
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
		p.rows.add(append([]string{row.Account.ID}, row.Account.Difference.signed()...)...)
	case row.Total != nil:
		return p.conclude(row.Total)
	}
	return nil
}

// conclude prints the table: the differences of each account that differs, and the sums over all.
func (p *shadowPrinter) conclude(total *totalView) error {
	head := new(table)
	head.add("as of", toTheSecond(total.AsOf))
	head.add("known at", "record "+strconv.FormatUint(total.KnownAtSeq, 10))
	head.add("accounts", strconv.Itoa(total.Accounts))
	head.add("differing", strconv.Itoa(total.Differing))
	p.rows.add(append([]string{"all: difference"}, total.Difference.signed()...)...)
	p.rows.add(append([]string{"all: without"}, total.Without.list()...)...)
	p.rows.add(append([]string{"all: with"}, total.With.list()...)...)
	return writeSections(p.out, section{"", head}, section{"", p.rows})
}
