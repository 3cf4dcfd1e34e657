package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/ledger/proof"
	"zhangben/ledger/witness"
)

const (
	cosignPeriod = 10 * time.Minute
	cosignPause  = 20 * time.Second // until the next attempt after one that failed
)

// cosigning has checkpoints cosigned while a ledger runs; nil where no witnesses are named.
type cosigning struct {
	cosigner *witness.Cosigner
	logger   *slog.Logger
}

// readWitnesses reads the policy of --witness, whose witnesses must all have an address.
func (o *CheckpointConfig) readWitnesses() (witness.Policy, error) {
	policy, err := witness.ReadPolicy(o.Witnesses)
	if err == nil {
		err = policy.Reachable()
	}
	if err != nil {
		return policy, exit.Usagef("--witness: %w", err)
	}
	return policy, nil
}

// check refuses a policy that cannot be followed.
func (o *CheckpointConfig) check() error {
	if o.Witnesses == "" {
		return nil
	}
	_, err := o.readWitnesses()
	return err
}

func (o *CheckpointConfig) cosigning(log *ledger.Log, signer *checkpoint.Signer,
	logger *slog.Logger) (*cosigning, error) {
	if o.Witnesses == "" {
		return nil, nil
	}
	policy, err := o.readWitnesses()
	if err != nil {
		return nil, err
	}
	return &cosigning{witness.New(policy, log, signer, http.DefaultClient), logger}, nil
}

// Sound returns why a witness keeps the ledger from signing, or nil.
func (c *cosigning) Sound() error {
	if c == nil {
		return nil
	}
	return c.cosigner.Err()
}

// run has the newest checkpoint cosigned every ten minutes, and sooner where it was not.
func (c *cosigning) run(ctx context.Context) {
	var failed bool
	for ctx.Err() == nil {
		period := cosignPeriod
		note, err := c.cosigner.Cosign(ctx)
		if err != nil {
			period = cosignPause
		}
		c.report(ctx, note, err, failed)
		failed = err != nil
		wait(ctx, period)
	}
}

// report says what became of an attempt; of several in a row that fail only the first, unless nothing is signed any
// more.
func (c *cosigning) report(ctx context.Context, note []byte, err error, failedBefore bool) {
	switch {
	case ctx.Err() != nil:
	case err == nil:
		if checkpoint, err := proof.ReadCheckpoint(note); err == nil {
			c.logger.Info("witnesses have cosigned the log", "records", checkpoint.Size)
		}
	case c.Sound() != nil:
		c.logger.Error("no checkpoints are signed: a witness contradicts the log", "error", err)
	case !failedBefore:
		c.logger.Warn("the log is not cosigned; trying again", "error", err)
	}
}

// cosignedSize is how many records witnesses have cosigned, for the metrics.
func (s *signatures) cosignedSize() float64 {
	note, err := s.signer.Cosigned()
	if err != nil {
		return 0
	}
	checkpoint, err := proof.ReadCheckpoint(note)
	if err != nil {
		return 0
	}
	return float64(checkpoint.Size)
}
