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
		once(func() (time.Duration, error) { return b.publishAndDrain(ctx, dir, bodies) }),
		once(func() (time.Duration, error) { return b.publishInto(ctx, dir, bodies) }),
		"the stream alone, taking the same batches of 1,000")
}

// publishInto times an empty stream taking events.
func (b *session) publishInto(ctx context.Context, dir string, bodies [][]byte) (time.Duration, error) {
	site, err := b.freshEnvironment(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer site.close()
	start := time.Now()
	err = site.publish(ctx, bodies)
	return time.Since(start), err
}

// publishAndDrain times an empty stream taking events while an empty log takes them from it.
func (b *session) publishAndDrain(ctx context.Context, dir string, bodies [][]byte) (took time.Duration, err error) {
	site, err := b.freshEnvironment(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer site.close()
	log, err := ledger.Open(dir, ledger.Options{Logger: b.logger})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	start := time.Now()
	copying, stop := site.follow(ctx, log, b.logger)
	if err = site.publish(ctx, bodies); err == nil {
		err = log.Wait(copying, uint64(len(bodies)))
	}
	took = time.Since(start)
	return took, errors.Join(err, stop(), complete(log, len(bodies)))
}

// freshEnvironment makes an environment in the place of one that was closed.
func (b *session) freshEnvironment(ctx context.Context, dir string) (*environment, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	return openEnvironment(ctx, dir, true, b.logger)
}
