package query

import (
	"context"
	"sync"
	"sync/atomic"
)

// workers is how many folds run at once in questions about many accounts.
const workers = 2

// window is how many contracts, or accounts, are held folded at a time in them.
const window = 4096

// parallel calls do for 0 to n-1, a few at a time, and gives an error of theirs. It stops early when ctx ends.
func parallel(ctx context.Context, n int, do func(i int) error) error {
	return parallelBy(ctx, workers, n, do)
}

// parallelBy does so with a number of workers.
func parallelBy(ctx context.Context, workers, n int, do func(i int) error) error {
	var next atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[w] == nil; i = int(next.Add(1)) - 1 {
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = do(i)
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
