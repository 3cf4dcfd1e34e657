package bench

import (
	"flag"
	"io"
	"testing"
	"time"

	"zhangben/cmd/zhangben/gctuning"
	"zhangben/ledger"
)

var benchmarkEvents = flag.Int("bench.events", 20_000, "how many events BenchmarkRows measures with")

// BenchmarkRows has a benchmark for each row of zhangben bench, with the limit it is held against: the rows of a step
// are measured together, by turns. In the end figures of the log are compared with those of the naive reference of the
// fold. To measure one step: go test ./cmd/zhangben/bench -run ^$ -bench Rows/drain -bench.events 1000000.
func BenchmarkRows(b *testing.B) {
	gctuning.Start(b.Context())
	rows, err := newSession(Options{
		Events: *benchmarkEvents, Posts: 1_000, Requests: 5_000, IDs: "v7", Dir: b.TempDir(), Program: buildProgram(b),
		Settle: time.Second,
	}, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.close()
	for _, step := range steps {
		b.Run(step.name, func(b *testing.B) {
			before := len(rows.report.Figures)
			if err := rows.measure(b.Context(), step); err != nil {
				b.Fatal(err)
			}
			for _, figure := range rows.report.Figures[before:] {
				b.Run(figure.Name, func(b *testing.B) { reportFigure(b, figure) })
			}
		})
	}
	if err := rows.read(b.Context(),
		func(_ *builtLog, log *ledger.Log) error { return compareWithReference(log, 100) }); err != nil {
		b.Error(err)
	}
	if err := rows.verify(b.Context()); err != nil {
		b.Error(err)
	}
}

// reportFigure reports a figure that was measured already, in the place of the time this takes.
func reportFigure(b *testing.B, f Figure) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(f.Value, f.Unit)
	b.ReportMetric(f.Raw, "raw-"+f.Unit)
	b.ReportMetric(f.Ratio, "ratio")
}
