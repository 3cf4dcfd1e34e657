package query_test

import (
	"fmt"
	"io"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// BenchmarkAllContracts measures questions about everything, beside reading the log alone. Size it with
// ZHANGBEN_CONTRACTS.
func BenchmarkAllContracts(b *testing.B) {
	contracts := testlog.ManySize(b)
	s := testlog.Many(b, contracts)
	r := query.New(s.Log)
	instant := query.At{AsOf: today, KnownAt: s.Log.Last()}
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"raw: read the log", func() error { return s.Log.Scan(0, func(ledger.Record) error { return nil }) }},
		{"raw: read and decode the log", func() error {
			return s.Log.Scan(0, func(record ledger.Record) error { _, err := record.Event(); return err })
		}},
		{"totals at an instant", func() error { _, err := r.Totals(b.Context(), instant); return err }},
		{"replay", func() error { _, err := r.Replay(b.Context(), instant, io.Discard); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(s.Log.Last())/b.Elapsed().Seconds(), "events/s")
		})
	}
	benchmarkTotalsNow(b, s, r, contracts)
}

// benchmarkTotalsNow asks for the totals at the present again and again, while a clock runs and some accounts have a
// new record since the last time.
func benchmarkTotalsNow(b *testing.B, s *testlog.Stream, r *query.Reader, contracts int) {
	now, number := today, uint64(0)
	ask := func() error {
		now = now.Add(civil.Seconds(1))
		_, err := r.TotalsNow(b.Context(), func() civil.Instant { return now })
		return err
	}
	b.Run("totals at now, for the first time", func(b *testing.B) {
		for b.Loop() {
			r = query.New(s.Log)
			if err := ask(); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, fresh := range []int{0, 100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("totals at now, new=%d", fresh), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				topUp(b, s, fresh, contracts, now, &number)
				b.StartTimer()
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// topUp appends n top-ups of as many accounts.
func topUp(b *testing.B, s *testlog.Stream, n, contracts int, at civil.Instant, number *uint64) {
	if n == 0 {
		return
	}
	arrivals := make([]ledger.Arrival, n)
	for i := range arrivals {
		*number++
		e := &events.Event{Source: "/fresh", Time: at, Account: testlog.ManyAccount(int(*number * 7919 % uint64(contracts))),
			Data: &events.ToppedUp{Amount: money.Amount{Fen: 100, Decimals: 2}, Channel: events.Online}}
		e.ID = testlog.NumberedID(1<<40 + *number)
		arrivals[i] = s.Arrival(e)
	}
	if _, err := s.Log.Append(arrivals); err != nil {
		b.Fatal(err)
	}
}
