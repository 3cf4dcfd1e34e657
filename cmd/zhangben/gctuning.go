package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The heap is let grow further than usual before it is collected: events are read as fast as they can be thrown away, and
// this takes a quarter off the work. Garbage gets 256 MiB, however much stays: collecting is cheap, for what stays of a
// long log has few pointers in it. Who is short of memory sets GOMEMLIMIT or GOGC.
const (
	mostGCPercent  = 400
	leastGCPercent = 25
	garbageBytes   = 256 << 20
)

// collectSparingly sets after each collection of garbage when the next is due, until ctx ends. To ask every five seconds
// instead let a heap that had grown to 340 MB meanwhile grow to four times that.
func collectSparingly(ctx context.Context) {
	if os.Getenv("GOGC") == "" {
		plan(ctx, 0)
	}
}

// plan sets when the next collection is due, if that is not at so many percent already, and has itself called after it.
func plan(ctx context.Context, percent int) {
	if ctx.Err() != nil {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if now := gcPercent(live[0].Value.Uint64()); now != percent {
		percent = now
		debug.SetGCPercent(percent)
	}
	runtime.AddCleanup(new(collected), func(percent int) { plan(ctx, percent) }, percent)
}

// collected is something that the next collection throws away. It is large enough not to share its place.
type collected struct{ _ [64]byte }

// gcPercent is how much garbage may gather, in percent of the bytes that stay.
func gcPercent(live uint64) int {
	return int(min(max(garbageBytes*100/max(live, 1), leastGCPercent), mostGCPercent))
}
