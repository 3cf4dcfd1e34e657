package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/query"
)

// fill measures the stream alone, taking atomic batches, and keeps the last one filled.
func (b *bench) fill(ctx context.Context) error {
	took, err := median(func(try int) (time.Duration, error) {
		b.site.close()
		site, err := openSite(ctx, filepath.Join(b.root, fmt.Sprint("stream-", try)), b.logger)
		if err != nil {
			return 0, err
		}
		b.site = site
		start := time.Now()
		err = site.publish(ctx, b.bodies)
		return time.Since(start), err
	})
	b.streamAlone = took
	return err
}

// drain measures a full stream going into an empty log, beside a bare consumer of the same stream.
func (b *bench) drain(ctx context.Context) error {
	bare, err := median(func(int) (time.Duration, error) { return rawPull(ctx, b.site.js, b.site.stream.Name, b.events) })
	if err != nil {
		return err
	}
	took, err := median(func(int) (time.Duration, error) {
		if err := os.RemoveAll(b.ledgerDir()); err != nil {
			return 0, err
		}
		return b.site.drain(ctx, b.ledgerDir(), b.events, b.logger)
	})
	b.report.add("drain a full stream into the log", perSecond(b.events, took), "events/s",
		perSecond(b.events, bare), "bare pull consumer, 5,000 at a time")
	return err
}

// size measures the file of the log beside the events as lines of JSON.
func (b *bench) size(context.Context) error {
	info, err := os.Stat(filepath.Join(b.ledgerDir(), ledger.FileName))
	if err != nil {
		return err
	}
	lines := 0
	for _, body := range b.bodies {
		lines += len(body) + 1
	}
	n := float64(b.events)
	b.report.add("size of the log", float64(info.Size())/n, "bytes/event", float64(lines)/n, "the same events as NDJSON")
	return nil
}

// restart measures opening the log, which rebuilds what is kept in memory.
func (b *bench) restart(context.Context) error {
	bare, err := median(func(int) (time.Duration, error) { return rawScan(filepath.Join(b.ledgerDir(), ledger.FileName)) })
	if err != nil {
		return err
	}
	b.bareScan = bare
	took, err := median(func(int) (time.Duration, error) {
		start := time.Now()
		log, err := ledger.Open(b.ledgerDir(), ledger.Options{Logger: b.logger})
		if err != nil {
			return 0, err
		}
		took := time.Since(start)
		return took, log.Close()
	})
	b.report.add("restart: open until ready", perSecond(b.events, took), "events/s", perSecond(b.events, bare), "bare bbolt cursor over the file")
	return err
}

// replay measures the whole history read, decoded and folded into every account's figures, as of one instant.
func (b *bench) replay(ctx context.Context) (err error) {
	log, err := ledger.Open(b.ledgerDir(), ledger.Options{ReadOnly: true, Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	at := query.At{AsOf: civil.DateOf(2026, time.January, 1).Start(), KnownAt: log.Last()}
	took, err := median(func(int) (time.Duration, error) {
		start := time.Now()
		_, err := query.New(log).Totals(ctx, at)
		return time.Since(start), err
	})
	b.report.add("replay: read, decode, fold", perSecond(b.events, took), "events/s", perSecond(b.events, b.bareScan), "bare bbolt cursor over the file")
	return err
}

// wholeDir is the folder of the log that is filled while its stream is.
func (b *bench) wholeDir() string { return filepath.Join(b.root, "whole", "ledger") }

// wholeWay measures the way from a publisher into the log, all on this machine: each event is synced twice.
func (b *bench) wholeWay(ctx context.Context) error {
	took, err := median(func(int) (time.Duration, error) {
		dir := filepath.Dir(b.wholeDir())
		b.site.close()
		b.site = nil
		if err := os.RemoveAll(dir); err != nil {
			return 0, err
		}
		site, err := openSite(ctx, dir, b.logger)
		if err != nil {
			return 0, err
		}
		b.site = site
		return b.publishAndDrain(ctx)
	})
	b.report.add("publisher to log, on one machine", perSecond(b.events, took), "events/s",
		perSecond(b.events, b.streamAlone), "the stream alone, taking the same batches")
	return err
}

func (b *bench) publishAndDrain(ctx context.Context) (took time.Duration, err error) {
	log, err := ledger.Open(b.wholeDir(), ledger.Options{Logger: b.logger})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	start := time.Now()
	stop := b.site.follow(ctx, log, b.logger)
	err = b.site.publish(ctx, b.bodies)
	if err == nil {
		err = log.Wait(ctx, uint64(b.events))
	}
	took = time.Since(start)
	return took, errors.Join(err, stop(), complete(log, b.events))
}
