package main

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

// benchFigure is one figure beside the raw limit it is to be held against, both in the same unit.
type benchFigure struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Raw     float64 `json:"raw"`
	RawName string  `json:"raw_name"`
}

// benchReport is what a run gives.
type benchReport struct {
	CPUs     int           `json:"cpus"`
	Platform string        `json:"platform"`
	Events   int           `json:"events"`
	IDs      string        `json:"ids"`
	Figures  []benchFigure `json:"figures"`
	Verified bool          `json:"verified"`
}

func newBenchReport(o benchOptions) *benchReport {
	return &benchReport{CPUs: runtime.NumCPU(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Events: o.events, IDs: o.ids}
}

func (r *benchReport) add(name string, value float64, unit string, raw float64, rawName string) {
	r.Figures = append(r.Figures, benchFigure{name, value, unit, raw, rawName})
}

// perSecond is the rate of n things in a time.
func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

// print writes the report: as one JSON object, or as a table.
func (r *benchReport) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	fmt.Fprintf(w, "%s events, %s ids, %d CPUs, %s\n\n", grouped(float64(r.Events)), r.IDs, r.CPUs, r.Platform)
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\tzhangben\traw limit\t\tof it")
	for _, f := range r.Figures {
		fmt.Fprintf(table, "%s\t%s %s\t%s\n", f.Name, grouped(f.Value), f.Unit, f.rawCells())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\nThe ledger made by this run was verified from end to end.")
	return err
}

// rawCells are the columns of the raw limit: its figure, its name, and the share of it that was reached.
func (f benchFigure) rawCells() string {
	share, decimals := 100*f.Value/f.Raw, 0
	if share < 10 {
		decimals = 1
	}
	return fmt.Sprintf("%s\t%s\t%.*f %%", grouped(f.Raw), f.RawName, decimals, share)
}

// grouped writes a number with commas between thousands, and one decimal where it is small.
func grouped(n float64) string {
	if n < 100 {
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	digits := strconv.FormatFloat(n, 'f', 0, 64)
	var groups []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}
