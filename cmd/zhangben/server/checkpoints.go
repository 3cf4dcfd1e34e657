package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
)

// CheckpointConfig says how serve signs what the log is.
type CheckpointConfig struct {
	KeyFile, Origin string
	Witnesses       string // file of the witnesses; "" for none
}

// signer makes the key at the first start.
func (o *CheckpointConfig) signer(log *ledger.Log, data string, logger *slog.Logger) (*checkpoint.Signer, error) {
	path := o.file(data)
	key, made, err := checkpoint.EnsureKey(log, path, o.Origin)
	switch {
	case errors.Is(err, ledger.ErrStorage), errors.Is(err, ledger.ErrDamaged):
		return nil, err
	case err != nil:
		return nil, exit.Usage(err)
	case made:
		logger.Info("made the key that signs checkpoints: give outsiders its public part", "file", path, "public",
			key.Public().String())
	}
	return checkpoint.NewSigner(log, key), nil
}

// checkPeriod is how often the log is compared with what was signed, while it has not come so far.
const checkPeriod = time.Second

// signatures looks whether the log is the one whose checkpoints were signed, before anybody asks for another.
type signatures struct {
	signer    *checkpoint.Signer
	cosigning *cosigning // nil: no witnesses
	logger    *slog.Logger

	mu  sync.Mutex
	bad error // why nothing is signed
}

// run compares until the answer is final: a restored log must first catch up with what was signed.
func (s *signatures) run(ctx context.Context) {
	for again := true; again && ctx.Err() == nil; again = s.compare() {
		wait(ctx, checkPeriod)
	}
}

// compare compares once, and reports whether to compare again.
func (s *signatures) compare() (again bool) {
	err := s.signer.Check()
	s.mu.Lock()
	before := s.bad
	s.bad = err
	s.mu.Unlock()
	again = errors.Is(err, checkpoint.ErrNotCaughtUp)
	switch {
	case err == nil && before != nil:
		s.logger.Info("the log agrees with what was signed: checkpoints are signed again")
	case again && before == nil:
		s.logger.Warn("no checkpoints are signed until the log has come to where it was", "error", err)
	case err != nil && !again:
		s.logger.Error("no checkpoints are signed", "error", err)
	}
	return again
}

// ready returns why no checkpoints are signed, or nil.
func (s *signatures) ready() error {
	s.mu.Lock()
	bad := s.bad
	s.mu.Unlock()
	if bad = errors.Join(bad, s.cosigning.Sound()); bad == nil {
		return nil
	}
	return fmt.Errorf("no checkpoints are signed: %w", bad)
}

// refused is 1 while no checkpoints are signed, for the metrics.
func (s *signatures) refused() float64 {
	if s.ready() == nil {
		return 0
	}
	return 1
}
