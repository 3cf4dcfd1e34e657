package bench

import (
	"context"
	"io"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// replay measures the whole history read and decoded on one goroutine; on two, with each event put to its account, and
// verified too; and folded into the figures of every contract, as of one instant, and written out as lines of JSON.
func (b *session) replay(ctx context.Context) error {
	return b.read(ctx, func(made *builtLog, log *ledger.Log) error {
		for _, way := range []struct {
			name   string
			replay func() error
		}{
			{"read and decode the log", func() error { return decodeAll(log) }},
			{"replay every fact by account", func() error { return replayTallies(log, false) }},
			{"the same with hashes verified", func() error { return replayTallies(log, true) }},
			{"replay into every contract's figures", func() error {
				_, err := query.New(log).Replay(ctx, query.At{AsOf: api.Now(), KnownAt: log.Last()}, io.Discard)
				return err
			}},
		} {
			bare, took, err := sideBySide(bareScan(made.file()), timed(way.replay))
			if err != nil {
				return err
			}
			b.report.addRate(way.name, int(log.Last()), "events/s", took, bare, rawScanName)
		}
		return nil
	})
}

func decodeAll(log *ledger.Log) error {
	return log.Scan(0, func(record ledger.Record) error {
		_, err := record.Event()
		return err
	})
}

// tally is the least that a fold keeps of an account.
type tally struct {
	events int
	latest civil.Instant
	paid   money.Fen
}

// replayTallies puts every event to its account's tally, two workers those of their own.
func replayTallies(log *ledger.Log, verify bool) error {
	const workers = 2
	var tallies [workers]map[string]*tally
	for i := range tallies {
		tallies[i] = map[string]*tally{}
	}
	return log.Replay(ledger.ReplayOptions{Workers: workers, Verify: verify},
		func(worker int, _ ledger.Record, e *events.Event) error {
			t := tallies[worker][e.Account]
			if t == nil {
				t = new(tally)
				tallies[worker][strings.Clone(e.Account)] = t
			}
			t.events++
			t.latest = civil.Later(t.latest, e.Time)
			if paid, ok := e.Data.(*events.Paid); ok {
				t.paid += paid.Amount.Fen
			}
			return nil
		})
}
