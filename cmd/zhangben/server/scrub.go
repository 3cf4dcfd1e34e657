package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zhangben/ledger"
)

const (
	DefaultScrubRate = 4 << 20          // bytes a second
	scrubPause       = 10 * time.Minute // between two walks
	scrubSteps       = 4                // a second
)

// scrub walks through the log in the background, over and over, and remembers what it finds.
type scrub struct {
	log    *ledger.Log
	rate   int64 // bytes a second; 0: no scrubbing
	logger *slog.Logger

	mu    sync.Mutex
	found error // the damage seen last
	bytes uint64
	walks uint64
	ended time.Time // of the last walk
}

// run scrubs until ctx ends. After damage it goes on with the next walk: it may be that the log is repaired.
func (s *scrub) run(ctx context.Context) {
	if s.rate == 0 {
		return
	}
	for ctx.Err() == nil {
		if err := s.walk(ctx); ctx.Err() == nil {
			s.keepEnd(err)
		}
		wait(ctx, scrubPause)
	}
}

// walk goes through the log once, in steps of a quarter of a second.
func (s *scrub) walk(ctx context.Context) error {
	for walk := s.log.Scrub(); ; {
		n, done, err := walk.Step(int(max(s.rate/scrubSteps, 1)))
		s.mu.Lock()
		s.bytes += uint64(max(n, 0))
		s.mu.Unlock()
		if done || err != nil {
			return err
		}
		if wait(ctx, time.Duration(n)*time.Second/time.Duration(s.rate)); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// keepEnd remembers how a walk ended.
func (s *scrub) keepEnd(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = time.Now()
	switch {
	case err == nil:
		s.walks++
		if s.found != nil {
			s.logger.Info("the log is sound again", "found_before", s.found)
		}
		s.found = nil
	case errors.Is(err, ledger.ErrDamaged):
		s.found = err
		s.logger.Error("the log is damaged: see zhangben verify; repair it with verify --repair, or restore a backup",
			"error", err)
	case !errors.Is(err, ledger.ErrClosed):
		s.logger.Error("the log could not be scrubbed", "error", err)
	}
}

// ready returns what was found, or nil.
func (s *scrub) ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.found == nil {
		return nil
	}
	return fmt.Errorf("the log is damaged: %w: see zhangben verify; repair it with verify --repair, or restore a backup",
		s.found)
}

// wait waits, less long if ctx ends.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
