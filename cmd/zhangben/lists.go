package main

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/render"
	"zhangben/projections/query"
)

// listFlags say what of a list is wanted, and how it is printed.
type listFlags struct {
	from    readFlags
	clocks  clockFlags
	sort    string
	reverse bool
	asCSV   bool
}

func (f *listFlags) add(cmd *cobra.Command, list *render.List) {
	f.from.add(cmd)
	f.clocks.add(cmd)
	cmd.Flags().BoolVar(&f.asCSV, "csv", false, "print rows separated by commas, for spreadsheets")
	cmd.Flags().StringVar(&f.sort, "sort", "", "sort by this `field` (default by id)")
	cmd.Flags().BoolVar(&f.reverse, "reverse", false, "print the last first")
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
	choices(cmd, "sort", list.Fields)
}

func newContractsCommand() *cobra.Command {
	var flags listFlags
	var status, flag, account string
	cmd := &cobra.Command{
		Use:   "contracts",
		Short: "List contracts and their figures",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := flags.clocks.query()
			setIf(query, "status", status)
			setIf(query, "flag", flag)
			setIf(query, "account_id", account)
			return flags.print(cmd, &render.Contracts, query)
		},
	}
	flags.add(cmd, &render.Contracts)
	cmd.Flags().StringVar(&status, "status", "", "only contracts of this status, such as active")
	cmd.Flags().StringVar(&flag, "flag", "", "only contracts with this flag, such as overdue")
	cmd.Flags().StringVar(&account, "account", "", "only contracts of this customer account")
	choices(cmd, "status", query.Statuses)
	choices(cmd, "flag", query.Flags)
	return cmd
}

func newAccountsCommand() *cobra.Command {
	var flags listFlags
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "List customer accounts, their wallets and debts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return flags.print(cmd, &render.Accounts, flags.clocks.query())
		},
	}
	flags.add(cmd, &render.Accounts)
	return cmd
}

// print asks for the whole list and prints it.
func (f *listFlags) print(cmd *cobra.Command, list *render.List, query url.Values) error {
	source, err := f.from.Open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	rows, err := readList(cmd.Context(), source, list, query)
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
}

// mostRows is how many rows are asked for at a time.
const mostRows = 1000

// readList asks for page after page. Those after the first are asked for at the clocks of its rows, so that all rows
// are of one instant.
func readList(ctx context.Context, source *client.Source, list *render.List, query url.Values) ([]render.Row, error) {
	query.Set("limit", strconv.Itoa(mostRows))
	var all []render.Row
	for {
		answer, err := source.Get(ctx, "/v1/"+list.Name, query)
		if err != nil {
			return nil, err
		}
		rows, next, err := list.Page(answer)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
		if next == "" {
			return all, nil
		}
		query.Set("as_of", all[0].Text("as_of"))
		query.Set("known_at", all[0].Text("known_at_seq"))
		query.Set("after", next)
	}
}
