package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
)

func newExceptionsCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	var account, after string
	var limit int
	cmd := &cobra.Command{
		Use:   "exceptions",
		Short: "List events that do not fit the facts known so far",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := clocks.query()
			setIf(query, "account_id", account)
			setIf(query, "after", after)
			query.Set("limit", strconv.Itoa(limit))
			return show(cmd, &from, "/v1/exceptions", query, render.Exceptions)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&account, "account", "", "only those of this customer account")
	cmd.Flags().StringVar(&after, "after", "", "begin after this place, the value of next in the answer before")
	cmd.Flags().IntVar(&limit, "limit", 1000, "how many at most")
	return cmd
}
