package ledger

import "sync"

// keeper writes the index cache in the background.
type keeper struct {
	saved Seq // the last record in the cache, or in the one that could not be written
	ended sync.WaitGroup
	end   chan struct{}
}

// The cache is written when the log has grown by an eighth, but not for less than leastGrowth records: the records that
// came after it are read at the next opening, and writing it costs about 100 bytes to the disk an event.
const (
	leastGrowth = 1 << 18
	growth      = 8
)

// start begins to watch the log.
func (k *keeper) start(l *Log) {
	k.end = make(chan struct{})
	nudge, cancel := l.Subscribe()
	k.ended.Go(func() {
		defer cancel()
		for {
			if l.Last()-k.saved >= max(leastGrowth, k.saved/growth) {
				k.save(l)
			}
			select {
			case <-nudge:
			case <-k.end:
				return
			}
		}
	})
}

// stop ends watching, and writes the cache a last time if there is anything new.
func (k *keeper) stop(l *Log) {
	if k.end == nil {
		return
	}
	close(k.end)
	k.ended.Wait()
	if l.Last() > k.saved {
		k.save(l)
	}
}

// save writes the cache. Where that fails the next opening takes longer, and nothing is lost.
func (k *keeper) save(l *Log) {
	k.saved = l.Last()
	if err := l.saveIndexes(); err != nil {
		l.logger.Warn("the index cache cannot be written", "error", err)
	}
}
