package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Figure is one figure beside the raw limit it is to be held against, both in the same unit.
type Figure struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Raw     float64 `json:"raw"`
	RawName string  `json:"raw_name"`
	Ratio   float64 `json:"ratio"` // value over raw: a rate is better above, a time or a size beneath
}

// Report is the outcome of a run.
type Report struct {
	CPUs     int      `json:"cpus"`
	Platform string   `json:"platform"`
	Events   int      `json:"events"`
	IDs      string   `json:"ids"`
	Steps    []string `json:"steps"` // that were measured
	Figures  []Figure `json:"figures"`
	Verified []string `json:"verified"` // the logs made, all of which verified
}

func newReport(o Options) *Report {
	return &Report{CPUs: runtime.NumCPU(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Events: o.Events, IDs: o.IDs}
}

func (r *Report) add(name string, value float64, unit string, raw float64, rawName string) {
	r.Figures = append(r.Figures, Figure{name, value, unit, raw, rawName, value / raw})
}

// addRate reports how many things a second there were: n in each of two times.
func (r *Report) addRate(name string, n int, unit string, took, bare time.Duration, rawName string) {
	r.add(name, float64(n)/took.Seconds(), unit, float64(n)/bare.Seconds(), rawName)
}

// addTime reports a time, in milliseconds.
func (r *Report) addTime(name string, took, bare time.Duration, rawName string) {
	r.add(name, took.Seconds()*1_000, "ms", bare.Seconds()*1_000, rawName)
}

// Print writes the report: as one JSON object, or as a table.
func (r *Report) Print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	fmt.Fprintf(w, "%s events, ten to a contract, %s ids, %d CPUs, %s\n\n", grouped(float64(r.Events)), r.IDs, r.CPUs,
		r.Platform)
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\tzhangben\traw limit\t\tof it")
	for _, f := range r.Figures {
		fmt.Fprintf(table, "%s\t%s %s\t%s\t%s\t%s\n", f.Name, grouped(f.Value), f.Unit, grouped(f.Raw), f.RawName,
			significant(f.Ratio))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nMeasured: %s.\nThe %d logs made by this run were verified from end to end.\n",
		strings.Join(r.Steps, ", "), len(r.Verified))
	return err
}

// significant writes a ratio to two digits that mean something.
func significant(ratio float64) string {
	if ratio < 0.1 {
		return strconv.FormatFloat(ratio, 'f', 3, 64)
	}
	return grouped(ratio)
}

// grouped writes a number with commas between thousands, and decimals where it is small.
func grouped(n float64) string {
	switch {
	case n < 10:
		return strconv.FormatFloat(n, 'f', 2, 64)
	case n < 100:
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	digits := strconv.FormatFloat(n, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
