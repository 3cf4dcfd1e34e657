package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"zhangben/events"
	"zhangben/ledger"
)

// eventCounts count what was taken from the stream since the program started.
type eventCounts struct{ counts *prometheus.CounterVec }

func newEventCounts() eventCounts {
	return eventCounts{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "zhangben_events_total", Help: "Messages taken from the stream since the start, by kind of event and outcome.",
	}, []string{"kind", "outcome"})}
}

// noKind is the kind of a message that is no event.
const noKind = "none"

// count counts a batch. There are thousands in one, of few kinds.
func (c eventCounts) count(batch []ledger.Arrival, verdicts []ledger.Outcome) {
	type label struct {
		kind    events.Kind
		outcome ledger.Status
	}
	counted := map[label]int{}
	for i := range verdicts {
		var kind events.Kind
		if e := batch[i].Event; e != nil {
			kind = e.Kind()
		}
		counted[label{kind, verdicts[i].Status}]++
	}
	for l, n := range counted {
		name := noKind
		if l.kind != 0 {
			name = l.kind.String()
		}
		c.counts.WithLabelValues(name, string(l.outcome)).Add(float64(n))
	}
}
