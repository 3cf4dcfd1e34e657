package replica

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"zhangben/ledger"
)

// How often an instance announces its log.
const (
	growthPeriod = time.Second            // while it grows
	idlePeriod   = 5 * time.Second        // while it does not
	greetPeriod  = 100 * time.Millisecond // to those who have just started
)

// maxWaiting is how many announcements may wait to be read. More are dropped: the next will tell as much.
const maxWaiting = 1_024

// Start announces the log as that of the instance name, and listens to others, until it is stopped. What others ask is
// answered by another connection, services.
func (p *Peers) Start(nc, services *nats.Conn, name string) (stop func(), err error) {
	heard := make(chan *nats.Msg, maxWaiting)
	subscription, err := nc.ChanSubscribe(Subject, heard)
	if err != nil {
		return nil, fmt.Errorf("listen to %s: %w", Subject, err)
	}
	service, err := p.serveHeads(services)
	if err != nil {
		_ = subscription.Unsubscribe()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { (&speaker{peers: p, nc: nc, services: services, name: name}).run(ctx, heard) })
	return func() {
		cancel()
		running.Wait()
		_ = service.Stop()
		_ = subscription.Unsubscribe()
	}, nil
}

// speaker announces one instance's log.
type speaker struct {
	peers    *Peers
	nc       *nats.Conn
	services *nats.Conn
	name     string

	said     time.Time // when it announced last
	position uint64    // and how far the log had come then
	owed     bool      // whether somebody new has not heard it yet
}

// run announces, listens and compares until ctx ends.
func (s *speaker) run(ctx context.Context, heard <-chan *nats.Msg) {
	nudge, cancel := s.peers.log.Subscribe()
	defer cancel()
	beat := time.NewTicker(growthPeriod)
	defer beat.Stop()
	s.announce()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case msg := <-heard:
			s.owed = s.peers.hear(msg.Data, time.Now()) || s.owed
			if s.owed && time.Since(s.said) >= greetPeriod {
				s.announce()
			}
			s.compare(ctx)
		case <-nudge:
			s.compare(ctx)
		case <-beat.C:
			if s.owed || s.peers.log.Position().StreamSeq != s.position || time.Since(s.said) >= idlePeriod {
				s.announce()
			}
		}
	}
}

// announce says how the log stands. What cannot be sent now is not sent later: there will be more to say then.
func (s *speaker) announce() {
	text, position, ok, err := s.peers.announce(s.name)
	if err != nil {
		s.peers.logger.Warn("the log cannot be announced", "error", err)
	}
	if !ok || !s.nc.IsConnected() {
		return
	}
	if err := s.nc.Publish(Subject, text); err == nil {
		s.said, s.position, s.owed = time.Now(), position, false
	}
}

// compare compares what was heard. Where a difference is found, the other is told at once, so that it stops too, and
// then asked where it begins.
func (s *speaker) compare(ctx context.Context) {
	found := s.peers.compare()
	if found == nil {
		return
	}
	s.announce()
	s.peers.logger.Error("no events are taken in any more; what is in the log is still served", "error", s.peers.Sound())
	first, err := s.peers.narrow(ctx, found, func(ctx context.Context, r headRequest) (ledger.TreeHead, error) {
		return askHead(ctx, s.services, found.with.Run, r)
	})
	if err != nil {
		s.peers.logger.Warn("where the logs begin to differ is not known", "error", err)
		return
	}
	s.peers.narrowed(found, first)
	s.peers.logger.Error("the logs differ from one message on", "stream_seq", first.mine.StreamSeq, "error", s.peers.Sound())
	s.announce()
}

// narrowed remembers where a difference begins.
func (p *Peers) narrowed(d *difference, first *firstDifference) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := *d
	known.first = first
	p.difference = &known
}
