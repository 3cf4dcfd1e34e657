package projections

import (
	"slices"
	"sort"

	"zhangben/events"
	"zhangben/events/civil"
)

// The term of a unit stands still while it is suspended for what the terms name (6.2.3), and, where they say so, for
// all of an outage that impedes it and has lasted for some time (7.2(end)). Time of both at once is made up for once.

// pause is a time during which a unit's term stood still; to is none while it does.
type pause struct {
	interval
	before    civil.Duration // of all pauses before
	suspended bool           // whether a suspension keeps it up, while it lasts,
	outages   []*outage      // and which outages do
	events    []*events.Event
}

// pauseFrom has the term stand still from an instant, now or before, until what the caller adds to the pause ends it.
func (u *unit) pauseFrom(from civil.Instant, by ...*events.Event) *pause {
	p := pause{interval: interval{from: civil.Later(from, u.startedAt)}, events: by}
	for n := len(u.pauses); n > 0; n-- {
		last := &u.pauses[n-1]
		if !last.to.IsZero() && !last.to.After(p.from) {
			break
		}
		if last.to.IsZero() {
			p.suspended, p.outages = last.suspended, last.outages
		}
		p.from, p.events = civil.Earlier(p.from, last.from), slices.Concat(last.events, p.events)
		u.pauses = u.pauses[:n-1]
	}
	p.before = u.pausesUntil(p.from)
	u.pauses = append(u.pauses, p)
	return &u.pauses[len(u.pauses)-1]
}

// lastingPause is the pause that lasts, nil for none.
func (u *unit) lastingPause() *pause {
	if n := len(u.pauses); n > 0 && u.pauses[n-1].to.IsZero() {
		return &u.pauses[n-1]
	}
	return nil
}

// isPaused reports whether the unit's term stands still now.
func (u *unit) isPaused() bool { return u.lastingPause() != nil }

// endSuspendedPause ends what a suspension paused, unless an outage goes on.
func (u *unit) endSuspendedPause(e *events.Event) {
	if p := u.lastingPause(); p != nil {
		p.suspended, p.events = false, append(p.events, e)
		p.endAt(e.Time)
	}
}

// endOutagePause ends what an outage paused, unless a suspension or another outage goes on.
func (u *unit) endOutagePause(o *outage, t civil.Instant) {
	p := u.lastingPause()
	if p == nil || !slices.Contains(p.outages, o) {
		return
	}
	p.outages = slices.DeleteFunc(slices.Clone(p.outages), func(x *outage) bool { return x == o })
	if e := u.contract.account.event; e != nil {
		p.events = append(p.events, e)
	}
	p.endAt(t)
}

// endAt ends the pause if nothing keeps it up.
func (p *pause) endAt(t civil.Instant) {
	if !p.suspended && len(p.outages) == 0 {
		p.to = t
	}
}

// pausedUntil is for how long the unit's term stood still up to t, or until it ran out, since it started.
func (u *unit) pausedUntil(t civil.Instant) civil.Duration {
	return u.pausesUntil(t).Sub(u.earlierPauses)
}

// pausesUntil is the same since the unit was provisioned.
func (u *unit) pausesUntil(t civil.Instant) civil.Duration {
	if !u.outAt.IsZero() {
		t = civil.Earlier(t, u.outAt)
	}
	n := sort.Search(len(u.pauses), func(n int) bool { return u.pauses[n].from.After(t) })
	if n == 0 {
		return civil.Duration{}
	}
	p := &u.pauses[n-1]
	return p.before.Add(p.until(t).length())
}

// pausesAt is when the outage will have lasted so long that it stops the terms of its units, none if it never does or
// already has.
func (o *outage) pausesAt(c *contract) civil.Instant {
	if o.paused || !o.impedes() {
		return civil.Instant{}
	}
	if wait := o.terms(c).PauseOnOutageSeconds; wait.Set {
		return o.from.Add(civil.Seconds(int64(wait.N)))
	}
	return civil.Instant{}
}

// pauseOnOutages lets outages that have lasted long enough stop the terms of their units.
func (c *contract) pauseOnOutages() {
	for _, o := range c.ongoing {
		c.account.step()
		if at := o.pausesAt(c); !at.IsZero() && !at.After(c.account.now) {
			o.pause()
		}
	}
}

// pause stops the terms of the units, from the outage's start on: revenue since then falls back. A unit of which the
// end has come before is out.
func (o *outage) pause() {
	o.paused = true
	for _, u := range o.units {
		if u.outAt.IsZero() && u.end.event == nil {
			p := u.pauseFrom(o.from, o.events...)
			p.outages = append(slices.Clip(p.outages), o)
		}
	}
}
