package bench

import (
	"context"
	"path/filepath"
	"slices"
	"time"
)

// memory measures the anonymous memory of a server once it has settled, beside one that has nothing in its log: what is
// mapped from files the system takes back when it wants.
func (b *session) memory(ctx context.Context) error {
	log, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	empty, err := b.settledMemory(ctx, filepath.Join(b.root, "empty"))
	if err != nil {
		return err
	}
	settled, err := b.settledMemory(ctx, log.dir)
	n := float64(log.events)
	b.report.add("memory after a restart", float64(settled)/n, "bytes/event", float64(empty)/n,
		"a server with an empty log")
	return err
}

// settledMemory starts a server and reads its memory when it is ready and at rest.
func (b *session) settledMemory(ctx context.Context, dir string) (bytes int64, err error) {
	err = b.served(ctx, dir, func(s *benchServer, _ time.Duration) error {
		bytes, err = b.settled(s.cmd.Process.Pid)
		return err
	})
	return bytes, err
}

// settled reads the memory of a process until for b.settle it has changed by a fiftieth or 2 MiB at most, or for ten
// times as long.
func (b *session) settled(pid int) (int64, error) {
	const period = 250 * time.Millisecond
	window := max(1, int(b.Settle/period))
	var seen []int64
	for range 10 * window {
		bytes, err := anonymousMemory(pid)
		if err != nil {
			return 0, err
		}
		seen = append(seen, bytes)
		if len(seen) > window {
			seen = seen[1:]
		}
		if least, most := slices.Min(seen), slices.Max(seen); len(seen) == window && most-least <= max(most/50, 2<<20) {
			return bytes, nil
		}
		time.Sleep(period)
	}
	return seen[len(seen)-1], nil
}
