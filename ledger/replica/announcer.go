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

// maxWaiting is how many announcements may wait to be read. More are dropped: the next one says the same.
const maxWaiting = 1_024

// Start announces the log as that of the instance name, and listens to others, until stop is called. Requests of others
// are answered over the connection services.
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
	running.Go(func() { (&announcer{peers: p, nc: nc, services: services, name: name}).run(ctx, heard) })
	return func() {
		cancel()
		running.Wait()
		_ = service.Stop()
		_ = subscription.Unsubscribe()
	}, nil
}

// announcer announces one instance's log.
type announcer struct {
	peers    *Peers
	nc       *nats.Conn
	services *nats.Conn
	name     string

	announced time.Time // when it announced last
	position  uint64    // and how far the log had come then
	greet     bool      // whether a newcomer has not heard it yet
}

// run announces, listens and compares until ctx ends.
func (a *announcer) run(ctx context.Context, heard <-chan *nats.Msg) {
	committed := a.peers.log.Committed()
	beat := time.NewTicker(growthPeriod)
	defer beat.Stop()
	a.announce()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case msg := <-heard:
			a.greet = a.peers.receive(msg.Data, time.Now()) || a.greet
			if a.greet && time.Since(a.announced) >= greetPeriod {
				a.announce()
			}
			a.compare(ctx)
		case <-committed:
			committed = a.peers.log.Committed()
			a.compare(ctx)
		case <-beat.C:
			if a.greet || a.peers.log.Position().StreamSeq != a.position || time.Since(a.announced) >= idlePeriod {
				a.announce()
			}
		}
	}
}

// announce publishes how the log stands. What cannot be sent now is not sent later, when there is more to say.
func (a *announcer) announce() {
	text, position, ok, err := a.peers.announcement(a.name)
	if err != nil {
		a.peers.logger.Warn("the log cannot be announced", "error", err)
	}
	if !ok || !a.nc.IsConnected() {
		return
	}
	if err := a.nc.Publish(Subject, text); err == nil {
		a.announced, a.position, a.greet = time.Now(), position, false
	}
}

// compare compares what was announced with the log. Where it finds a difference, it announces that at once, so that the
// other stops too, and then asks the other where it begins.
func (a *announcer) compare(ctx context.Context) {
	found := a.peers.compare()
	if found == nil {
		return
	}
	a.announce()
	a.peers.logger.Error("ingest is stopped; reads are still served", "error", a.peers.Err())
	first, err := a.peers.bisect(ctx, found, func(ctx context.Context, r headRequest) (ledger.TreeHead, error) {
		return askHead(ctx, a.services, found.with.Run, r)
	})
	if err != nil {
		a.peers.logger.Warn("where the logs begin to differ is not known", "error", err)
		return
	}
	a.peers.setFirst(found, first)
	a.peers.logger.Error("the logs differ from one message on",
		"stream_seq", first.mine.StreamSeq, "error", a.peers.Err())
	a.announce()
}

// setFirst keeps where a difference begins.
func (p *Peers) setFirst(d *difference, first *firstDifference) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := *d
	known.first = first
	p.difference = &known
}
