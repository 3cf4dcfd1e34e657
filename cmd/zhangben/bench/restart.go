package bench

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"zhangben/ledger"
)

// restart measures a server from the start of its process until it is ready: with the index cache that closing left,
// and without, when all that is kept in memory is rebuilt. Both are held against opening the file.
func (b *session) restart(ctx context.Context) error {
	log, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	started := once(func() (time.Duration, error) {
		first, err := b.firstFigures(ctx, log)
		return first[0], err
	})
	medians, err := byTurns(
		timed(func() error { return rawOpen(log.file()) }),
		started,
		func() ([]time.Duration, error) {
			if err := log.dropIndexCache(); err != nil {
				return nil, err
			}
			return started()
		})
	if err != nil {
		return err
	}
	bare := medians[0][0]
	b.report.addTime("restart until ready", medians[1][0], bare, "opening the bare file")
	b.report.addTime("restart without the index cache", medians[2][0], bare, "opening the bare file")
	return nil
}

// coldStart measures a restart and the first figures after it when the disk has to be read, beside when memory has the
// files; and when besides the whole log has to be read, for want of the index cache.
func (b *session) coldStart(ctx context.Context) error {
	log, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	after := func(prepare ...func() error) measurement {
		return func() ([]time.Duration, error) {
			for _, step := range prepare {
				if err := step(); err != nil {
					return nil, err
				}
			}
			return b.firstFigures(ctx, log)
		}
	}
	forget := func() error { return dropCache(log.dir) }
	medians, err := byTurns(after(), after(forget), after(log.dropIndexCache), after(log.dropIndexCache, forget))
	if err != nil {
		return err
	}
	b.report.addTime("restart until ready, from the disk", medians[1][0], medians[0][0], "from memory")
	b.report.addTime("the first figures after it", medians[1][1], medians[0][1], "from memory")
	b.report.addTime("restart from the disk without the index cache", medians[3][0], medians[2][0], "from memory")
	return nil
}

// firstFigures starts a server, and returns the time until it was ready and that of the first question after it.
func (b *session) firstFigures(ctx context.Context, log *builtLog) ([]time.Duration, error) {
	took := make([]time.Duration, 2)
	err := b.served(ctx, log.dir, func(s *benchServer, ready time.Duration) error {
		asking := time.Now()
		_, err := s.client.get("/v1/accounts/" + benchAccount(log.events/lifeEvents/2))
		took[0], took[1] = ready, time.Since(asking)
		return err
	})
	return took, err
}

// dropIndexCache has the next opening rebuild the indexes.
func (l *builtLog) dropIndexCache() error { return os.Remove(filepath.Join(l.dir, ledger.CacheName)) }
