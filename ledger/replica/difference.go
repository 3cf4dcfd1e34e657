package replica

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhangben/ledger"
)

// ErrDiffers says that another instance has built another log from the same stream. Neither can know which is right.
var ErrDiffers = errors.New("the log differs from another instance's")

// ErrBehind says that another instance has yet to read messages.
var ErrBehind = errors.New("another instance has yet to read these messages")

// Remedy is what an operator can do about a difference.
const Remedy = "find out which log is right (zhangben verify on each, a third instance, a customer's receipt); " +
	"stop the others; restore them from a backup of the right one, or let them read the stream into empty folders; " +
	"then start all again"

// difference is a message after which two logs of one stream have different tree heads. It is never changed.
type difference struct {
	with   announcement // the other's
	mine   ledger.TreeHead
	agreed uint64 // the last message after which they are known to have stood alike

	first *firstDifference // nil while unknown
}

// firstDifference is the first message after which they did not stand alike.
type firstDifference struct{ mine, theirs ledger.TreeHead }

// point is the earliest message known after which the logs differ.
func (d *difference) point() uint64 {
	if d.first != nil {
		return d.first.mine.StreamSeq
	}
	return d.mine.StreamSeq
}

// Err returns nil, or ErrDiffers with what differs, from whose log, and what to do.
func (p *Peers) Err() error {
	what := p.Difference()
	if what == "" {
		return nil
	}
	return fmt.Errorf("%w: %s; %s", ErrDiffers, what, Remedy)
}

// Difference returns what differs, from whose log, and which instances are on which side; "" where nothing does.
func (p *Peers) Difference() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.difference
	if d == nil {
		return ""
	}
	differences := []string{fmt.Sprintf("after message %d of the stream this log has %d records with root %v, "+
		"that of %s (version %s) %d with root %v",
		d.mine.StreamSeq, d.mine.Seq, d.mine.Root, d.with.Instance, d.with.Version, d.with.Seq, d.with.Root)}
	if d.first != nil {
		differences = append(differences, fmt.Sprintf("the first message that they took differently is %d, "+
			"after which there are %d records here and %d there",
			d.first.mine.StreamSeq, d.first.mine.Seq, d.first.theirs.Seq))
	}
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		switch k := p.byName[name]; {
		case k.state == Agrees && k.agreed >= d.point():
			differences = append(differences, name+" has the same log as this instance there")
		case k.state == Differs && name != d.with.Instance:
			differences = append(differences, name+" differs from this instance too")
		}
	}
	return strings.Join(differences, "; ")
}
