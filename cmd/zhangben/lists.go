package main

import (
	"slices"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/usage"
	"zhangben/projections/query"
)

// listFlags say where a list comes from, and how it is printed.
type listFlags struct {
	from    readFlags
	sort    string
	reverse bool
	asCSV   bool
}

// newListCommand makes a command that prints a whole list.
func newListCommand(use, short string, list *render.List) *cobra.Command {
	var flags listFlags
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return flags.print(cmd, list) },
	}
	flags.from.add(cmd)
	addClocks(cmd)
	cmd.Flags().BoolVar(&flags.asCSV, "csv", false, "print rows separated by commas, for spreadsheets")
	cmd.Flags().StringVar(&flags.sort, "sort", "", "sort by this `field` (default by id)")
	cmd.Flags().BoolVar(&flags.reverse, "reverse", false, "print the last first")
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
	usage.Choices(cmd, "sort", list.Fields)
	return cmd
}

func newContractsCommand() *cobra.Command {
	cmd := newListCommand("contracts", "List contracts and their figures", &render.Contracts)
	cmd.Flags().String("status", "", "only contracts of this status, such as active")
	cmd.Flags().String("flag", "", "only contracts with this flag, such as overdue")
	cmd.Flags().String("account", "", "only contracts of this customer account")
	usage.Choices(cmd, "status", query.Statuses)
	usage.Choices(cmd, "flag", query.Flags)
	return cmd
}

func newAccountsCommand() *cobra.Command {
	return newListCommand("accounts", "List customer accounts, their wallets and debts", &render.Accounts)
}

// print asks for the whole list and prints it.
func (f *listFlags) print(cmd *cobra.Command, list *render.List) error {
	return f.from.with(cmd, func(source *client.Source) error {
		var rows []render.Row
		err := source.Rows(cmd.Context(), list.Name, question(cmd), func(raw []byte) error {
			row, err := render.ReadRow(raw)
			rows = append(rows, row)
			return err
		})
		if err != nil {
			return err
		}
		if f.sort != "" {
			render.SortRows(rows, f.sort)
		}
		if f.reverse {
			slices.Reverse(rows)
		}
		switch out := cmd.OutOrStdout(); {
		case f.from.asJSON:
			return list.WriteJSON(out, rows)
		case f.asCSV:
			return list.WriteCSV(out, rows)
		default:
			return list.Write(out, rows)
		}
	})
}
