package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"zhangben/ledger"
)

// benchTries is how often each figure is measured; the median counts.
const benchTries = 3

// benchOptions is what to measure with.
type benchOptions struct {
	events int
	posts  int
	ids    string // "v7" or "v4"
	dir    string // where to make the temporary folder; "" for the system's place
}

func newBenchCommand() *cobra.Command {
	var o benchOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine: each figure beside the limit of what lies beneath it",
		Long: `Measures, in a temporary folder that is removed at the end, how fast events get into the log and figures out of it,
each beside what NATS, bbolt or the disk does alone on the same data. The figures are printed and never judged.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.events < 1 || o.posts < 1 || o.ids != "v7" && o.ids != "v4" {
				return usagef("--events and --posts are above 0, --ids is v7 or v4")
			}
			report, err := runBench(cmd.Context(), o, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			return report.print(cmd.OutOrStdout(), asJSON)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.events, "events", 200_000, "how many events to measure with")
	flags.IntVar(&o.posts, "posts", 1_000, "how many events to post one at a time")
	flags.StringVar(&o.ids, "ids", "v7", "version of the event ids: v7 or v4")
	flags.StringVar(&o.dir, "dir", "", "folder on the disk to be measured (default: the system's temporary one)")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// bench is one run: events made once, a stream filled once and a log built once, measured step by step.
type bench struct {
	benchOptions
	root   string
	bodies [][]byte
	full   *benchSite // a stream that was filled with nobody reading
	whole  *benchSite // a stream that was filled while a log read it
	report *benchReport
	logger *slog.Logger
}

// runBench measures everything there is.
func runBench(ctx context.Context, o benchOptions, logger *slog.Logger) (*benchReport, error) {
	root, err := os.MkdirTemp(o.dir, "zhangben-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	b := &bench{
		benchOptions: o, root: root, report: newBenchReport(o), logger: logger,
		bodies: newEventGenerator(1, o.ids == "v4").eventsAsJSON(o.events),
	}
	defer func() { b.full.close(); b.whole.close() }()
	for _, step := range []func(context.Context) error{
		b.wholeWay, b.drain, b.size, b.restart, b.replay, b.answers, b.post, b.verify,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("bench: %w", err)
		}
	}
	return b.report, nil
}

// sideBySide measures the bare thing and ours benchTries times by turns, so that what else the machine does disturbs
// both alike, and gives the median of each.
func sideBySide(bare, ours func(try int) (time.Duration, error)) (bareTook, oursTook time.Duration, err error) {
	var all [2][]time.Duration
	for try := range benchTries {
		for i, measure := range []func(int) (time.Duration, error){bare, ours} {
			took, err := measure(try)
			if err != nil {
				return 0, 0, err
			}
			all[i] = append(all[i], took)
		}
	}
	return median(all[0]), median(all[1]), nil
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// ledgerDir is the folder of the log that most steps look at.
func (b *bench) ledgerDir() string { return filepath.Join(b.root, "ledger") }

func (b *bench) ledgerFile() string { return filepath.Join(b.ledgerDir(), ledger.FileName) }

// wholeDir is the folder of the log that was filled while its stream was.
func (b *bench) wholeDir() string { return filepath.Join(b.root, "whole", "ledger") }

// verify checks every byte of the logs that the run made: figures of a log that does not verify are worth nothing.
func (b *bench) verify(context.Context) error {
	for _, dir := range []string{b.ledgerDir(), b.wholeDir()} {
		report, err := ledger.Verify(dir, ledger.VerifyOptions{})
		if err != nil {
			return err
		}
		if len(report.Problems) > 0 {
			return &exitError{exitRejected, fmt.Errorf("%s does not verify: %s: %s", dir, report.Problems[0].Where, report.Problems[0].What)}
		}
	}
	b.report.Verified = true
	return nil
}
