package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
)

func newTermsCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	cmd := &cobra.Command{
		Use:   "terms",
		Short: "Show the terms in force: their version and every parameter",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return show(cmd, &from, "/v1/terms", clocks.query(), render.Terms)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	return cmd
}
