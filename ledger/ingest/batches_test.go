package ingest

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// Batches that others open and never commit do not keep events waiting until the server drops them.
func TestOpenBatchesDoNotDelayOthers(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	publisher, err := NewPublisher(s.nc, NATSOutcomes{s.nc})
	s.must(err)
	for n := range 100 { // the server allows 50 of a stream
		msg := nats.NewMsg(fmt.Sprintf("billing.events.acct-%d.wallet.topped_up", n))
		msg.Header = nats.Header{"Nats-Batch-Id": {fmt.Sprint("open-", n)}, "Nats-Batch-Sequence": {"1"}}
		_, err := s.nc.RequestMsg(msg, answerTimeout)
		s.must(err)
	}
	begun := time.Now()
	_, err = publisher.Publish(s.ctx(), topUps(2))
	s.must(err)
	if took := time.Since(begun); took > answerTimeout {
		t.Errorf("to publish took %v", took)
	}
}
