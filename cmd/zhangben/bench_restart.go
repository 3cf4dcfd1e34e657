package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"zhangben/ledger"
)

// restart measures a server from the start of its process until it is ready: with the index cache that closing left, and
// without, when all that is kept in memory is made anew. Both are held against opening the file.
func (b *bench) restart(ctx context.Context) error {
	log, err := b.log(ctx, b.events)
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
// files.
func (b *bench) coldStart(ctx context.Context) error {
	log, err := b.log(ctx, b.events)
	if err != nil {
		return err
	}
	medians, err := byTurns(
		func() ([]time.Duration, error) { return b.firstFigures(ctx, log) },
		func() ([]time.Duration, error) {
			if err := dropCache(log.dir); err != nil {
				return nil, err
			}
			return b.firstFigures(ctx, log)
		})
	if err != nil {
		return err
	}
	warm, cold := medians[0], medians[1]
	b.report.addTime("restart until ready, from the disk", cold[0], warm[0], "from memory")
	b.report.addTime("the first figures after it", cold[1], warm[1], "from memory")
	return nil
}

// firstFigures starts a server, and gives the time until it was ready and that of the first question after it.
func (b *bench) firstFigures(ctx context.Context, log *benchLog) ([]time.Duration, error) {
	took := make([]time.Duration, 2)
	err := b.served(ctx, log.dir, func(s *benchServer, ready time.Duration) error {
		asking := time.Now()
		_, err := s.client.get("/v1/accounts/" + benchAccount(log.events/lifeEvents/2))
		took[0], took[1] = ready, time.Since(asking)
		return err
	})
	return took, err
}

// dropIndexCache has the next opening make the indexes anew.
func (l *benchLog) dropIndexCache() error { return os.Remove(filepath.Join(l.dir, ledger.CacheName)) }
