package projections

import (
	"github.com/google/uuid"

	"zhangben/events"
)

// corrections are the facts about facts: voids, which count as soon as they are known whatever their own time, and the
// events that they take out of the history.
type corrections struct {
	account string
	byID    map[uuid.UUID]*events.Event   // own and named strangers
	voids   map[uuid.UUID][]*events.Event // by what they void
	state   map[uuid.UUID]voidState
}

type voidState uint8

const (
	voidUnknown voidState = iota
	voidHolds
	voidFails
	voidCircular
)

// hasVoids spares the usual history the work below.
func hasVoids(facts []Fact) bool {
	for _, f := range facts {
		if f.Event.Kind() == events.KindVoided {
			return true
		}
	}
	return false
}

func newCorrections(account string, own, others []Fact) *corrections {
	c := &corrections{
		account: account,
		byID:    make(map[uuid.UUID]*events.Event, len(own)),
		voids:   map[uuid.UUID][]*events.Event{},
		state:   map[uuid.UUID]voidState{},
	}
	for _, f := range others {
		c.byID[f.Event.ID] = f.Event
	}
	for _, f := range own {
		c.byID[f.Event.ID] = f.Event
		if v, ok := f.Event.Data.(*events.Voided); ok {
			c.voids[v.Voids] = append(c.voids[v.Voids], f.Event)
		}
	}
	return c
}

// voided tells whether a void that holds takes the event out.
func (c *corrections) voided(id uuid.UUID) bool {
	for _, v := range c.voids[id] {
		if c.judge(v) == voidHolds {
			return true
		}
	}
	return false
}

// judge says what becomes of one void. Each void names one event, so voids form trees, and circles without a root.
func (c *corrections) judge(void *events.Event) voidState {
	if s := c.state[void.ID]; s != voidUnknown {
		return s
	}
	s := voidHolds
	switch target := c.byID[void.Data.(*events.Voided).Voids]; {
	case c.circular(void):
		s = voidCircular
	case c.voided(void.ID), target == nil, target.Account != c.account:
		s = voidFails
	}
	c.state[void.ID] = s
	return s
}

// circular follows a chain of voids until it ends or comes back to where it began.
func (c *corrections) circular(void *events.Event) bool {
	seen := map[uuid.UUID]bool{}
	for e := void; e != nil && !seen[e.ID]; {
		seen[e.ID] = true
		v, ok := e.Data.(*events.Voided)
		if !ok {
			return false
		}
		if v.Voids == void.ID {
			return true
		}
		e = c.byID[v.Voids]
	}
	return false
}

// standing gives the facts of an account that no void takes out.
func standing(account string, own, others []Fact) []Fact {
	if !hasVoids(own) {
		return own
	}
	c := newCorrections(account, own, others)
	left := make([]Fact, 0, len(own))
	for _, f := range own {
		if !c.voided(f.Event.ID) {
			left = append(left, f)
		}
	}
	return left
}

// complaint says why a void has no effect, if it is for other reasons than being voided itself.
func (c *corrections) complaint(void *events.Event) (ExceptionCode, string) {
	target := c.byID[void.Data.(*events.Voided).Voids]
	switch {
	case c.judge(void) == voidCircular:
		return VoidCycle, "the voids name each other in a circle"
	case target == nil:
		return VoidTargetUnknown, "no event with the id it voids is known"
	case target.Account != c.account:
		return VoidAccountMismatch, "the event it voids belongs to another account"
	}
	return "", ""
}

// bounced lists the ids of payments and top-ups that are said to have come back, not yet found.
func bounced(list []*events.Event) map[uuid.UUID]bool {
	var ids map[uuid.UUID]bool
	for _, e := range list {
		if b, ok := e.Data.(*events.PaymentBounced); ok {
			if ids == nil {
				ids = map[uuid.UUID]bool{}
			}
			ids[b.Payment] = false
		}
	}
	return ids
}
