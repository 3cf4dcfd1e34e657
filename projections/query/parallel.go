package query

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// workers is how many folds run at once in questions about many accounts.
func workers() int { return processors }

// window is how many contracts, or accounts, are held folded at a time in them.
const window = 4096

// parallel calls do for 0 to n-1, most at a time, and returns the first error of theirs, or of ctx. Either ends it
// early, and the context of the other calls. Each goroutine works by turns.
func (r *Reader) parallel(ctx context.Context, most, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range most {
		group.Go(func() error {
			ctx, end := r.turn(ctx)
			defer end()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := do(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
