package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"zhangben/cmd/zhangben/exit"
)

// benchOptions is what to measure with.
type benchOptions struct {
	events   int           // of the log; a contract has ten
	posts    int           // events posted one at a time
	requests int           // that an answer is measured with
	ids      string        // "v7" or "v4"
	growth   bool          // measure what takes long: how figures change as the log grows
	only     []string      // names of steps; empty for all
	dir      string        // where to make the temporary folder; "" for the system's place
	program  string        // zhangben itself, for what needs a process of its own
	settle   time.Duration // for how long a process must not change its memory to be believed
}

// benchStep measures one thing, beside its limit, and adds the rows to the report.
type benchStep struct {
	name string
	long bool // measured only where asked for
	run  func(*bench, context.Context) error
}

// benchSteps are all there are, in the order of the table.
var benchSteps = []benchStep{
	{name: "whole", run: (*bench).wholeWay},
	{name: "drain", run: (*bench).drain},
	{name: "ids", run: (*bench).compareIDs},
	{name: "post", run: (*bench).post},
	{name: "size", run: (*bench).size},
	{name: "restart", run: (*bench).restart},
	{name: "cold", run: (*bench).coldStart},
	{name: "memory", run: (*bench).memory},
	{name: "replay", run: (*bench).replay},
	{name: "exports", run: (*bench).exports},
	{name: "totals", run: (*bench).totals},
	{name: "answers", run: (*bench).answers},
	{name: "growth", run: (*bench).growthOfAll, long: true},
	{name: "stall", run: (*bench).stall},
}

func stepNames() (names []string) {
	for _, step := range benchSteps {
		names = append(names, step.name)
	}
	return names
}

// check refuses what cannot be measured.
func (o *benchOptions) check() error {
	if o.events < leastEvents || o.posts < 1 || o.ids != "v7" && o.ids != "v4" {
		return exit.Usagef("--events is at least %d, --posts above 0, --ids v7 or v4", leastEvents)
	}
	for _, name := range o.only {
		if !slices.Contains(stepNames(), name) {
			return exit.Usagef("--only: there is no step %q: %s", name, strings.Join(stepNames(), ", "))
		}
	}
	return nil
}

// leastEvents are enough for a tenth of them to be a log of some contracts.
const leastEvents = 1_000

// bench is one run. Streams and logs are made when a step first needs them.
type bench struct {
	benchOptions
	root     string
	sites    map[string]*benchSite // by folder
	logs     map[int]*benchLog     // by number of events
	more     *eventGenerator       // of events that come later than those of the log
	report   *benchReport
	progress io.Writer
	logger   *slog.Logger
}

func newBench(o benchOptions, progress io.Writer) (*bench, error) {
	root, err := os.MkdirTemp(o.dir, "zhangben-bench-")
	if err != nil {
		return nil, err
	}
	return &bench{
		benchOptions: o, root: root, sites: map[string]*benchSite{}, logs: map[int]*benchLog{},
		more:   newEventGenerator(2, o.ids).after(o.events),
		report: newBenchReport(o), progress: progress, logger: slog.New(slog.DiscardHandler),
	}, nil
}

// close takes away all that was made.
func (b *bench) close() {
	for _, site := range b.sites {
		site.close()
	}
	_ = os.RemoveAll(b.root)
}

// runBench measures step by step, and verifies the logs made. The report is of the steps that went well, whatever the
// error.
func runBench(ctx context.Context, o benchOptions, progress io.Writer) (*benchReport, error) {
	b, err := newBench(o, progress)
	if err != nil {
		return newBenchReport(o), err
	}
	defer b.close()
	for _, step := range benchSteps {
		if why := b.leavesOut(step); why != "" {
			b.report.leftOut(step, why)
			continue
		}
		if err := b.measure(ctx, step); err != nil {
			return b.report, err
		}
	}
	return b.report, b.verify(ctx)
}

// leavesOut says why a step is not measured; "" where it is.
func (b *bench) leavesOut(step benchStep) string {
	switch {
	case len(b.only) > 0 && !slices.Contains(b.only, step.name):
		return "not in --only"
	case len(b.only) == 0 && step.long && !b.growth:
		return "without --" + step.name
	}
	return ""
}

// measure does one step. What this system cannot measure is left out.
func (b *bench) measure(ctx context.Context, step benchStep) error {
	start := time.Now()
	err := step.run(b, ctx)
	if errors.Is(err, errors.ErrUnsupported) {
		b.report.leftOut(step, "not on this system")
		return nil
	}
	if err != nil {
		return fmt.Errorf("bench %s: %w", step.name, err)
	}
	b.report.Steps = append(b.report.Steps, step.name)
	fmt.Fprintf(b.progress, "%s: %d s\n", step.name, int(time.Since(start).Seconds()))
	return nil
}

// streamEvents is how many events streams have.
func (b *bench) streamEvents() int { return min(b.events, 1_000_000) }
