package main

import (
	"context"
	"path/filepath"
	"time"
)

// drain measures a full stream going into an empty log, beside a bare consumer of the same stream.
func (b *bench) drain(ctx context.Context) error {
	n := b.streamEvents()
	site, err := b.filled(ctx, n, b.ids)
	if err != nil {
		return err
	}
	bare, took, err := sideBySide(
		once(func() (time.Duration, error) { return rawPull(ctx, site.js, site.stream.Name, n) }),
		b.drained(ctx, site, n))
	b.report.addRate("drain a full stream into the log", n, "events/s", took, bare, "a bare pull consumer, 5,000 at a time")
	return err
}

// compareIDs measures draining events with random ids, beside those with ids that rise.
func (b *bench) compareIDs(ctx context.Context) error {
	n := b.streamEvents()
	rising, err := b.filled(ctx, n, "v7")
	if err != nil {
		return err
	}
	random, err := b.filled(ctx, n, "v4")
	if err != nil {
		return err
	}
	raw, took, err := sideBySide(b.drained(ctx, rising, n), b.drained(ctx, random, n))
	b.report.addRate("drain events with v4 ids", n, "events/s", took, raw, "the same with v7 ids")
	return err
}

// drained is draining a stream, to be measured up to each mark, a number of messages, from the one before.
func (b *bench) drained(ctx context.Context, site *benchSite, marks ...int) measurement {
	return func() ([]time.Duration, error) {
		upTo := make([]uint64, len(marks))
		for i, mark := range marks {
			upTo[i] = uint64(mark)
		}
		return site.drain(ctx, filepath.Join(b.root, "drained"), b.logger, upTo...)
	}
}
