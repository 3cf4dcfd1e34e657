package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/query"
)

func TestBenchMeasuresAndVerifies(t *testing.T) {
	report, err := runBench(t.Context(), benchOptions{events: 3_000, posts: 5, ids: "v4", dir: t.TempDir()}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if !report.Verified || len(report.Figures) != 14 {
		t.Fatalf("verified: %v, %d figures", report.Verified, len(report.Figures))
	}
	for _, f := range report.Figures {
		if f.Value <= 0 || f.Raw <= 0 || f.RawName == "" || f.Unit == "" {
			t.Errorf("%+v is no figure beside its limit", f)
		}
	}
	var table, asJSON bytes.Buffer
	if err := report.print(&table, false); err != nil || !strings.Contains(table.String(), "3,000 events, v4 ids") {
		t.Errorf("%v\n%s", err, table.String())
	}
	if err := report.print(&asJSON, true); err != nil || json.Unmarshal(asJSON.Bytes(), new(benchReport)) != nil {
		t.Errorf("%v\n%s", err, asJSON.String())
	}
}

func TestGroupedNumbers(t *testing.T) {
	for n, want := range map[float64]string{0.25: "0.2", 99.94: "99.9", 100: "100", 1_000: "1,000", 1_234_567.8: "1,234,568"} {
		if got := grouped(n); got != want {
			t.Errorf("%v is %s instead of %s", n, got, want)
		}
	}
}

var quiet = slog.New(slog.DiscardHandler)

// benchmarkEvents is how many events one round of a benchmark takes.
const benchmarkEvents = 20_000

func BenchmarkDecode(b *testing.B) {
	bodies := newEventGenerator(1, false).eventsAsJSON(1_000)
	for b.Loop() {
		for _, body := range bodies {
			if _, err := events.DecodeJSON(body); err != nil {
				b.Fatal(err)
			}
		}
	}
	reportEvents(b, len(bodies))
}

func BenchmarkDrain(b *testing.B) {
	site := filledSite(b)
	for b.Loop() {
		if _, err := site.drain(b.Context(), b.TempDir(), benchmarkEvents, quiet); err != nil {
			b.Fatal(err)
		}
	}
	reportEvents(b, benchmarkEvents)
}

func BenchmarkReplay(b *testing.B) {
	dir := b.TempDir()
	if _, err := filledSite(b).drain(b.Context(), dir, benchmarkEvents, quiet); err != nil {
		b.Fatal(err)
	}
	log, err := ledger.Open(dir, ledger.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	at := query.At{AsOf: civil.DateOf(2026, time.January, 1).Start(), KnownAt: log.Last()}
	for b.Loop() {
		if _, err := query.New(log).Replay(b.Context(), at, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	reportEvents(b, benchmarkEvents)
}

// filledSite is a stream with benchmarkEvents events in it.
func filledSite(b *testing.B) *benchSite {
	b.Helper()
	site, err := openSite(b.Context(), b.TempDir(), quiet)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(site.close)
	if err := site.publish(b.Context(), newEventGenerator(1, false).eventsAsJSON(benchmarkEvents)); err != nil {
		b.Fatal(err)
	}
	return site
}

// reportEvents reports events a second, where one round takes n.
func reportEvents(b *testing.B, n int) {
	b.ReportMetric(perSecond(n*b.N, b.Elapsed()), "events/s")
}
