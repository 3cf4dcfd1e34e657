package bench

import (
	"context"
	"fmt"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// totals measures the figures of all contracts at one instant, beside going over the file; and the totals at the
// present, beside a fixed body: when nothing is new, and right after many accounts have changed.
func (b *session) totals(ctx context.Context) error {
	err := b.read(ctx, func(made *builtLog, log *ledger.Log) error { return b.totalsOfFile(ctx, made, log) })
	if err != nil {
		return err
	}
	return b.liveServer(ctx, func(site *environment, log *ledger.Log, server *apiServer) error {
		if err := server.fix(totalsPath); err != nil {
			return err
		}
		return b.totalsNow(ctx, site, log, server)
	})
}

const totalsPath = "/v1/totals"

func (b *session) totalsOfFile(ctx context.Context, made *builtLog, log *ledger.Log) error {
	for _, way := range []struct {
		name string
		ask  func() error
	}{
		{"all contracts' figures at one instant", func() error {
			_, err := query.New(log).Totals(ctx, query.At{AsOf: api.Now(), KnownAt: log.Last()})
			return err
		}},
		{"totals at the present, for the first time", func() error {
			_, err := query.New(log).TotalsNow(ctx, api.Now)
			return err
		}},
	} {
		bare, took, err := sideBySide(bareScan(made.file()), timed(way.ask))
		if err != nil {
			return err
		}
		b.report.addTime(way.name, took, bare, rawScanName)
	}
	return nil
}

// mostChanged is how many accounts change at once, where there are as many.
const mostChanged = 10_000

func (b *session) totalsNow(ctx context.Context, site *environment, log *ledger.Log, server *apiServer) error {
	contracts := b.Events / lifeEvents
	changed := min(mostChanged, contracts/eachAccount)
	medians, err := byTurns(
		server.askedEach(b.Requests, fixedPath),
		server.askedEach(b.Requests, totalsPath),
		once(func() (time.Duration, error) {
			if err := site.burst(ctx, log, b.more.topUps(changed, contracts)); err != nil {
				return 0, err
			}
			start := time.Now()
			_, err := server.client.get(totalsPath)
			return time.Since(start), err
		}))
	if err != nil {
		return err
	}
	for i, name := range []string{"totals at the present, nothing new",
		fmt.Sprintf("totals right after %s accounts changed", grouped(float64(changed)))} {
		b.report.addTime(name, medians[i+1][0], medians[0][0], "a fixed body of that length from the same server")
	}
	return nil
}

// burst publishes events, and returns when a log that follows has them.
func (s *environment) burst(ctx context.Context, log *ledger.Log, bodies [][]byte) error {
	upTo := log.Position().StreamSeq + uint64(len(bodies))
	if err := s.publish(ctx, bodies); err != nil {
		return err
	}
	return log.Wait(ctx, upTo)
}
