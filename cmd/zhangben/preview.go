package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/preview"
	"zhangben/cmd/zhangben/render"
)

func newPreviewCommand() *cobra.Command {
	var from readFlags
	var q preview.Question
	cmd := &cobra.Command{
		Use:   "preview {--with FILE | --terms FILE}",
		Short: "Show figures without and with events or terms that might be; nothing is written",
		Long: `Shows the figures of a contract, or of an account and all its contracts, as they are and as they would be
with the events of a file, or if its parameters had been part of all terms. With --all it folds the whole
ledger under other terms and shows the customers for whom that makes a difference. Nothing is written. The
default of --as-of is now, or the latest of the events where that is later.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			clocks := question(cmd)
			q.AsOf, q.KnownAt = clocks.Get("as_of"), clocks.Get("known_at")
			if err := q.Read(cmd.Context(), cmd.InOrStdin()); err != nil {
				return err
			}
			return from.with(cmd, func(source *client.Source) error {
				answer, err := q.Ask(cmd.Context(), source)
				if err != nil {
					return err
				}
				defer answer.Close()
				if q.All {
					return render.Impact(cmd.OutOrStdout(), cmd.ErrOrStderr(), answer, from.asJSON)
				}
				return printPreview(cmd.OutOrStdout(), &q, answer, from.asJSON)
			})
		},
	}
	from.add(cmd)
	addClocks(cmd)
	flags := cmd.Flags()
	flags.StringVar(&q.With, "with", "", "`file` of events that might be, one a line; - is standard input")
	flags.StringVar(&q.Terms, "terms", "",
		"`file` with a JSON object of parameters, as terms.published takes them, or as serve --terms does")
	flags.StringVar(&q.Contract, "contract", "", "the contract to show")
	flags.StringVar(&q.Account, "account", "", "the customer account to show, or the one whose contract it is")
	flags.BoolVar(&q.All, "all", false, "fold the whole ledger under --terms and show the customers that differ")
	return cmd
}

// printPreview prints a preview of one contract or account.
func printPreview(w io.Writer, q *preview.Question, answer io.Reader, asJSON bool) error {
	text, err := io.ReadAll(answer)
	switch {
	case err != nil:
		return fmt.Errorf("the answer broke off: %w", err)
	case asJSON:
		_, err := w.Write(text)
		return err
	case q.Contract != "":
		return render.ContractPreview(w, text)
	}
	return render.AccountPreview(w, text)
}
