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

// batchQueue holds the next batch, which the consumer fills while the one before it is being committed.
type batchQueue struct {
	mu       sync.Mutex
	changed  *sync.Cond
	arrivals []ledger.Arrival
	spare    []ledger.Arrival // the slice of the batch before, to be filled again
	last     jetstream.Msg    // the latest message among arrivals; acknowledging it acknowledges all
	bytes    int
	err      error // not nil once the queue is closed
}

func newBatchQueue() *batchQueue {
	q := &batchQueue{}
	q.changed = sync.NewCond(&q.mu)
	return q
}

// put adds one arrival, waiting while the batch is full. It reports whether the batch will be taken.
func (q *batchQueue) put(a ledger.Arrival, msg jetstream.Msg) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.err == nil && (len(q.arrivals) >= maxBatchEvents || q.bytes >= maxBatchBytes) {
		q.changed.Wait()
	}
	if q.err != nil {
		return false
	}
	q.arrivals = append(q.arrivals, a)
	q.bytes += len(a.Body)
	if msg != nil {
		q.last = msg
	}
	q.changed.Broadcast()
	return true
}

// take waits for arrivals and returns all there are, with the message to acknowledge once they are durable. The batch
// belongs to the caller until it calls take again. Once the queue is closed, take returns the error of that.
func (q *batchQueue) take() ([]ledger.Arrival, jetstream.Msg, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.err == nil && len(q.arrivals) == 0 {
		q.changed.Wait()
	}
	if q.err != nil {
		return nil, nil, q.err
	}
	batch, last := q.arrivals, q.last
	q.arrivals, q.spare = q.spare[:0], batch
	q.last, q.bytes = nil, 0
	q.changed.Broadcast()
	return batch, last, nil
}

// close ends both put and take. The error of the first call counts.
func (q *batchQueue) close(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	q.changed.Broadcast()
}
