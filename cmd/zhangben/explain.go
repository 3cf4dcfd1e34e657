package main

import (
	"io"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/usage"
	"zhangben/projections"
)

func newExplainCommand() *cobra.Command {
	var from readFlags
	var lang render.Language
	cmd := &cobra.Command{
		Use:   "explain ID | explain --wallet ACCOUNT",
		Short: "Show why figures are what they are, or why something is not so",
		Long: `Shows each figure of a contract as the sum of its lines: amount, clause, rule, formula with the numbers put
in, and the events it comes from. With --why-not it shows what would have to be so for something to hold, and
whether it is. Clauses are given as the software reads them; this is no legal advice.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, query := "/v1/contracts/ID/explain", question(cmd)
			wallet, _ := cmd.Flags().GetString("wallet")
			if (len(args) == 1) == (wallet != "") {
				return exit.Usagef("name one contract ID, or --wallet ACCOUNT")
			}
			figure := query.Get("figure")
			if wallet != "" {
				path, args = "/v1/accounts/ID/explain", []string{wallet}
				query.Del("figure")
			}
			return show(cmd, &from, withID(path, args), query, func(w io.Writer, answer []byte) error {
				if query.Has("why_not") {
					return render.WhyNot(w, answer, lang)
				}
				return render.Explanation(w, answer, figure, lang)
			})
		},
	}
	from.add(cmd)
	addClocks(cmd)
	addAccountOfContract(cmd)
	flags := cmd.Flags()
	flags.String("wallet", "", "explain the wallet of this customer `account` instead of a contract")
	flags.String("why-not", "", "ask why this is not so: overdue, late_fee, sla or may_terminate")
	flags.String("figure", "", "only the figure of this `name`, such as late_fee")
	usage.Choices(cmd, "why-not", projections.Questions)
	usage.Choices(cmd, "figure", render.Figures)
	addLanguage(cmd, &lang, "rules")
	cmd.MarkFlagsMutuallyExclusive("wallet", "account")
	cmd.MarkFlagsMutuallyExclusive("wallet", "why-not")
	cmd.MarkFlagsMutuallyExclusive("figure", "why-not")
	return cmd
}
