package bench

import (
	"context"
	"io"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// replay measures the whole history folded into the figures of every contract, written out as lines of JSON, and the
// figures of all contracts summed up, each as of one instant and beside going over the file.
func (b *session) replay(ctx context.Context) error {
	return b.read(ctx, func(made *builtLog, log *ledger.Log) error {
		now := func() query.At { return query.At{AsOf: api.Now(), KnownAt: log.Last()} }
		bare := once(func() (time.Duration, error) { return rawScan(made.file()) })
		err := b.rate("replay into every contract's figures", int(log.Last()), "events/s", timed(func() error {
			_, err := query.New(log).Replay(ctx, now(), io.Discard)
			return err
		}), bare, rawScanName)
		if err != nil {
			return err
		}
		return b.time("all contracts' figures at one instant", timed(func() error {
			_, err := query.New(log).Totals(ctx, now())
			return err
		}), bare, rawScanName)
	})
}
