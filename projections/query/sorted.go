package query

import (
	"context"
	"os"

	"github.com/lanrat/extsort"
)

// sorted has texts made, by any number of goroutines, and hands them back in order. It holds a few times n of them in
// memory, and the rest in a temporary file: in $TMPDIR, or else in /var/tmp, which is seldom memory in disguise. The file
// has no name and is gone with the process.
func sorted(ctx context.Context, n int, produce func(ctx context.Context, emit func(string) error) error, take func(string) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	in, ended := make(chan string, 1024), make(chan struct{})
	go func() {
		defer close(ended)
		if err := produce(ctx, emitter(ctx, in)); err != nil {
			cancel(err)
			return // in stays open: nothing is handed back of what is not whole
		}
		close(in)
	}()
	sorter, out, failed := extsort.Strings(in, &extsort.Config{ChunkSize: n, NumWorkers: workers, TempFilesDir: os.Getenv("TMPDIR")})
	sorter.Sort(ctx)
	for text := range out {
		if err := take(text); err != nil {
			cancel(err)
			break
		}
	}
	if err := <-failed; err != nil {
		cancel(err)
	}
	<-ended
	return context.Cause(ctx)
}

// emitter sends texts until ctx is done.
func emitter(ctx context.Context, to chan<- string) func(string) error {
	return func(text string) error {
		select {
		case to <- text:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
