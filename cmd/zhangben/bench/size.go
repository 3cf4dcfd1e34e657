package bench

import "context"

// size measures the pages of the log in use, which hold ids and hashes too, and the index cache beside it, each beside
// the events as lines of JSON.
func (b *session) size(ctx context.Context) error {
	log, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	n := float64(b.Events)
	b.report.add("size of the log", float64(log.pageBytes)/n, "bytes/event", float64(log.lineBytes)/n,
		"the same events as NDJSON")
	b.report.add("and of its index cache", float64(log.cacheBytes)/n, "bytes/event", float64(log.lineBytes)/n,
		"the same events as NDJSON")
	return nil
}
