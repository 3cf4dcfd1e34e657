package ledger

import (
	"context"
	"sync"
	"time"
)

// indexWriter writes the index cache in the background.
type indexWriter struct {
	saved Seq // the last record in the cache, or in the one that could not be written
	ended sync.WaitGroup
	end   chan struct{}

	saving  context.Context // ends when a save takes too long for closing
	abandon context.CancelFunc
}

// closingTime is how long a save may take once the log is closed. What is not in the cache then is read from the
// records at the next opening.
const closingTime = 500 * time.Millisecond

// The cache is written when the log has grown by an eighth, but not for less than leastGrowth records: the records that
// came after it are read at the next opening, and writing it costs about 100 bytes to the disk an event.
const (
	leastGrowth = 1 << 18
	growth      = 8
)

// start begins to watch the log.
func (w *indexWriter) start(l *Log) {
	w.end = make(chan struct{})
	w.saving, w.abandon = context.WithCancel(context.Background())
	w.ended.Go(func() {
		for {
			committed := l.Committed()
			if l.Last()-w.saved >= max(leastGrowth, w.saved/growth) {
				w.save(l)
			}
			select {
			case <-committed:
			case <-w.end:
				return
			}
		}
	})
}

// stop ends watching, and writes the cache a last time if there is anything new.
func (w *indexWriter) stop(l *Log) {
	if w.end == nil {
		return
	}
	close(w.end)
	defer time.AfterFunc(closingTime, w.abandon).Stop()
	w.ended.Wait()
	if l.Last() > w.saved {
		w.save(l)
	}
}

// save writes the cache. Where that fails, the next opening takes longer and nothing is lost.
func (w *indexWriter) save(l *Log) {
	w.saved = l.Last()
	if err := l.saveIndex(w.saving); err != nil {
		l.logger.Warn("the index cache cannot be written", "error", err)
	}
}

// saveIndex writes the index of all records there are, while the log may grow, unless ctx ends first.
func (l *Log) saveIndex(ctx context.Context) error {
	l.mu.RLock()
	snapshot := l.index.Snapshot(l.state.identity(l.created))
	l.mu.RUnlock()
	return snapshot.Save(ctx, l.cachePath(), l.mu.RLocker())
}
