package main

import (
	"errors"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/bench"
)

func newBenchCommand() *cobra.Command {
	o := bench.Options{Requests: 5_000}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine: each figure beside the limit of what lies beneath it",
		Long: `Measures, in a temporary folder that is removed at the end, how fast events get into the log and figures
out of it, each beside what NATS, bbolt or the disk does alone on the same data. The figures are printed and
never judged. Streams have as many events as the log, but at most a million, but for --growth.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Program, err = os.Executable(); err != nil {
				return err
			}
			report, err := bench.Run(cmd.Context(), o, cmd.ErrOrStderr())
			if report == nil {
				return err
			}
			return errors.Join(report.Print(cmd.OutOrStdout(), asJSON), err)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.Events, "events", 200_000, "how many events to measure with, ten to a contract")
	flags.IntVar(&o.Posts, "posts", 1_000, "how many events to post one at a time")
	flags.StringVar(&o.IDs, "ids", "v7", "version of the event ids: v7 or v4")
	flags.DurationVar(&o.Settle, "settle", 3*time.Second,
		"for how long a server's memory must stay as it is to be believed")
	flags.BoolVar(&o.Growth, "growth", false,
		"measure too how draining and asking change from a tenth of the events to all")
	flags.StringSliceVar(&o.Only, "only", nil, "measure only these steps: "+strings.Join(bench.StepNames(), ", "))
	flags.StringVar(&o.Dir, "dir", "", "folder on the disk to be measured (default: the system's temporary one)")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
