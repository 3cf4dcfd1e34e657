package server

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zhangben/ledger/ingest"
)

// quorumPatience is for how long a stream may be without a leader before the ledger is not ready: an election is no
// fault.
const quorumPatience = 5 * time.Second

// keepStream keeps the stream's status, and since when nothing can be stored.
func (o *supervisor) keepStream(status ingest.Status) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keepBehind(status.Behind)
	if o.stream = status; status.Condition != ingest.NoQuorum {
		o.failed = time.Time{}
	} else if o.failed.IsZero() {
		o.failed = time.Now()
	}
}

// quorum returns why nothing can be stored in the stream, or nil.
func (o *supervisor) quorum() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed.IsZero() || time.Since(o.failed) < quorumPatience {
		return nil
	}
	return fmt.Errorf("ingest is stopped: %s; %s", o.stream.What, o.stream.Remedy)
}

// measureQuorum registers the measurements of the servers that keep the stream.
func (o *supervisor) measureQuorum(registry *prometheus.Registry) {
	gauge := func(name, help string, value func(ingest.Status) float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return value(o.lastStream()) }))
	}
	gauge("zhangben_stream_quorum", "1 while the stream can store events, else 0.", func(s ingest.Status) float64 {
		if s.Stream == "" || s.Condition == ingest.NoQuorum || s.Condition == ingest.Absent {
			return 0
		}
		return 1
	})
	gauge("zhangben_stream_copies", "Copies of the stream on other servers of the cluster.",
		func(s ingest.Status) float64 { return float64(len(s.Copies)) })
	gauge("zhangben_stream_copies_current", "Copies that have all that the leader has.", func(s ingest.Status) float64 {
		n := 0
		for _, c := range s.Copies {
			if c.Current && !c.Offline {
				n++
			}
		}
		return float64(n)
	})
	gauge("zhangben_stream_copies_lag", "Operations that the copy farthest behind has still to take.",
		func(s ingest.Status) float64 {
			most := uint64(0)
			for _, c := range s.Copies {
				most = max(most, c.Lag)
			}
			return float64(most)
		})
}
