// Package gctuning sets how far the heap may grow before garbage is collected.
package gctuning

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The heap may grow further than usual before it is collected: events are read as fast as they can be thrown away, so
// rare collections save work. Garbage may take 256 MiB however large the live heap is, since what stays of a long log
// has few pointers in it and is cheap to mark. A machine short of memory is served by GOMEMLIMIT or GOGC.
const (
	mostPercent  = 400
	leastPercent = 25
	garbageBytes = 256 << 20
)

// Start sets after each collection when the next is due, until ctx ends. Asking at intervals instead would let a heap
// that grew between two of them grow by the old percentage. It does nothing where GOGC is set.
func Start(ctx context.Context) {
	if os.Getenv("GOGC") == "" {
		schedule(ctx, 0)
	}
}

// schedule sets when the next collection is due, unless percent says so already, and has itself called after it.
func schedule(ctx context.Context, percent int) {
	if ctx.Err() != nil {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if now := percentFor(live[0].Value.Uint64()); now != percent {
		percent = now
		debug.SetGCPercent(percent)
	}
	runtime.AddCleanup(new(collected), func(percent int) { schedule(ctx, percent) }, percent)
}

// collected is something that the next collection throws away. It is large enough not to share its place.
type collected struct{ _ [64]byte }

// percentFor is how much garbage may gather, in percent of the bytes that stay.
func percentFor(live uint64) int {
	return int(min(max(garbageBytes*100/max(live, 1), leastPercent), mostPercent))
}
