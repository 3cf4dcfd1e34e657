package main

import (
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/demo"
	"zhangben/cmd/zhangben/server"
)

func newDemoCommand() *cobra.Command {
	var o demo.Options
	var verbose bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve a year of sample contracts from a temporary folder",
		Long: `Starts a ledger in a temporary folder, publishes the events of a year of sample contracts to it over NATS,
as if they had been recorded over that year, and serves them until it is interrupted. Then the folder is
removed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo.Run(cmd.Context(), o, cmd.OutOrStdout(), demoLogger(cmd.ErrOrStderr(), verbose))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.HTTP, "http", "",
		"`address` of the HTTP server (default "+server.DefaultHTTP+", or a free port where that is taken)")
	flags.StringVar(&o.NATS, "nats-listen", "",
		"`address` of the NATS server (default "+server.DefaultNATS+", or a free port where that is taken)")
	flags.BoolVar(&o.Once, "once", false, "stop as soon as everything is published and printed, for trying it in scripts")
	flags.BoolVar(&o.JSON, "json", false, "print addresses, contracts and commands as JSON")
	flags.BoolVarP(&verbose, "verbose", "v", false, "write diagnostics")
	return cmd
}

// demoLogger writes warnings only, unless verbose: the demo itself prints what goes well.
func demoLogger(w io.Writer, verbose bool) *slog.Logger {
	if verbose {
		return newLogger(w, false, true)
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
