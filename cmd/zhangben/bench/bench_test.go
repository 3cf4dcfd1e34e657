package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhangben/cmd/zhangben/buildtest"
	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
)

// tinyBench measures nothing to be believed, quickly.
func tinyBench(t testing.TB) Options {
	return Options{Events: 3_000, Posts: 5, Requests: 20, IDs: "v4", Growth: true, Dir: t.TempDir(),
		Program: buildProgram(t)}
}

// buildProgram builds zhangben, for what needs a process of its own.
func buildProgram(t testing.TB) string {
	t.Helper()
	return buildtest.Program(t, "..", ".")
}

func TestBenchMeasuresAndVerifies(t *testing.T) {
	var progress bytes.Buffer
	report, err := Run(t.Context(), tinyBench(t), &progress)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(report.Steps, StepNames()) || len(report.Verified) < 5 {
		t.Errorf("measured %v, verified %v", report.Steps, report.Verified)
	}
	for _, f := range report.Figures {
		if f.Value <= 0 || f.Raw <= 0 || f.Ratio != f.Value/f.Raw || f.RawName == "" || f.Unit == "" {
			t.Errorf("%+v is no figure beside its limit", f)
		}
	}
	if got := names(report); !slices.Equal(got, benchRows) {
		t.Errorf("the rows are\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(benchRows, "\n"))
	}
	for _, step := range StepNames() {
		if !strings.Contains(progress.String(), step+":") {
			t.Errorf("progress does not name %s:\n%s", step, &progress)
		}
	}
}

func names(report *Report) (names []string) {
	for _, f := range report.Figures {
		names = append(names, f.Name)
	}
	return names
}

// benchRows are the rows of a run with 3,000 events.
var benchRows = []string{
	"publish into the stream and on into the log",
	"drain a full stream into the log",
	"post one event at a time, p50",
	"post one event at a time, p99",
	"size of the log",
	"restart until ready",
	"memory after a restart",
	"replay into every contract's figures",
	"all contracts' figures at one instant",
	"figures of any contract, for the first time",
	"figures of any contract",
	"drain the last 300 of 1,500 events",
	"drain the last 300 of 3,000 events",
	"figures for the first time among 1,500 events",
	"figures for the first time among 3,000 events",
	"figures among 1,500 events",
	"figures among 3,000 events",
	"drain while all contracts' figures are asked for",
	"longest pause while all contracts' figures are asked for",
}

func TestBenchMeasuresOnlyWhatIsAskedFor(t *testing.T) {
	o := Options{Events: 1_000, Posts: 1, IDs: "v7", Only: []string{"size"}, Dir: t.TempDir()}
	report, err := Run(t.Context(), o, io.Discard)
	if err != nil || !slices.Equal(report.Steps, o.Only) {
		t.Errorf("%v: measured %v", err, report.Steps)
	}
	if o.Only = nil; o.wants(step{name: "growth", long: true}) {
		t.Error("growth is measured without being asked for")
	}
}

func TestBenchRefusesWhatCannotBeMeasured(t *testing.T) {
	good := Options{Events: 1_000, Posts: 1, IDs: "v7"}
	for name, spoil := range map[string]func(*Options){
		"too few events":  func(o *Options) { o.Events = 999 },
		"no posts":        func(o *Options) { o.Posts = 0 },
		"other ids":       func(o *Options) { o.IDs = "v1" },
		"an unknown step": func(o *Options) { o.Only = []string{"size", "speed"} },
	} {
		o := good
		if spoil(&o); !isUsage(o.check()) {
			t.Errorf("%s: %v", name, o.check())
		}
	}
	if err := good.check(); err != nil {
		t.Error(err)
	}
}

func isUsage(err error) bool {
	var coded *exit.Error
	return errors.As(err, &coded) && coded.Code == exit.BadUsage
}

func TestBenchReportTellsWhatWasMeasured(t *testing.T) {
	report := newReport(Options{Events: 3_000, IDs: "v4"})
	report.addRate("drain", 3_000, "events/s", 2*time.Second, time.Second, "a bare consumer")
	report.Steps, report.Verified = []string{"drain"}, []string{"log-3000"}
	var table, asJSON bytes.Buffer
	if err := errors.Join(report.Print(&table, false), report.Print(&asJSON, true)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"3,000 events, ten to a contract, v4 ids", "1,500 events/s", "0.50", "Measured: drain.",
		"1 logs"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &table)
		}
	}
	var read Report
	if err := json.Unmarshal(asJSON.Bytes(), &read); err != nil || len(read.Figures) != 1 ||
		read.Figures[0].Ratio != 0.5 {
		t.Errorf("%v: %s", err, &asJSON)
	}
}

func TestBenchFailsWhereALogDoesNotVerify(t *testing.T) {
	b, err := newSession(Options{Events: 1_000, IDs: "v7", Dir: t.TempDir()}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	made, err := b.log(t.Context(), 1_000)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.verify(t.Context()); err != nil || len(b.report.Verified) != 1 {
		t.Fatalf("%v: verified %v", err, b.report.Verified)
	}
	content, err := os.ReadFile(made.file())
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.ReplaceAll(content, []byte("acct-000002"), []byte("acct-000003"))
	if err := os.WriteFile(made.file(), content, 0o600); err != nil {
		t.Fatal(err)
	}
	var coded *exit.Error
	if err := b.verify(t.Context()); !errors.As(err, &coded) || coded.Code != exit.Rejected {
		t.Errorf("the damage is not told: %v", err)
	}
}

func TestByTurnsGivesMedians(t *testing.T) {
	var order []string
	turns := func(name string, took ...time.Duration) measurement {
		n := 0
		return func() ([]time.Duration, error) {
			order = append(order, name)
			n++
			return []time.Duration{took[n-1], took[len(took)-n]}, nil
		}
	}
	medians, err := byTurns(turns("bare", 3, 1, 2), turns("ours", 9, 7, 30))
	want := [][]time.Duration{{2, 2}, {9, 9}}
	if err != nil || !slices.EqualFunc(medians, want, slices.Equal) {
		t.Errorf("%v: %v instead of %v", err, medians, want)
	}
	if got := strings.Join(order, " "); got != "bare ours bare ours bare ours" {
		t.Errorf("not by turns: %s", got)
	}
}

func TestPercentiles(t *testing.T) {
	var all []time.Duration
	for n := range 101 {
		all = append(all, time.Duration(100-n))
	}
	if p50, p99 := percentile(all, 50), percentile(all, 99); p50 != 50 || p99 != 99 {
		t.Errorf("p50 is %d, p99 is %d", p50, p99)
	}
}

func TestGroupedNumbers(t *testing.T) {
	for n, want := range map[float64]string{0.25: "0.25", 9.5: "9.50", 99.94: "99.9", 100: "100", 1_000: "1,000",
		1_234_567.8: "1,234,568"} {
		if got := grouped(n); got != want {
			t.Errorf("%v is %s instead of %s", n, got, want)
		}
	}
}

func TestBenchNoticesEventsThatAreMissing(t *testing.T) {
	b, err := newSession(Options{Events: 1_000, IDs: "v7", Dir: t.TempDir()}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	err = b.read(t.Context(), func(_ *builtLog, log *ledger.Log) error {
		if complete(log, 1_001) == nil {
			t.Error("1,000 events pass for 1,001")
		}
		return complete(log, 1_000)
	})
	if err != nil {
		t.Error(err)
	}
}
