package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/projections/query"
)

// restart measures opening the log until it answers: with the index cache that closing left, and without, when all that
// is kept in memory is rebuilt. Both are held against going over the file.
func (b *bench) restart(context.Context) error {
	if err := b.restartBy("restart: open until ready", func() error { return nil }); err != nil {
		return err
	}
	return b.restartBy("restart without the index cache", func() error {
		return os.Remove(filepath.Join(b.ledgerDir(), ledger.CacheName))
	})
}

func (b *bench) restartBy(name string, prepare func() error) error {
	bare, took, err := sideBySide(b.bareScan, func(int) (time.Duration, error) {
		if err := prepare(); err != nil {
			return 0, err
		}
		start := time.Now()
		log, err := ledger.Open(b.ledgerDir(), ledger.Options{Logger: b.logger})
		if err != nil {
			return 0, err
		}
		return time.Since(start), log.Close()
	})
	b.report.add(name, perSecond(b.events, took), "events/s", perSecond(b.events, bare), bareScanName)
	return err
}

// replay measures the whole history read and decoded on one goroutine; on two, with each event put to its account, and
// verified too; and folded into the figures of every contract, as of one instant, and written out as lines of JSON.
func (b *bench) replay(ctx context.Context) error {
	for _, way := range []struct {
		name   string
		replay func(*ledger.Log) error
	}{
		{"read and decode the log", func(log *ledger.Log) error {
			return log.Scan(0, func(record ledger.Record) error {
				_, err := record.Event()
				return err
			})
		}},
		{"replay every fact by account", func(log *ledger.Log) error { return replayTallies(log, false) }},
		{"the same with hashes verified", func(log *ledger.Log) error { return replayTallies(log, true) }},
		{"replay into every contract's figures", func(log *ledger.Log) error {
			at := query.At{AsOf: civil.DateOf(2026, time.January, 1).Start(), KnownAt: log.Last()}
			_, err := query.New(log).Replay(ctx, at, io.Discard)
			return err
		}},
	} {
		if err := b.replayBy(way.name, way.replay); err != nil {
			return err
		}
	}
	return nil
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
	return log.Replay(ledger.ReplayOptions{Workers: workers, Verify: verify}, func(worker int, _ ledger.Record, e *events.Event) error {
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

// replayBy measures one way of going through the log, beside going over the file.
func (b *bench) replayBy(name string, replay func(*ledger.Log) error) (err error) {
	log, err := ledger.Open(b.ledgerDir(), ledger.Options{ReadOnly: true, Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	bare, took, err := sideBySide(b.bareScan, func(int) (time.Duration, error) {
		start := time.Now()
		err := replay(log)
		return time.Since(start), err
	})
	b.report.add(name, perSecond(b.events, took), "events/s", perSecond(b.events, bare), bareScanName)
	return err
}

// bareScanName is what the figures of reading are held against.
const bareScanName = "a bare bbolt cursor over the file"

func (b *bench) bareScan(int) (time.Duration, error) { return rawScan(b.ledgerFile()) }
