package ingest

import (
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
)

// One batch is at most this much, so that memory stays flat and a commit short.
const (
	maxBatchEvents = 5_000
	maxBatchBytes  = 16 << 20
)

// batchQueue is the next batch: it grows on the reader's side while the batch before it is being committed.
type batchQueue struct {
	mu       sync.Mutex
	changed  *sync.Cond
	arrivals []ledger.Arrival
	spare    []ledger.Arrival // the slice of the batch before, to be filled again
	last     jetstream.Msg    // the latest message among arrivals; acknowledging it acknowledges all
	bytes    int
	err      error // why nothing more will come
}

func newBatchQueue() *batchQueue {
	g := &batchQueue{}
	g.changed = sync.NewCond(&g.mu)
	return g
}

// put adds one arrival, waiting while the batch is full. It reports whether the batch will be taken.
func (g *batchQueue) put(a ledger.Arrival, msg jetstream.Msg) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.err == nil && (len(g.arrivals) >= maxBatchEvents || g.bytes >= maxBatchBytes) {
		g.changed.Wait()
	}
	if g.err != nil {
		return false
	}
	g.arrivals = append(g.arrivals, a)
	g.bytes += len(a.Body)
	if msg != nil {
		g.last = msg
	}
	g.changed.Broadcast()
	return true
}

// take waits for arrivals and returns all there are, with the message to acknowledge once they are durable. The batch
// belongs to the caller until it calls take again. After the end it returns the error the end came with.
func (g *batchQueue) take() ([]ledger.Arrival, jetstream.Msg, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.err == nil && len(g.arrivals) == 0 {
		g.changed.Wait()
	}
	if g.err != nil {
		return nil, nil, g.err
	}
	batch, last := g.arrivals, g.last
	g.arrivals, g.spare = g.spare[:0], batch
	g.last, g.bytes = nil, 0
	g.changed.Broadcast()
	return batch, last, nil
}

// end wakes both sides for the last time. The first error stays.
func (g *batchQueue) end(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err == nil {
		g.err = err
	}
	g.changed.Broadcast()
}
