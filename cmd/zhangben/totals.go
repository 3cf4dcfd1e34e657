package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
)

func newTotalsCommand() *cobra.Command {
	cmd := newReading("totals", "Show the sums over all accounts", "/v1/totals", render.Totals)
	addClocks(cmd)
	return cmd
}

func newTermsCommand() *cobra.Command {
	cmd := newReading("terms", "Show the terms in force: their version and every parameter", "/v1/terms", render.Terms)
	addClocks(cmd)
	return cmd
}

func newExceptionsCommand() *cobra.Command {
	cmd := newReading("exceptions", "List events that do not fit the facts known so far", "/v1/exceptions",
		render.Exceptions)
	addClocks(cmd)
	cmd.Flags().String("account", "", "only those of this customer account")
	cmd.Flags().String("after", "", "begin after this place, the value of next in the answer before")
	cmd.Flags().Int("limit", 1000, "how many at most")
	return cmd
}

func newTimelineCommand() *cobra.Command {
	cmd := newReading("timeline ID", "Show what changes by itself in the life of a contract, past and to come",
		"/v1/contracts/ID/timeline", render.Timeline)
	addClocks(cmd)
	addAccountOfContract(cmd)
	return cmd
}
