// Package publish sends events, one a line, to a ledger over NATS, and prints what became of each.
package publish

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/nats-io/nats.go"
	"github.com/schollz/progressbar/v3"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/render"
	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
)

// inFlight is how many batches may be stored and await their verdicts while the next is being stored.
const inFlight = 4

// publishing is one run of the command: lines in, verdicts out.
type publishing struct {
	publisher *ingest.Publisher
	out       *bufio.Writer
	messages  io.Writer
	asJSON    bool
	progress  *progressbar.ProgressBar
	counts    map[ledger.Status]int
}

// Run publishes the lines of an input over a connection, and prints the verdicts. An error has the exit code that
// the verdicts lead to.
func Run(ctx context.Context, nc *nats.Conn, in *input.Input, to Output) error {
	publisher, err := ingest.NewPublisher(nc, ingest.NATSOutcomes{Conn: nc})
	if err != nil {
		return err
	}
	p := newPublishing(to, in.Size)
	p.publisher = publisher
	return p.run(ctx, in)
}

// Output is where verdicts go.
type Output struct {
	Out      io.Writer // summary, and with asJSON a line for each event
	Messages io.Writer // refusals and progress
	JSON     bool
}

func newPublishing(to Output, size int64) *publishing {
	return &publishing{
		out: bufio.NewWriter(to.Out), messages: to.Messages, asJSON: to.JSON,
		progress: render.BytesProgress(to.Messages, size), counts: map[ledger.Status]int{},
	}
}

// run publishes batch after batch, in order, and prints the verdicts as they come, while the next are being stored.
func (p *publishing) run(ctx context.Context, in *input.Input) error {
	lines, err := input.OpenLines(in)
	if err != nil {
		return interrupted(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stored := make(chan storedLines, inFlight)
	storing := make(chan error, 1)
	go func() {
		defer close(stored)
		storing <- p.storeAll(ctx, lines, stored)
	}()
	err = p.printAll(ctx, stored)
	if err == nil {
		err = <-storing
	}
	if flushed := p.out.Flush(); err == nil {
		err = flushed
	}
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, nats.ErrPermissionViolation) {
		err = cause
	}
	if err != nil {
		return interrupted(err)
	}
	return p.conclude("%d appended, %d duplicate, %d rejected", ledger.Appended)
}

// interrupted says what to do where the user ended the command.
func interrupted(err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted: what is stored stays stored, and to publish it again is safe")
	}
	return err
}

// storeAll stores all lines and hands their receipts on.
func (p *publishing) storeAll(ctx context.Context, lines *input.Lines, stored chan<- storedLines) error {
	for {
		batch, err := lines.Next()
		if len(batch.Bodies) > 0 {
			receipts, err := p.publisher.Store(ctx, batch.Bodies)
			if err != nil {
				return fmt.Errorf("lines %d to %d: %w", batch.Numbers[0], batch.Numbers[len(batch.Numbers)-1], err)
			}
			select {
			case stored <- storedLines{receipts, batch.Numbers, batch.Size}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

// storedLines is a batch of lines that are in the stream.
type storedLines struct {
	receipts []ingest.Receipt
	numbers  []int // of the lines, from 1
	size     int   // bytes read
}

// printAll waits for the verdicts on what was stored, and prints them.
func (p *publishing) printAll(ctx context.Context, stored <-chan storedLines) error {
	for lines := range stored {
		verdicts, err := p.publisher.Outcomes(ctx, lines.receipts)
		if err != nil {
			return err
		}
		for i, v := range verdicts {
			if err := p.print(lines.numbers[i], v); err != nil {
				return err
			}
		}
		if err := p.out.Flush(); err != nil { // who reads along sees each batch as soon as it is safe
			return err
		}
		_ = p.progress.Add(lines.size)
	}
	return nil
}

// print counts a verdict, and prints it where asked to, or where it is not what the user hoped for.
func (p *publishing) print(line int, v ledger.Outcome) error {
	p.counts[v.Status]++
	if p.asJSON {
		return json.NewEncoder(p.out).Encode(api.Result(v))
	}
	if v.Status == ledger.Refused {
		_ = p.progress.Clear()
		fmt.Fprintf(p.messages, "line %d: %s\n", line,
			render.Visible((&events.Rejection{Code: v.Code, Pointer: v.Pointer, Message: v.Message}).Error()))
	}
	return nil
}

// conclude sums up, and says how the command is to exit.
func (p *publishing) conclude(summary string, hoped ledger.Status) error {
	_ = p.progress.Finish()
	if !p.asJSON {
		fmt.Fprintf(p.out, summary+"\n", p.counts[hoped], p.counts[ledger.Duplicate], p.counts[ledger.Refused])
	}
	if err := p.out.Flush(); err != nil {
		return err
	}
	if n := p.counts[ingest.Unknown]; n > 0 {
		return fmt.Errorf("%d events are stored, but what became of them is not known yet; to publish them again is safe", n)
	}
	if p.counts[ledger.Refused] > 0 {
		return exit.With(exit.Rejected, nil)
	}
	return nil
}
