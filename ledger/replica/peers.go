package replica

import (
	"cmp"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"zhangben/ledger"
)

// Bounds on what is remembered of others.
const (
	maxPeers   = 32
	maxPending = 4 // announcements of one peer that the log has not come to yet
)

// State is how a peer's log compares with this one.
type State string

// The states.
const (
	Agrees     State = "agrees"      // the logs stood alike when they were compared last
	Ahead      State = "ahead"       // all it has told is beyond what this log has read
	Differs    State = "differs"     // the logs are not the same
	OtherEpoch State = "other_epoch" // it is of the same stream, and has another history before it: not comparable

	OtherStream State = "other_stream" // it is still of the stream that this log was of before: not comparable
)

// Peers are the other instances that build the log of the same stream, and how their logs compare with this one.
type Peers struct {
	log     *ledger.Log
	version string
	run     string
	logger  *slog.Logger

	mu         sync.Mutex
	byName     map[string]*peer
	difference *difference // the first that was found: there is no way back from it
	counts     Counts
}

// Counts are what became of announcements.
type Counts struct {
	Compared  uint64 // with how this log stood then
	Malformed uint64 // ignored, as the next two
	OtherForm uint64
	Strangers uint64 // of other streams
}

// peer is what is known of another instance.
type peer struct {
	last    announcement
	heard   time.Time
	state   State
	agreed  uint64         // the last message after which the logs are known to have stood alike
	pending []announcement // by message; what this log has not come to
}

// New returns Peers that know of no other instance yet. version is the program's own.
func New(log *ledger.Log, version string, logger *slog.Logger) *Peers {
	return &Peers{log: log, version: version, run: uuid.NewString(), logger: logger, byName: map[string]*peer{}}
}

// receive takes an announcement. It reports whether its instance is new, or has started again.
func (p *Peers) receive(text []byte, now time.Time) (newcomer bool) {
	a, err := parse(text)
	mine := identityOf(p.log.Position())
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case errors.Is(err, errOtherForm):
		p.countOtherForm(err)
	case err != nil:
		p.counts.Malformed++
	case a.Run == p.run:
	case !a.sameStream(mine):
		p.counts.Strangers++
		if known := p.byName[a.Instance]; known != nil && known.last.Run == a.Run { // one of the two has adopted another
			known.last, known.heard = a, now
		}
	default:
		return p.update(a, mine.Epoch, now)
	}
	return false
}

// countOtherForm counts an announcement of another form, which is an operator's mistake, and logs the first.
func (p *Peers) countOtherForm(err error) {
	if p.counts.OtherForm++; p.counts.OtherForm == 1 {
		p.logger.Warn("another instance's log cannot be compared with this one: run one version everywhere", "error", err)
	}
}

// update remembers an announcement of the same stream, to be compared.
func (p *Peers) update(a announcement, epoch uint16, now time.Time) (newcomer bool) {
	known := p.byName[a.Instance]
	if newcomer = known == nil || known.last.Run != a.Run || known.last.identity != a.identity; newcomer {
		known = p.add(a, epoch)
	}
	known.last, known.heard = a, now
	if a.Epoch != epoch {
		known.state = OtherEpoch
		return newcomer
	}
	known.enqueue(a)
	return newcomer
}

// add makes room for an instance that is new, or has started again.
func (p *Peers) add(a announcement, epoch uint16) *peer {
	if p.byName[a.Instance] == nil && len(p.byName) >= maxPeers {
		delete(p.byName, p.longestSilent())
	}
	p.byName[a.Instance] = &peer{state: Ahead}
	p.logger.Info("another instance reads the stream",
		"instance", a.Instance, "version", a.Version, "position", a.Position)
	if a.Version != p.version {
		p.logger.Warn("another instance is of another version: what only one of them takes would make their logs differ",
			"instance", a.Instance, "version", a.Version, "own", p.version)
	}
	if a.Epoch != epoch {
		p.logger.Warn("another instance has another history before this stream, so their logs cannot be compared: "+
			"restore one from a backup of the other",
			"instance", a.Instance, "epoch", a.Epoch, "own", epoch)
	}
	return p.byName[a.Instance]
}

func (p *Peers) longestSilent() string {
	return slices.MinFunc(slices.Sorted(maps.Keys(p.byName)), func(a, b string) int {
		return p.byName[a].heard.Compare(p.byName[b].heard)
	})
}

// enqueue puts an announcement among those to be compared. Of many it keeps the earliest, which the log reaches first,
// and the latest.
func (k *peer) enqueue(a announcement) {
	if n := len(k.pending); n == maxPending {
		k.pending = k.pending[:n-1]
	}
	k.pending = append(k.pending, a)
	slices.SortStableFunc(k.pending, func(a, b announcement) int { return cmp.Compare(a.StreamSeq, b.StreamSeq) })
}

// compare compares what was announced with how this log stood, as far as it has come. It returns the first difference,
// when it finds it.
func (p *Peers) compare() *difference {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.difference
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		if err := p.compareWith(p.byName[name]); err != nil {
			p.logger.Warn("the log of another instance cannot be compared", "instance", name, "error", err)
		}
	}
	if before != nil {
		return nil
	}
	return p.difference
}

// compareWith compares what one peer announced. An announcement that cannot be compared is dropped: the next one says
// the same.
func (p *Peers) compareWith(k *peer) error {
	for len(k.pending) > 0 && k.pending[0].StreamSeq <= p.log.Position().StreamSeq {
		theirs := k.pending[0]
		k.pending = k.pending[1:]
		mine, err := p.head(headRequest{theirs.identity, theirs.StreamSeq})
		switch {
		case errors.Is(err, errOtherStream): // the log has adopted another stream since
			continue
		case err != nil:
			return err
		}
		p.counts.Compared++
		switch {
		case mine != theirs.TreeHead:
			k.state = Differs
			if p.difference == nil {
				p.difference = &difference{with: theirs, mine: mine, agreed: k.agreed}
			}
		case k.state != Differs:
			k.state, k.agreed = Agrees, max(k.agreed, mine.StreamSeq)
		}
	}
	return nil
}

// announcement returns the text that this instance announces: how its log stands, or stood where it differs from
// another. ok is false while the log is of no stream.
func (p *Peers) announcement(name string) (text []byte, position uint64, ok bool, err error) {
	at := p.log.Position()
	if at.Stream == "" {
		return nil, 0, false, nil
	}
	about := headRequest{identityOf(at), at.StreamSeq}
	if d := p.differing(); d != nil && d.with.identity == about.identity {
		about.StreamSeq = d.point()
	}
	head, err := p.head(about)
	if err != nil {
		return nil, 0, false, err
	}
	a := announcement{
		Form: form, Version: p.version, Instance: name, Run: p.run,
		identity: about.identity, Position: at.StreamSeq, TreeHead: head,
	}
	text, err = a.format()
	return text, at.StreamSeq, err == nil, err
}

func (p *Peers) differing() *difference {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.difference
}
