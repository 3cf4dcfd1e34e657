// Package bench measures, on the machine it runs on, how fast events get into a ledger and figures out of it, each
// beside what lies beneath it: NATS, bbolt, the disk or the bare HTTP server, on the same data.
package bench

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

// Options is what to measure with.
type Options struct {
	Events   int           // of the log; a contract has ten
	Posts    int           // events posted one at a time
	Requests int           // that an answer is measured with
	IDs      string        // "v7" or "v4"
	Growth   bool          // measure what takes long: how figures change as the log grows
	Only     []string      // names of steps; empty for all
	Dir      string        // where to make the temporary folder; "" for the system's place
	Program  string        // zhangben itself, for what needs a process of its own
	Settle   time.Duration // for how long a process must not change its memory to be believed
}

// step measures one thing, beside its limit, and adds the rows to the report.
type step struct {
	name string
	long bool // measured only where asked for
	run  func(*session, context.Context) error
}

// steps are all there are, in the order of the table.
var steps = []step{
	{name: "whole", run: (*session).wholeWay},
	{name: "drain", run: (*session).drain},
	{name: "post", run: (*session).post},
	{name: "size", run: (*session).size},
	{name: "restart", run: (*session).restart},
	{name: "memory", run: (*session).memory},
	{name: "replay", run: (*session).replay},
	{name: "answers", run: (*session).answers},
	{name: "growth", run: (*session).growthOfAll, long: true},
	{name: "stall", run: (*session).stall},
}

func StepNames() (names []string) {
	for _, step := range steps {
		names = append(names, step.name)
	}
	return names
}

// check refuses what cannot be measured.
func (o *Options) check() error {
	if o.Events < leastEvents || o.Posts < 1 || o.IDs != "v7" && o.IDs != "v4" {
		return exit.Usagef("--events is at least %d, --posts above 0, --ids v7 or v4", leastEvents)
	}
	for _, name := range o.Only {
		if !slices.Contains(StepNames(), name) {
			return exit.Usagef("--only: there is no step %q: %s", name, strings.Join(StepNames(), ", "))
		}
	}
	return nil
}

// leastEvents are enough for a tenth of them to be a log of some contracts.
const leastEvents = 1_000

// session is one run. Streams and logs are made when a step first needs them.
type session struct {
	Options
	root         string
	environments map[string]*environment // by folder
	logs         map[int]*builtLog       // by number of events
	more         *eventGenerator         // of events that come later than those of the log
	report       *Report
	progress     io.Writer
	logger       *slog.Logger
}

func newSession(o Options, progress io.Writer) (*session, error) {
	root, err := os.MkdirTemp(o.Dir, "zhangben-bench-")
	if err != nil {
		return nil, err
	}
	return &session{
		Options: o, root: root, environments: map[string]*environment{}, logs: map[int]*builtLog{},
		more:   newEventGenerator(2, o.IDs).after(o.Events),
		report: newReport(o), progress: progress, logger: slog.New(slog.DiscardHandler),
	}, nil
}

// close takes away all that was made.
func (b *session) close() {
	for _, site := range b.environments {
		site.close()
	}
	_ = os.RemoveAll(b.root)
}

// Run measures step by step, and verifies the logs it made. The report has the steps that succeeded, whatever the
// error; it is nil where nothing could be measured.
func Run(ctx context.Context, o Options, progress io.Writer) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	b, err := newSession(o, progress)
	if err != nil {
		return nil, err
	}
	defer b.close()
	for _, step := range steps {
		if o.wants(step) {
			err = b.measure(ctx, step)
		}
		if err != nil {
			return b.report, err
		}
	}
	return b.report, b.verify(ctx)
}

// wants reports whether a step is to be measured.
func (o *Options) wants(step step) bool {
	if len(o.Only) > 0 {
		return slices.Contains(o.Only, step.name)
	}
	return o.Growth || !step.long
}

// measure does one step. What this system cannot measure is left out.
func (b *session) measure(ctx context.Context, step step) error {
	start := time.Now()
	err := step.run(b, ctx)
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Fprintf(b.progress, "%s: not on this system\n", step.name)
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
func (b *session) streamEvents() int { return min(b.Events, 1_000_000) }
