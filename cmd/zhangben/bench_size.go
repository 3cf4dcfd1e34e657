package main

import (
	"context"
	"os"
	"path/filepath"

	"zhangben/ledger"
)

// size measures the pages of the log in use, which hold ids and hashes too, and the index cache beside it, each beside the
// events as lines of JSON.
func (b *bench) size(ctx context.Context) error {
	log, err := b.log(ctx, b.events)
	if err != nil {
		return err
	}
	pages, err := rawSize(log.file())
	if err != nil {
		return err
	}
	cache, err := os.Stat(filepath.Join(log.dir, ledger.CacheName))
	if err != nil {
		return err
	}
	n := float64(log.events)
	lines := float64(log.lineBytes) / n
	b.report.add("size of the log", float64(pages)/n, "bytes/event", lines, "the same events as NDJSON")
	b.report.add("and of its index cache", float64(cache.Size())/n, "bytes/event", lines, "the same events as NDJSON")
	return nil
}
