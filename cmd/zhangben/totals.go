package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
)

func newTotalsCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	cmd := &cobra.Command{
		Use:   "totals",
		Short: "Show the sums over all accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return show(cmd, &from, "/v1/totals", clocks.query(), render.Totals)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	return cmd
}
