package bench

import (
	"context"
	"errors"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// question is asked again and again while events come in.
type question struct {
	name  string
	every time.Duration // at most so often; 0 for as soon as the one before is answered
	ask   func(context.Context) error
}

// stall measures draining further events into the log of all events while a client asks about everything, and while
// none asks: the rate, and the longest time in which nothing came into the log.
func (b *session) stall(ctx context.Context) error {
	return b.live(ctx, func(site *environment, log *ledger.Log) error {
		reader := query.New(log)
		if _, err := reader.TotalsNow(ctx, api.Now); err != nil { // a server keeps them up to date
			return err
		}
		some := min(b.streamEvents()/4, 100_000)
		for _, q := range []question{
			{"all contracts' figures", 0, func(ctx context.Context) error {
				_, err := reader.Totals(ctx, query.At{AsOf: api.Now(), KnownAt: log.Last()})
				return err
			}},
			{"the totals", 100 * time.Millisecond, func(ctx context.Context) error {
				_, err := reader.TotalsNow(ctx, api.Now)
				return err
			}},
		} {
			medians, err := byTurns(b.drainedMore(ctx, site, log, some, nil), b.drainedMore(ctx, site, log, some, &q))
			if err != nil {
				return err
			}
			bare, asked := medians[0], medians[1]
			b.report.addRate("drain while "+q.name+" are asked for", some, "events/s", asked[0], bare[0], "while no one asks")
			b.report.addTime("longest pause while "+q.name+" are asked for", asked[1], bare[1], "while no one asks")
		}
		return nil
	})
}

// askAgain asks until it is stopped, if there is anything to ask.
func (q *question) askAgain(ctx context.Context) (stop func() error) {
	if q == nil {
		return func() error { return nil }
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		var err error
		for err == nil && ctx.Err() == nil {
			next := time.After(q.every)
			err = q.ask(ctx)
			select {
			case <-ctx.Done():
			case <-next:
			}
		}
		ended <- err
	}()
	return func() error {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	}
}

// drainedMore publishes further events, and measures how long the log takes to append them, and the longest pause.
func (b *session) drainedMore(ctx context.Context, site *environment, log *ledger.Log, n int, q *question) measurement {
	return func() ([]time.Duration, error) {
		upTo := log.Position().StreamSeq + uint64(n)
		if err := site.publish(ctx, b.more.eventsAsJSON(n)); err != nil {
			return nil, err
		}
		stopAsking, longest := q.askAgain(ctx), longestPause(log)
		took, err := site.copyTo(ctx, log, b.logger, upTo)
		pause := longest()
		return append(took, pause), errors.Join(err, stopAsking())
	}
}

// longestPause looks at the end of the log every millisecond, and returns the longest time without a move when it is
// stopped.
func longestPause(log *ledger.Log) (stop func() time.Duration) {
	stopping := make(chan struct{})
	longest := make(chan time.Duration, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		last, moved, most := log.Last(), time.Now(), time.Duration(0)
		for going := true; going; {
			select {
			case <-stopping:
				going = false
			case <-tick.C:
			}
			if at := log.Last(); at != last {
				most = max(most, time.Since(moved))
				last, moved = at, time.Now()
			}
		}
		longest <- most
	}()
	return func() time.Duration {
		close(stopping)
		return <-longest
	}
}
