package main

import (
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/projections"
)

// explaining holds the flags of explain.
type explaining struct {
	from                            readFlags
	clocks                          clockFlags
	account, wallet, whyNot, figure string
	lang                            render.Language
}

func newExplainCommand() *cobra.Command {
	var x explaining
	cmd := &cobra.Command{
		Use:   "explain ID | explain --wallet ACCOUNT",
		Short: "Show why figures are what they are, or why something is not so",
		Long: `Shows each figure of a contract as the sum of its lines: amount, clause, rule, formula with the numbers put
in, and the events it comes from. With --why-not it shows what would have to be so for something to hold, and
whether it is. Clauses are given as the software reads them; this is no legal advice.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, query, err := x.question(args)
			if err != nil {
				return err
			}
			return show(cmd, &x.from, path, query, x.render)
		},
	}
	x.from.add(cmd)
	x.clocks.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&x.account, "account", "", "customer account, where several use the contract id")
	flags.StringVar(&x.wallet, "wallet", "", "explain the wallet of this customer `account` instead of a contract")
	flags.StringVar(&x.whyNot, "why-not", "", "ask why this is not so: overdue, late_fee, sla or may_terminate")
	flags.StringVar(&x.figure, "figure", "", "only the figure of this `name`, such as late_fee")
	flags.StringVar(&x.lang.Chosen, "lang", "", "language of the rules: zh, en or both (default by $LANG)")
	choices(cmd, "why-not", projections.Questions)
	choices(cmd, "figure", render.Figures)
	choices(cmd, "lang", render.Languages)
	return cmd
}

// question is where to ask, and what.
func (x *explaining) question(args []string) (path string, query url.Values, err error) {
	if err := x.check(args); err != nil {
		return "", nil, err
	}
	query = x.clocks.query()
	if x.wallet != "" {
		return "/v1/accounts/" + url.PathEscape(x.wallet) + "/explain", query, nil
	}
	setIf(query, "account_id", x.account)
	setIf(query, "figure", x.figure)
	setIf(query, "why_not", x.whyNot)
	return "/v1/contracts/" + url.PathEscape(args[0]) + "/explain", query, nil
}

func (x *explaining) check(args []string) error {
	switch {
	case (len(args) == 1) == (x.wallet != ""):
		return exit.Usagef("name one contract ID, or --wallet ACCOUNT")
	case x.wallet != "" && (x.account != "" || x.whyNot != ""):
		return exit.Usagef("--wallet goes with neither --account nor --why-not")
	case x.figure != "" && x.whyNot != "":
		return exit.Usagef("--figure and --why-not exclude each other")
	}
	return x.lang.Check()
}

// render prints an answer for people.
func (x *explaining) render(w io.Writer, answer []byte) error {
	if x.whyNot != "" {
		return render.WhyNot(w, answer, &x.lang)
	}
	return render.Explanation(w, answer, x.figure, &x.lang)
}

func newTimelineCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	var account string
	cmd := &cobra.Command{
		Use:   "timeline ID",
		Short: "Show what changes by itself in the life of a contract, past and to come",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := clocks.query()
			setIf(query, "account_id", account)
			return show(cmd, &from, "/v1/contracts/"+url.PathEscape(args[0])+"/timeline", query, render.Timeline)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&account, "account", "", "customer account, where several use the contract id")
	return cmd
}
