package main

import (
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
)

// clockFlags are the two clocks of a question.
type clockFlags struct{ asOf, knownAt string }

func (f *clockFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.asOf, "as-of", "",
		"instant asked about: RFC 3339, or a date for its 24:00 in Shanghai (default now)")
	cmd.Flags().StringVar(&f.knownAt, "known-at", "",
		"what the ledger knew: a sequence number or an instant (default everything)")
}

func (f *clockFlags) query() url.Values {
	query := url.Values{}
	setIf(query, "as_of", f.asOf)
	setIf(query, "known_at", f.knownAt)
	return query
}

func setIf(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}

func newContractCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	var account string
	cmd := &cobra.Command{
		Use:   "contract [ID]",
		Short: "Show the figures of a contract, or list all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := clocks.query()
			setIf(query, "account_id", account)
			if len(args) == 0 {
				return (&listFlags{from: from}).print(cmd, &render.Contracts, query)
			}
			return show(cmd, &from, "/v1/contracts/"+url.PathEscape(args[0]), query, render.Contract)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&account, "account", "", "customer account, where several use the contract id")
	return cmd
}

// show prints one answer, as JSON or as render makes it.
func show(cmd *cobra.Command, from *readFlags, path string, query url.Values,
	render func(io.Writer, []byte) error) error {
	source, err := from.Open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	answer, err := source.Get(cmd.Context(), path, query)
	if err != nil {
		return err
	}
	if from.asJSON {
		_, err = cmd.OutOrStdout().Write(answer)
		return err
	}
	return render(cmd.OutOrStdout(), answer)
}
