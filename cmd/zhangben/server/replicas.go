package server

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"

	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/projections/api"
)

// notInNames is what may not stand in the name of an instance.
var notInNames = regexp.MustCompile(`[^0-9A-Za-z._-]+`)

// instanceName is what this instance is called among all that read the stream: its host, and the port of its HTTP
// server.
func instanceName(served string) string {
	host, _ := os.Hostname()
	host = strings.TrimLeft(notInNames.ReplaceAllString(host, "-"), "._-")
	port := "0"
	if at, err := url.Parse(served); err == nil {
		port = cmp.Or(at.Port(), port)
	}
	return net.JoinHostPort(cmp.Or(host[:min(len(host), 64)], "zhangben"), port)
}

// gate lets nothing into a log that differs from another instance's, nor onto a disk that is nearly full.
func (o *supervisor) gate(ctx context.Context) error {
	if err := o.peers.Err(); err != nil {
		return err
	}
	return o.disk.gate(ctx)
}

// checkEqual returns an error when another instance's log differs, so that no event may be published here.
func (o *supervisor) checkEqual() error {
	if err := o.peers.Err(); err != nil {
		return fmt.Errorf("%w: %w", api.ErrPaused, err)
	}
	return nil
}

// purge cuts off messages of the stream that a backup holds and that every other instance has read.
func (o *supervisor) purge(ctx context.Context, held ingest.Held) (ingest.Purged, error) {
	if err := o.peers.HaveRead(held.StreamSeq); err != nil {
		return ingest.Purged{}, err
	}
	return ingest.Purge(ctx, o.js, o.log, held)
}

// addReplicas adds to the stream's status what is known of other instances, and of this one's NATS users.
func (o *supervisor) addReplicas(s *ingest.Status) {
	s.Replicas, s.ServicesAsLedger = o.peers.List(), !o.links.apart
	if what := o.peers.Difference(); what != "" {
		s.Condition, s.What, s.Remedy = ingest.Differs, what, replica.Remedy
	}
}

// countReplicas counts the other instances of which something holds.
func (o *supervisor) countReplicas(holds func(*replica.Peer) bool) float64 {
	n := 0
	for _, peer := range o.peers.List() {
		if holds(&peer) {
			n++
		}
	}
	return float64(n)
}

// agreedPosition is the last message after which the log of every instance heard of lately was the same as this one; 0
// where there is none.
func (o *supervisor) agreedPosition() float64 {
	agreed, some := uint64(0), false
	for _, peer := range o.peers.List() {
		if peer.Away() {
			continue
		}
		if !some || peer.Agreed < agreed {
			agreed, some = peer.Agreed, true
		}
	}
	return float64(agreed)
}

// measureReplicas registers the measurements of other instances.
func (o *supervisor) measureReplicas(gauge, counter func(name, help string, value func() float64)) {
	gauge("zhangben_replicas", "Other instances that read the stream and were heard of lately.", func() float64 {
		return o.countReplicas(func(p *replica.Peer) bool { return !p.Away() })
	})
	gauge("zhangben_replicas_differing", "Other instances whose log differs from this one.", func() float64 {
		return o.countReplicas(func(p *replica.Peer) bool { return p.State == replica.Differs })
	})
	gauge("zhangben_replicas_agreed_position",
		"Last message after which the logs of all instances heard of lately were the same.", o.agreedPosition)
	counter("zhangben_replicas_compared_total",
		"Announcements of other instances that were compared with this log.", func() float64 {
			return float64(o.peers.Counts().Compared)
		})
	counter("zhangben_replicas_ignored_total",
		"Announcements that were malformed, of another form, or of another stream.", func() float64 {
			c := o.peers.Counts()
			return float64(c.Malformed + c.OtherForm + c.Strangers)
		})
}
