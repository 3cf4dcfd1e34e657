package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zhangben/cmd/zhangben/disk"
	"zhangben/projections/api"
)

// diskPeriod is how often the disk is looked at.
const diskPeriod = time.Second

// diskWatch closes the way into the log while the disk is too full: a write that fails would end the program, and a
// full disk may cost JetStream its stream. It opens the way by itself when there is space again, an eighth more than
// the floor.
type diskWatch struct {
	dir    string
	floor  int64 // bytes; 0: none
	logger *slog.Logger

	mu     sync.Mutex
	free   int64
	low    bool
	opened chan struct{} // closed when the way is open again; nil while it is
}

func newDiskWatch(dir string, asked int64, logger *slog.Logger) (*diskWatch, error) {
	free, total, err := disk.Space(dir)
	if err != nil {
		return nil, err
	}
	w := &diskWatch{dir: dir, floor: disk.Floor(asked, total), logger: logger}
	w.keepFree(free)
	return w, nil
}

// run looks at the disk until ctx ends.
func (w *diskWatch) run(ctx context.Context) {
	for ticks := time.NewTicker(diskPeriod); ; {
		select {
		case <-ctx.Done():
			ticks.Stop()
			return
		case <-ticks.C:
		}
		if free, _, err := disk.Space(w.dir); err == nil {
			w.keepFree(free)
		}
	}
}

// keepFree stores how much is free.
func (w *diskWatch) keepFree(free int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free = free
	switch {
	case !w.low && free < w.floor:
		w.low, w.opened = true, make(chan struct{})
		w.logger.Error("ingest is stopped: the disk is nearly full", "free_bytes", free, "floor_bytes", w.floor, "data",
			w.dir)
	case w.low && free >= w.floor+w.floor/8:
		w.low = false
		close(w.opened)
		w.logger.Info("ingest has resumed: the disk has space", "free_bytes", free, "floor_bytes", w.floor)
	}
}

// checkWritable returns why ingest is stopped and what to do, or nil.
func (w *diskWatch) checkWritable() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.low {
		return nil
	}
	return fmt.Errorf("%w: the disk of %s has %s free, less than the floor of %s: make room there, and ingest "+
		"resumes by itself (zhangben doctor says more)",
		api.ErrPaused, w.dir, disk.Size(w.free), disk.Size(w.floor))
}

// gate waits until something may be written.
func (w *diskWatch) gate(ctx context.Context) error {
	for {
		w.mu.Lock()
		low, opened := w.low, w.opened
		w.mu.Unlock()
		if !low {
			return ctx.Err()
		}
		select {
		case <-opened:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// room returns an error where the disk cannot take bytes more without falling below the floor.
func (w *diskWatch) room(bytes int64) error {
	free, _, err := disk.Space(w.dir)
	if err == nil && free-bytes < w.floor {
		err = fmt.Errorf("%w: %s are needed above the floor of %s, %s are free", api.ErrNoRoom, disk.Size(bytes),
			disk.Size(w.floor), disk.Size(free))
	}
	return err
}
