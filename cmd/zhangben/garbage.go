package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The heap is let grow further than usual before it is collected: events are read as fast as they can be thrown away, and
// this takes a quarter off the work. But a long log has much in memory that stays, and four times that would be wasted:
// garbage gets 256 MiB, and beyond that as much as what stays. Who is short of memory sets GOMEMLIMIT or GOGC.
const (
	mostGCPercent  = 400
	leastGCPercent = 100
	garbageBytes   = 256 << 20
)

// collectSparingly sets how often garbage is collected until ctx ends.
func collectSparingly(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	percent := mostGCPercent
	debug.SetGCPercent(percent)
	go func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		tick := time.NewTicker(5 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				metrics.Read(live)
				if now := gcPercent(live[0].Value.Uint64()); now != percent {
					percent = now
					debug.SetGCPercent(percent)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
}

// gcPercent is how much garbage may gather, in percent of the bytes that stay.
func gcPercent(live uint64) int {
	return int(min(max(garbageBytes*100/max(live, 1), leastGCPercent), mostGCPercent))
}
