// Package burst reports once what happens many times.
package burst

import (
	"sync"
	"time"
)

const (
	gatherTime = time.Second      // from the first of a burst to the report
	period     = 10 * time.Second // from one report to the next
	mostKeys   = 32               // in one report
)

// Counter counts what happens, by a key, and has the counts reported: a second after the first, and at most every ten
// seconds.
type Counter[K comparable] struct {
	report    func(map[K]int)
	reporting sync.Mutex // one report after the other

	mu       sync.Mutex
	counts   map[K]int   // since the last report
	timer    *time.Timer // nil while there are none
	reported time.Time
}

// New returns a counter whose counts are passed to report.
func New[K comparable](report func(map[K]int)) *Counter[K] {
	return &Counter[K]{report: report, counts: map[K]int{}}
}

// Add counts n more of a key, and returns how many of it are to be reported. Where there are too many keys, it counts
// them under the zero one.
func (c *Counter[K]) Add(key K, n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.counts[key]; !known && len(c.counts) >= mostKeys {
		var zero K
		key = zero
	}
	c.counts[key] += n
	if c.timer == nil {
		c.timer = time.AfterFunc(max(gatherTime, time.Until(c.reported.Add(period))), c.Flush)
	}
	return c.counts[key]
}

// Flush has the counts reported at once, if there are any, and waits until they are.
func (c *Counter[K]) Flush() {
	c.reporting.Lock()
	defer c.reporting.Unlock()
	c.mu.Lock()
	counts := c.counts
	if len(counts) > 0 {
		c.timer.Stop()
		c.counts, c.timer, c.reported = map[K]int{}, nil, time.Now()
	}
	c.mu.Unlock()
	if len(counts) > 0 {
		c.report(counts)
	}
}
