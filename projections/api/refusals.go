package api

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"zhangben/events"
	"zhangben/ledger"
)

// refusals counts the quarantine by code, in the background: only what was added since the last look.
type refusals struct {
	log *ledger.Log

	mu     sync.Mutex
	last   uint64 // id of the last one counted
	counts map[events.Code]int
	closed int // how many were retried or dismissed
}

func newRefusals(log *ledger.Log) *refusals {
	return &refusals{log: log, counts: map[events.Code]int{}}
}

// refusalsAtOnce bounds how many refused messages are in memory.
const refusalsAtOnce = 64

// count counts as the log grows, until ctx is done. An error is told by what is asked for next.
func (c *refusals) count(ctx context.Context) {
	for {
		committed := c.log.Committed()
		for ctx.Err() == nil && c.more() {
		}
		select {
		case <-committed:
		case <-ctx.Done():
			return
		}
	}
}

// more counts some, and reports whether there may be more.
func (c *refusals) more() bool {
	some, err := c.log.Rejected(c.last, refusalsAtOnce)
	if err != nil {
		return false
	}
	closed, err := c.log.ClosedCount()
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = closed
	for i := range some {
		c.counts[some[i].Code]++
		c.last = some[i].ID
	}
	return len(some) == refusalsAtOnce
}

var rejectedDesc = prometheus.NewDesc("zhangben_rejected_total",
	"Messages in quarantine, by the code of what is wrong.",
	[]string{"code"}, nil)

var openDesc = prometheus.NewDesc("zhangben_rejected_open",
	"Messages in quarantine that were neither retried nor dismissed.", nil, nil)

// Describe and Collect make the counts a collector.
func (c *refusals) Describe(to chan<- *prometheus.Desc) {
	to <- rejectedDesc
	to <- openDesc
}

// Collect sends the counts.
func (c *refusals) Collect(to chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	open := -c.closed
	for code, n := range c.counts {
		open += n
		to <- prometheus.MustNewConstMetric(rejectedDesc, prometheus.CounterValue, float64(n), string(code))
	}
	to <- prometheus.MustNewConstMetric(openDesc, prometheus.GaugeValue, float64(max(open, 0)))
}
