package main

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
func (b *bench) wholeWay(ctx context.Context) error {
	bare, took, err := sideBySide(
		func(int) (took time.Duration, err error) {
			if b.full, err = b.freshSite(ctx, b.full, filepath.Join(b.root, "full")); err != nil {
				return 0, err
			}
			start := time.Now()
			err = b.full.publish(ctx, b.bodies)
			return time.Since(start), err
		},
		func(int) (took time.Duration, err error) {
			if b.whole, err = b.freshSite(ctx, b.whole, filepath.Dir(b.wholeDir())); err != nil {
				return 0, err
			}
			return b.publishAndDrain(ctx)
		})
	b.report.add("publish into the stream and on into the log", perSecond(b.events, took), "events/s",
		perSecond(b.events, bare), "the stream alone, taking the same batches of 1,000")
	return err
}

// freshSite makes a new site in the place of an old one.
func (b *bench) freshSite(ctx context.Context, old *benchSite, dir string) (*benchSite, error) {
	old.close()
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	return openSite(ctx, dir, b.logger)
}

func (b *bench) publishAndDrain(ctx context.Context) (took time.Duration, err error) {
	log, err := ledger.Open(b.wholeDir(), ledger.Options{Logger: b.logger})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	start := time.Now()
	stop := b.whole.follow(ctx, log, b.logger)
	err = b.whole.publish(ctx, b.bodies)
	if err == nil {
		err = log.Wait(ctx, uint64(b.events))
	}
	took = time.Since(start)
	return took, errors.Join(err, stop(), complete(log, b.events))
}

// drain measures a full stream going into an empty log, beside a bare consumer of the same stream.
func (b *bench) drain(ctx context.Context) error {
	bare, took, err := sideBySide(
		func(int) (time.Duration, error) { return rawPull(ctx, b.full.js, b.full.stream.Name, b.events) },
		func(int) (time.Duration, error) {
			if err := os.RemoveAll(b.ledgerDir()); err != nil {
				return 0, err
			}
			return b.full.drain(ctx, b.ledgerDir(), b.events, b.logger)
		})
	b.report.add("drain a full stream into the log", perSecond(b.events, took), "events/s",
		perSecond(b.events, bare), "a bare pull consumer, 5,000 at a time")
	return err
}

// size measures the pages of the log in use beside the events as lines of JSON.
func (b *bench) size(context.Context) error {
	used, err := rawSize(b.ledgerFile())
	lines := 0
	for _, body := range b.bodies {
		lines += len(body) + 1
	}
	n := float64(b.events)
	b.report.add("size of the log", float64(used)/n, "bytes/event", float64(lines)/n, "the same events as NDJSON")
	return err
}
