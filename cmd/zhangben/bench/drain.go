package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// drain measures a full stream going into an empty log, beside a bare consumer of the same stream.
func (b *session) drain(ctx context.Context) error {
	n := b.streamEvents()
	site, err := b.filled(ctx, n, b.IDs)
	if err != nil {
		return err
	}
	bare, took, err := sideBySide(
		once(func() (time.Duration, error) { return rawPull(ctx, site.js, site.stream.Name, n) }),
		b.drained(ctx, site, n))
	b.report.addRate("drain a full stream into the log", n, "events/s", took, bare,
		"a bare pull consumer, 5,000 at a time")
	return err
}

// compareIDs measures draining events with random ids, beside those with ids that rise.
func (b *session) compareIDs(ctx context.Context) error {
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
func (b *session) drained(ctx context.Context, site *environment, marks ...int) measurement {
	return func() ([]time.Duration, error) {
		upTo := make([]uint64, len(marks))
		for i, mark := range marks {
			upTo[i] = uint64(mark)
		}
		return site.drain(ctx, filepath.Join(b.root, "drained"), b.logger, upTo...)
	}
}

// drain copies the stream into an empty log in dir, while totals are kept up to date as a server keeps them. It is over
// when the figures of the last event's account are there.
func (s *environment) drain(ctx context.Context, dir string, logger *slog.Logger,
	marks ...uint64) (took []time.Duration, err error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	log, err := ledger.Open(dir, ledger.Options{Logger: logger})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	reader := query.New(log)
	defer keepTotals(reader)()
	if took, err = s.copyTo(ctx, log, logger, marks...); err != nil {
		return nil, err
	}
	start := time.Now()
	err = errors.Join(complete(log, marks[len(marks)-1]), askLatest(ctx, reader, log))
	took[len(took)-1] += time.Since(start)
	return took, err
}

// keepTotals keeps the totals up to date until it is stopped.
func keepTotals(reader *query.Reader) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var keeping sync.WaitGroup
	keeping.Go(func() { _ = reader.KeepTotals(ctx, api.Now) })
	return func() { cancel(); keeping.Wait() }
}

// complete checks that nothing was refused: the events are all valid.
func complete(log *ledger.Log, count uint64) error {
	if uint64(log.Last()) != count {
		return fmt.Errorf("the log has %d events instead of %d", log.Last(), count)
	}
	return nil
}

// askLatest asks for the figures of the account that the last event is of.
func askLatest(ctx context.Context, reader *query.Reader, log *ledger.Log) error {
	record, err := log.Record(log.Last())
	if err != nil {
		return err
	}
	event, err := record.Event()
	if err != nil {
		return err
	}
	_, err = reader.Account(ctx, event.Account, query.At{AsOf: api.Now(), KnownAt: log.Last()})
	return err
}
