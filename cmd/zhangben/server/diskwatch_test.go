package server

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"zhangben/projections/api"
)

func TestDiskWatchOpensByItself(t *testing.T) {
	w := &diskWatch{dir: "/data", floor: 800, logger: slog.New(slog.DiscardHandler)}
	for _, step := range []struct {
		free int64
		low  bool
	}{{1000, false}, {800, false}, {799, true}, {850, true}, {899, true}, {900, false}, {850, false}} {
		w.keepFree(step.free)
		if low := errors.Is(w.checkWritable(), api.ErrPaused); low != step.low {
			t.Errorf("%d bytes free: %v", step.free, w.checkWritable())
		}
	}
	w.keepFree(0)
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := w.gate(short); err == nil {
		t.Error("the gate is open")
	}
	time.AfterFunc(10*time.Millisecond, func() { w.keepFree(1000) })
	if err := w.gate(t.Context()); err != nil {
		t.Error(err)
	}
}
