package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/ledger/proof"
)

// ErrOtherHistory says that a witness has cosigned a checkpoint that the log contradicts.
var ErrOtherHistory = errors.New("a witness has seen another history of this log")

// ErrAhead says that a witness has cosigned more records than the log has: it was put back to an earlier state.
var ErrAhead = errors.New("a witness has seen more of this log than there is")

// attempts is how often a witness is asked again, each time with the size that it named.
const attempts = 3

// Cosigner has the checkpoints of a log cosigned.
type Cosigner struct {
	policy Policy
	log    *ledger.Log
	signer *checkpoint.Signer
	client *http.Client

	cosigning chan struct{} // holds one while a checkpoint is being cosigned

	mu       sync.Mutex
	sizes    map[string]uint64 // by address: the size that the witness saw last
	ahead    uint64            // the largest of the sizes beyond the log that a witness named
	contrary error             // ErrOtherHistory: it does not pass
}

// New returns a cosigner for a log and its signer.
func New(policy Policy, log *ledger.Log, signer *checkpoint.Signer, client *http.Client) *Cosigner {
	return &Cosigner{
		policy: policy, log: log, signer: signer, client: client,
		cosigning: make(chan struct{}, 1), sizes: map[string]uint64{},
	}
}

// Err returns nil, or why nothing may be signed: a witness contradicts the log, or is ahead of it and the log has not
// caught up.
func (c *Cosigner) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.contrary != nil {
		return c.contrary
	}
	if last := uint64(c.log.Last()); last < c.ahead {
		return fmt.Errorf("%w: %d records, and here are %d; nothing is signed until they are here again",
			ErrAhead, c.ahead, last)
	}
	return nil
}

// Cosign has the newest checkpoint cosigned, asking all witnesses at once, and returns it once enough of them have. The
// signer keeps it.
func (c *Cosigner) Cosign(ctx context.Context) ([]byte, error) {
	select {
	case c.cosigning <- struct{}{}:
		defer func() { <-c.cosigning }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	checkpoint, err := c.signer.Newest()
	if err != nil {
		return nil, err
	}
	parsed, err := proof.ReadCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	cosigned, asked := c.askAll(ctx, checkpoint, parsed.Size)
	if err := c.Err(); err != nil {
		return nil, err
	}
	if _, err := c.policy.Check(cosigned); err != nil {
		return nil, errors.Join(err, asked)
	}
	return cosigned, c.signer.StoreCosigned(cosigned)
}

// askAll returns the checkpoint with the cosignatures of those who gave one, and why the others did not.
func (c *Cosigner) askAll(ctx context.Context, checkpoint []byte, size uint64) ([]byte, error) {
	answers := make([][]byte, len(c.policy.witnesses))
	refusals := make([]error, len(c.policy.witnesses))
	var asking sync.WaitGroup
	for i, w := range c.policy.witnesses {
		asking.Go(func() {
			if answers[i], refusals[i] = c.ask(ctx, w, checkpoint, size); refusals[i] != nil {
				refusals[i] = fmt.Errorf("witness %s: %w", w.key.Name(), refusals[i])
			}
		})
	}
	asking.Wait()
	cosigned := bytes.Clone(checkpoint)
	for _, answer := range answers {
		if answer != nil {
			cosigned = append(cosigned, answer[len(checkpoint):]...)
		}
	}
	return cosigned, errors.Join(refusals...)
}

// ask has one witness cosign, beginning from the size that it saw last.
func (c *Cosigner) ask(ctx context.Context, w witness, checkpoint []byte, size uint64) ([]byte, error) {
	c.mu.Lock()
	older := c.sizes[w.address]
	c.mu.Unlock()
	for range attempts {
		path, err := c.log.ProveGrowth(ledger.Seq(older), ledger.Seq(size))
		if err != nil {
			return nil, err
		}
		cosigned, err := w.addCheckpoint(ctx, c.client, older, path, checkpoint)
		var stale *staleError
		switch {
		case err == nil:
			c.saw(w, size)
			return cosigned, nil
		case errors.Is(err, errForked):
			return nil, c.contradicted(w, older)
		case !errors.As(err, &stale):
			return nil, err
		case stale.size > size:
			return nil, c.overtaken(stale.size)
		}
		older = stale.size
	}
	return nil, fmt.Errorf("it named another size %d times", attempts)
}

func (c *Cosigner) saw(w witness, size uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sizes[w.address] = size
}

// contradicted notes that a witness has seen another history.
func (c *Cosigner) contradicted(w witness, older uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.contrary = fmt.Errorf("%w: %s does not sign that the log continues the first %d records it saw; find out which "+
		"copy of the log is right before anything is signed", ErrOtherHistory, w.key.Name(), older)
	return c.contrary
}

// overtaken notes that a witness has seen more than the checkpoint has: the log has grown meanwhile, or has lost
// records.
func (c *Cosigner) overtaken(size uint64) error {
	c.mu.Lock()
	c.ahead = max(c.ahead, size)
	c.mu.Unlock()
	return &staleError{size}
}
