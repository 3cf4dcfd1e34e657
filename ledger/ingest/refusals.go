package ingest

import (
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/burst"
)

// Refusal says that a message was refused. It is published over core NATS to [events.RejectedSubject], for those who
// publish without waiting for outcomes.
type Refusal struct {
	RejectionID uint64      `json:"rejection_id"`
	StreamSeq   uint64      `json:"stream_seq"`
	ID          string      `json:"id"` // of the event; "" when the message told none
	Code        events.Code `json:"code"`
	Pointer     string      `json:"pointer"`
	Message     string      `json:"message"`
}

// mostRefusals may wait to be published.
const mostRefusals = 20_000

// refusals publishes refusals, and logs how many there were. Neither delays the log: what the connection does not take
// in time is not published.
type refusals struct {
	nc      *nats.Conn
	logger  *slog.Logger
	codes   *burst.Counter[events.Code]
	waiting chan *addressed
	done    chan struct{} // closed to end
	unsent  atomic.Int64  // since the last report
}

// addressed is a refusal on its way.
type addressed struct {
	subject string
	refusal Refusal
}

// newRefusals publishes over nc until it is stopped.
func newRefusals(nc *nats.Conn, logger *slog.Logger) *refusals {
	r := &refusals{nc: nc, logger: logger, waiting: make(chan *addressed, mostRefusals), done: make(chan struct{})}
	r.codes = burst.New(r.report)
	go r.run()
	return r
}

// stop ends publishing. It does not wait for a connection that is stuck.
func (r *refusals) stop() {
	close(r.done)
	r.codes.Flush()
}

// add takes the outcomes of messages of an epoch.
func (r *refusals) add(epoch uint16, arrivals []ledger.Arrival, outcomes []ledger.Outcome) {
	for i := range outcomes {
		if v := &outcomes[i]; v.Status == ledger.Refused {
			r.codes.Add(v.Code, 1)
			r.put(&addressed{events.RejectedSubject(arrivals[i].Subject),
				Refusal{ledger.RejectionID(epoch, v.StreamSeq), v.StreamSeq, v.ID, v.Code, v.Pointer, v.Message}})
		}
	}
}

func (r *refusals) put(a *addressed) {
	select {
	case r.waiting <- a:
	default:
		r.unsent.Add(1)
	}
}

// run publishes refusals, as far as the connection takes them.
func (r *refusals) run() {
	for {
		select {
		case a := <-r.waiting:
			body, err := json.Marshal(a.refusal)
			if err != nil || !r.nc.IsConnected() || r.nc.Publish(a.subject, body) != nil {
				r.unsent.Add(1)
			}
		case <-r.done:
			return
		}
	}
}

// report writes the line of a burst.
func (r *refusals) report(counts map[events.Code]int) {
	all, byCode := 0, []any(nil)
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		all, byCode = all+counts[code], append(byCode, slog.Int(string(code), counts[code]))
	}
	r.logger.Warn("messages were rejected; zhangben rejected list shows them", "rejected", all,
		slog.Group("codes", byCode...), "unsent", r.unsent.Swap(0))
}
