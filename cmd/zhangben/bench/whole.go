package bench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"zhangben/ledger"
)

// wholeWay measures the way from a publisher into the log, all on this machine, beside the stream alone taking the same
// batches. Each event is made durable twice, beside once.
func (b *session) wholeWay(ctx context.Context) error {
	dir := filepath.Join(b.root, "whole")
	bodies := newEventGenerator(1, b.IDs).eventsAsJSON(b.streamEvents())
	return b.rate("publish into the stream and on into the log", len(bodies), "events/s",
		b.fresh(ctx, dir, func(site *environment) ([]time.Duration, error) { return b.publishAndDrain(ctx, site, bodies) }),
		b.fresh(ctx, dir, func(site *environment) ([]time.Duration, error) {
			return timed(func() error { return site.publish(ctx, bodies) })()
		}),
		"the stream alone, taking the same batches of 1,000")
}

// fresh measures something done with an empty stream, in the place of the one before.
func (b *session) fresh(ctx context.Context, dir string, do func(*environment) ([]time.Duration, error)) measurement {
	return func() ([]time.Duration, error) {
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		site, err := openEnvironment(ctx, dir, true, b.logger)
		if err != nil {
			return nil, err
		}
		defer site.close()
		return do(site)
	}
}

// publishAndDrain times an empty stream taking events while an empty log takes them from it.
func (b *session) publishAndDrain(ctx context.Context, site *environment,
	bodies [][]byte) (took []time.Duration, err error) {
	log, err := ledger.Open(site.dir, ledger.Options{Logger: b.logger})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	start := time.Now()
	copying, stop := site.follow(ctx, log, b.logger)
	if err = site.publish(ctx, bodies); err == nil {
		err = log.Wait(copying, uint64(len(bodies)))
	}
	took = []time.Duration{time.Since(start)}
	return took, errors.Join(err, stop(), complete(log, len(bodies)))
}
