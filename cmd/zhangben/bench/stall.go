package bench

import (
	"context"
	"errors"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// stall measures draining further events into the log of all events while a client asks for the figures of all
// contracts, one question after the other, and while none asks: the rate, and the longest time in which nothing came
// into the log.
func (b *session) stall(ctx context.Context) error {
	return b.live(ctx, func(site *environment, log *ledger.Log) error {
		reader := query.New(log)
		if _, err := reader.TotalsNow(ctx, api.Now); err != nil { // a server keeps them up to date
			return err
		}
		some := min(b.streamEvents()/4, 100_000)
		undisturbed := func(context.Context) error { return nil }
		asked := func(ctx context.Context) error {
			for ctx.Err() == nil {
				if _, err := reader.Totals(ctx, query.At{AsOf: api.Now(), KnownAt: log.Last()}); err != nil && ctx.Err() == nil {
					return err
				}
			}
			return nil
		}
		medians, err := byTurns(b.drainedMore(ctx, site, log, some, undisturbed),
			b.drainedMore(ctx, site, log, some, asked))
		if err != nil {
			return err
		}
		b.report.addRate("drain while all contracts' figures are asked for", some, "events/s", medians[1][0],
			medians[0][0], "while no one asks")
		b.report.addTime("longest pause while all contracts' figures are asked for", medians[1][1], medians[0][1],
			"while no one asks")
		return nil
	})
}

// drainedMore publishes further events, and measures how long the log takes to append them, and the longest pause,
// while something else is done.
func (b *session) drainedMore(ctx context.Context, site *environment, log *ledger.Log, n int,
	meanwhile func(context.Context) error) measurement {
	return func() ([]time.Duration, error) {
		upTo := int(log.Position().StreamSeq) + n
		if err := site.publish(ctx, b.more.eventsAsJSON(n)); err != nil {
			return nil, err
		}
		meantime, stop := context.WithCancel(ctx)
		ended, pause := make(chan error, 1), make(chan time.Duration, 1)
		go func() { ended <- meanwhile(meantime) }()
		go func() { pause <- longestPause(meantime, log) }()
		took, err := site.copyTo(ctx, log, b.logger, upTo)
		stop()
		return append(took, <-pause), errors.Join(err, <-ended)
	}
}

// longestPause looks at the end of the log every millisecond until ctx ends, and returns the longest time without a
// move.
func longestPause(ctx context.Context, log *ledger.Log) (most time.Duration) {
	last, moved := log.Last(), time.Now()
	for tick := time.Tick(time.Millisecond); ; <-tick {
		if at := log.Last(); at != last {
			most = max(most, time.Since(moved))
			last, moved = at, time.Now()
		}
		if ctx.Err() != nil {
			return most
		}
	}
}
