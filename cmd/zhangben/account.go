package main

import (
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
)

func newAccountCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	cmd := &cobra.Command{
		Use:   "account [ID]",
		Short: "Show the wallet and the debts of a customer account, or list all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return (&listFlags{from: from}).print(cmd, &render.Accounts, clocks.query())
			}
			return show(cmd, &from, "/v1/accounts/"+url.PathEscape(args[0]), clocks.query(), render.Account)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	return cmd
}
