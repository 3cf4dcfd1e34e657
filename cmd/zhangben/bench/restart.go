package bench

import (
	"context"
	"time"
)

// restart measures a server from the start of its process until it is ready, beside opening the file.
func (b *session) restart(ctx context.Context) error {
	log, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	restarted := func() (took time.Duration, err error) {
		err = b.served(ctx, log.dir, func(_ *benchServer, ready time.Duration) error {
			took = ready
			return nil
		})
		return took, err
	}
	opened := func() error { return rawOpen(log.file()) }
	return b.time("restart until ready", once(restarted), timed(opened), "opening the bare file")
}
