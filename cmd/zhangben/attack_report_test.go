package main_test

import (
	"cmp"
	"fmt"
	"io"
	"time"
)

// report is what came of all attempts on one front.
type report struct {
	calm, after waits
	order       []string
	rows        map[string]row
}

// row is what came of one attempt, and what others waited meanwhile.
type row struct {
	outcome string
	waits   waits
}

// writeReport writes two tables: what came of each attempt, and what others waited.
func writeReport(w io.Writer, of map[string]*report) {
	fmt.Fprint(w, "\n| attempt |")
	for _, front := range fronts {
		fmt.Fprintf(w, " %s |", front.name)
	}
	fmt.Fprintln(w, " outcome |\n|---|---|---|---|---|")
	for _, attempt := range attempts() {
		fmt.Fprintf(w, "| %s |", attempt.name)
		outcome := ""
		for _, front := range fronts {
			row, tried := of[front.name].rows[attempt.name]
			fmt.Fprintf(w, " %s |", verdictOn(row, tried))
			outcome = cmp.Or(outcome, row.outcome)
		}
		fmt.Fprintf(w, " %s |\n", outcome)
	}
	for _, front := range fronts {
		if report := of[front.name]; len(report.order) > 0 {
			writeWaits(w, front.name, report)
		}
	}
}

func verdictOn(r row, tried bool) string {
	switch {
	case !tried:
		return "-"
	case len(r.outcome) > 8 && r.outcome[:8] == "NOT HELD":
		return "BROKEN"
	}
	return "held"
}

// writeWaits writes what others waited: the 99th percentile, or the longest of fewer than a hundred.
func writeWaits(w io.Writer, front string, r *report) {
	fmt.Fprintf(w, "\n%s: p99 of others, while floods get a processor only when no one else wants one\n", front)
	fmt.Fprint(w, "| | post | publish | read | answers |\n|---|---|---|---|---|\n")
	write := func(name string, s waits) {
		fmt.Fprintf(w, "| %s | %v | %v | %v | %d |\n", name, s.p99("post"), s.p99("publish"), s.p99("read"), s.answers())
	}
	write("calm, before", r.calm)
	write("calm, after", r.after)
	all := waits{took: map[string][]time.Duration{}}
	for _, name := range r.order {
		for what, took := range r.rows[name].waits.took {
			all.took[what] = append(all.took[what], took...)
		}
	}
	write("under attack, all", all)
	for _, name := range r.order {
		write(name, r.rows[name].waits)
	}
}
