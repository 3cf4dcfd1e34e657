package bench

import (
	"context"
	"errors"
	"fmt"
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
	bare := once(func() (time.Duration, error) { return rawPull(ctx, site.js, site.stream.Name, n) })
	return b.rate("drain a full stream into the log", n, "events/s", b.drained(ctx, site, n), bare,
		"a bare pull consumer, 5,000 at a time")
}

// drained is draining a stream into an empty log, while totals are kept up to date as a server keeps them. It is
// measured up to each mark, a number of messages, from the one before, and is over when the figures of the last event's
// account are there.
func (b *session) drained(ctx context.Context, site *environment, marks ...int) measurement {
	dir := filepath.Join(b.root, "drained")
	return func() (took []time.Duration, err error) {
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		log, err := ledger.Open(dir, ledger.Options{Logger: b.logger})
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, log.Close()) }()
		reader := query.New(log)
		defer keepTotals(reader)()
		if took, err = site.copyTo(ctx, log, b.logger, marks...); err != nil {
			return nil, err
		}
		start := time.Now()
		err = errors.Join(complete(log, marks[len(marks)-1]), askLatest(ctx, reader, log))
		took[len(took)-1] += time.Since(start)
		return took, err
	}
}

// keepTotals keeps the totals up to date until it is stopped.
func keepTotals(reader *query.Reader) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var keeping sync.WaitGroup
	keeping.Go(func() { _ = reader.KeepTotals(ctx, api.Now) })
	return func() { cancel(); keeping.Wait() }
}

// complete checks that nothing was refused: the events are all valid.
func complete(log *ledger.Log, count int) error {
	if int(log.Last()) != count {
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
