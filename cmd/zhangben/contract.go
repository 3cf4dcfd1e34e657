package main

import (
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/render"
)

// addClocks adds the two clocks of a question.
func addClocks(cmd *cobra.Command) {
	cmd.Flags().String("as-of", "", "instant asked about: RFC 3339, or a date for its 24:00 in Shanghai (default now)")
	cmd.Flags().String("known-at", "", "what the ledger knew: a sequence number or an instant (default everything)")
}

func addAccountOfContract(cmd *cobra.Command) {
	cmd.Flags().String("account", "", "customer account, where several use the contract id")
}

// parameters are the flags that go into a question, by their names there.
var parameters = map[string]string{
	"as-of": "as_of", "known-at": "known_at", "account": "account_id", "contract": "contract_id", "kind": "kind",
	"status": "status", "flag": "flag", "figure": "figure", "why-not": "why_not", "after": "after", "limit": "limit",
}

// question returns what the flags of a command ask for.
func question(cmd *cobra.Command) url.Values {
	query := url.Values{}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if name, value := parameters[flag.Name], flag.Value.String(); name != "" && value != "" {
			query.Set(name, value)
		}
	})
	return query
}

// newReading makes a command that asks a path one question, and prints the answer. In the path ID stands for the
// argument, if there is one.
func newReading(use, short, path string, render func(io.Writer, []byte) error) *cobra.Command {
	var from readFlags
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(strings.Count(path, "ID")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd, &from, withID(path, args), question(cmd), render)
		},
	}
	from.add(cmd)
	return cmd
}

// withID puts the argument into a path.
func withID(path string, args []string) string {
	return strings.Replace(path, "ID", url.PathEscape(strings.Join(args, "")), 1)
}

// newReadingOrList makes one that prints a list where there is no argument.
func newReadingOrList(use, short string, list *render.List, render func(io.Writer, []byte) error) *cobra.Command {
	var flags listFlags
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return flags.print(cmd, list)
			}
			return show(cmd, &flags.from, withID("/v1/"+list.Name+"/ID", args), question(cmd), render)
		},
	}
	flags.from.add(cmd)
	addClocks(cmd)
	return cmd
}

func newContractCommand() *cobra.Command {
	cmd := newReadingOrList("contract [ID]", "Show the figures of a contract, or list all", &render.Contracts,
		render.Contract)
	addAccountOfContract(cmd)
	return cmd
}

func newAccountCommand() *cobra.Command {
	return newReadingOrList("account [ID]", "Show the wallet and the debts of a customer account, or list all",
		&render.Accounts, render.Account)
}

// show prints one answer, as JSON or as render makes it.
func show(cmd *cobra.Command, from *readFlags, path string, query url.Values,
	render func(io.Writer, []byte) error) error {
	return from.with(cmd, func(source *client.Source) error {
		answer, err := source.Get(cmd.Context(), path, query)
		if err != nil {
			return err
		}
		if from.asJSON {
			_, err = cmd.OutOrStdout().Write(answer)
			return err
		}
		return render(cmd.OutOrStdout(), answer)
	})
}
