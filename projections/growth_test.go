package projections_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"zhangben/projections"
)

var growthMost = flag.Int("growth.most", 1_000,
	"how many facts of a kind the longest history has that TestGrowth measures")

// TestGrowth measures the processor time that questions take as one history grows: scripts/growth.sh prints the table.
// It only reports.
func TestGrowth(t *testing.T) {
	t.Logf("%-26s %8s %11s %7s %11s %11s %11s %9s", "one contract with", "n", "fold", "of last", "timeline", "why not",
		"explain", "allocated")
	for _, kind := range longKinds {
		var last time.Duration
		for n := min(1_000, *growthMost); n <= min(kind.most, *growthMost); n = growthNext(n, min(kind.most, *growthMost)) {
			last = reportGrowth(t, longHistoryOf(kind.name, n), n, last)
		}
	}
}

// growthNext is ten times as many, or the most there are to be.
func growthNext(n, most int) int {
	if n == most {
		return most + 1
	}
	return min(10*n, most)
}

// reportGrowth measures one history, and returns how long its fold took; last is that of the one before.
func reportGrowth(t *testing.T, h longHistory, n int, last time.Duration) time.Duration {
	ask := questionsOf(h)
	fold := took(t, ask["fold"])
	times := ""
	if last > 0 {
		times = fmt.Sprintf("× %.1f", float64(fold)/float64(last))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	explain := took(t, ask["explain"])
	runtime.ReadMemStats(&after)
	t.Logf("%-26s %8d %11v %7s %11v %11v %11v %6d MB", h.name, n, fold, times, took(t, ask["timeline"]),
		took(t, ask["why not"]),
		explain, (after.TotalAlloc-before.TotalAlloc)>>20)
	return fold
}

func took(t *testing.T, ask func(context.Context) error) time.Duration {
	start := processorTime(t)
	if err := ask(t.Context()); err != nil && !errors.Is(err, projections.ErrTooMuchToExplain) {
		t.Fatal(err)
	}
	return (processorTime(t) - start).Round(10 * time.Microsecond)
}

// processorTime is what this process has taken so far; other processes do not show in it.
func processorTime(t *testing.T) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
