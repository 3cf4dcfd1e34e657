package main

import (
	"context"
	"sync"
	"time"

	"zhangben/ledger"
	"zhangben/projections/query"
)

// stall measures draining part of a stream into the log of all events while somebody asks for all contracts' figures and
// for the totals, again and again, beside nobody asking: the rate, and the longest time in which nothing came into the log.
func (b *bench) stall(ctx context.Context) error {
	return b.live(ctx, func(site *benchSite, log *ledger.Log) error {
		some := max(b.streamEvents()/10, leastEvents)
		reader := query.New(log)
		medians, err := byTurns(
			func() ([]time.Duration, error) { return b.drainMore(ctx, site, log, some) },
			func() ([]time.Duration, error) {
				defer askForAll(ctx, reader, log)()
				return b.drainMore(ctx, site, log, some)
			})
		if err != nil {
			return err
		}
		alone, asked := medians[0], medians[1]
		b.report.addRate("drain while all contracts are asked for", some, "events/s", asked[0], alone[0], "while nobody asks")
		b.report.addTime("the longest pause in it", asked[1], alone[1], "while nobody asks")
		return nil
	})
}

// askForAll asks for all contracts and for the totals until it is stopped.
func askForAll(ctx context.Context, reader *query.Reader, log *ledger.Log) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var asking sync.WaitGroup
	for _, ask := range []func() error{
		func() error {
			_, err := reader.Totals(ctx, query.At{AsOf: now(), KnownAt: log.Last()})
			return err
		},
		func() error {
			_, err := reader.TotalsNow(ctx, now)
			return err
		},
	} {
		asking.Go(func() {
			for ctx.Err() == nil && ask() == nil {
			}
		})
	}
	return func() { cancel(); asking.Wait() }
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

// longestPause looks at the end of the log every millisecond, and gives the longest time without a move when it is asked.
func longestPause(log *ledger.Log) (stop func() time.Duration) {
	ended := make(chan struct{})
	longest := make(chan time.Duration, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		last, moved, most := log.Last(), time.Now(), time.Duration(0)
		for {
			select {
			case <-ended:
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
		close(ended)
		return <-longest
	}
}
