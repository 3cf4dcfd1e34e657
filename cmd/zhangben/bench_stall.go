package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"zhangben/ledger"
	"zhangben/projections/query"
)

// question is asked again and again while events come in.
type question struct {
	name  string
	every time.Duration // at most so often; 0 for as soon as the one before is answered
	ask   func() error
}

// stall measures draining further events into the log of all events while somebody asks about everything, beside nobody
// asking: the rate, and the longest time in which nothing came into the log.
func (b *bench) stall(ctx context.Context) error {
	return b.live(ctx, func(site *benchSite, log *ledger.Log) error {
		reader := query.New(log)
		if _, err := reader.TotalsNow(ctx, now); err != nil { // they are kept at hand
			return err
		}
		some := min(b.streamEvents()/2, 200_000)
		alone := func() ([]time.Duration, error) { return b.drainMore(ctx, site, log, some) }
		for _, q := range []question{
			{"all contracts' figures", 0, func() error {
				_, err := reader.Totals(ctx, query.At{AsOf: now(), KnownAt: log.Last()})
				return err
			}},
			{"the totals", 100 * time.Millisecond, func() error {
				_, err := reader.TotalsNow(ctx, now)
				return err
			}},
		} {
			medians, err := byTurns(alone, func() (took []time.Duration, err error) {
				stop := q.askAgain()
				defer func() { err = errors.Join(err, stop()) }()
				return alone()
			})
			if err != nil {
				return err
			}
			bare, asked := medians[0], medians[1]
			b.report.addRate("drain while "+q.name+" are asked for", some, "events/s", asked[0], bare[0], "while nobody asks")
			b.report.addTime("the longest pause in it", asked[1], bare[1], "while nobody asks")
		}
		return nil
	})
}

// askAgain asks until it is stopped, which waits for the answer under way.
func (q *question) askAgain() (stop func() error) {
	stopping := make(chan struct{})
	var asking sync.WaitGroup
	var err error
	asking.Go(func() {
		for err == nil {
			next := time.After(q.every)
			err = q.ask()
			select {
			case <-stopping:
				return
			case <-next:
			}
		}
	})
	return func() error {
		close(stopping)
		asking.Wait()
		return err
	}
}

// drainMore publishes further events, and then gives how long the log takes them in, and the longest pause.
func (b *bench) drainMore(ctx context.Context, site *benchSite, log *ledger.Log, n int) ([]time.Duration, error) {
	upTo := log.Position().StreamSeq + uint64(n)
	if err := site.publish(ctx, b.more.eventsAsJSON(n)); err != nil {
		return nil, err
	}
	longest := longestPause(log)
	took, err := site.copyTo(ctx, log, b.logger, upTo)
	pause := longest()
	if err != nil {
		return nil, err
	}
	return []time.Duration{took[0], pause}, nil
}

// longestPause looks at the end of the log every millisecond, and gives the longest time without a move when it is
// stopped.
func longestPause(log *ledger.Log) (stop func() time.Duration) {
	stopping := make(chan struct{})
	longest := make(chan time.Duration, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		last, moved, most := log.Last(), time.Now(), time.Duration(0)
		for {
			select {
			case <-stopping:
				longest <- most
				return
			case <-tick.C:
			}
			if at := log.Last(); at != last {
				most = max(most, time.Since(moved))
				last, moved = at, time.Now()
			}
		}
	}()
	return func() time.Duration {
		close(stopping)
		return <-longest
	}
}
