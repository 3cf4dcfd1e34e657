package replica

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"zhangben/ledger"
)

// silence is how long a peer may say nothing before it counts as away.
const silence = 30 * time.Second

// Peer is what this instance has heard of another.
type Peer struct {
	Instance       string `json:"instance"`
	Version        string `json:"version"`
	State          State  `json:"state"`
	Position       uint64 `json:"position"`        // how far it has read the stream
	Behind         uint64 `json:"behind"`          // messages that this log has read and it had not
	Agreed         uint64 `json:"agreed_position"` // the last message after which both logs are known to have stood alike
	HeardMillisAgo int64  `json:"heard_ms_ago"`
}

// OK reports whether nothing is to be done about a peer.
func (p *Peer) OK() bool {
	return (p.State == Agrees || p.State == Ahead) && !p.Away()
}

// Away reports whether nothing has been heard of the peer for a time in which it would have announced its log: it is
// stopped, or cut off.
func (p *Peer) Away() bool { return p.HeardMillisAgo > silence.Milliseconds() }

// List returns all peers, by name.
func (p *Peers) List() []Peer {
	at, now := p.log.Position(), time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]Peer, 0, len(p.byName))
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		list = append(list, p.byName[name].describe(at, now))
	}
	return list
}

// describe is the peer as seen from a log at a position. Of the log's stream it has read nothing while it is of
// another.
func (k *peer) describe(at ledger.Position, now time.Time) Peer {
	p := Peer{
		Instance: k.last.Instance, Version: k.last.Version, State: k.state,
		Position: k.last.Position, Agreed: k.agreed, HeardMillisAgo: now.Sub(k.heard).Milliseconds(),
	}
	if !k.last.sameStream(identityOf(at)) {
		p.State, p.Position, p.Agreed = OtherStream, 0, 0
	}
	p.Behind = at.StreamSeq - min(at.StreamSeq, p.Position)
	return p
}

// HaveRead returns nil, or ErrBehind with an instance that is not away and has not read the stream up to a message.
func (p *Peers) HaveRead(streamSeq uint64) error {
	for _, peer := range p.List() {
		if peer.Position < streamSeq && !peer.Away() {
			return fmt.Errorf("%w: %s is at %d of %d; wait until it has read them, or stop it",
				ErrBehind, peer.Instance, peer.Position, streamSeq)
		}
	}
	return nil
}

// Counts returns what has become of announcements so far.
func (p *Peers) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts
}
