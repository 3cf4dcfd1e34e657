package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// outage is one outage of some units of a contract (4.7).
type outage struct {
	interval
	id     string
	counts civil.Instant // from when on it may earn SLA time: its start, or the end of free maintenance
	cause  events.Cause
	unfit  bool    // the units could not be used at all
	units  []*unit // affected; parted with others only until it is resolved
	cut    bool    // ended by the contract's end, not by a resolution
	paused bool    // whether it has stopped the terms of its units

	events []*events.Event // start, reclassification, resolution
}

// outageKey names an outage; ids are unique in a contract.
type outageKey struct{ contract, outage string }

// reclassification is what an outage was reclassified to.
type reclassification struct {
	cause  events.Cause
	degree events.Degree // zero: as it was
	event  *events.Event
}

// reclassified lists what outages were reclassified to: the latest holds, and counts as soon as it is known.
func reclassified(facts []Fact) map[outageKey]reclassification {
	var list []*events.Event
	for _, f := range facts {
		if f.Event.Kind() == events.KindOutageReclassified {
			list = append(list, f.Event)
		}
	}
	if list == nil {
		return nil
	}
	slices.SortFunc(list, before)
	m := make(map[outageKey]reclassification, len(list))
	for _, e := range list {
		d := e.Data.(*events.OutageReclassified)
		m[outageKey{e.Contract, d.Outage}] = reclassification{d.Cause, d.Degree, e}
	}
	return m
}

// startOutage begins an outage of the units that are in service.
func (c *contract) startOutage(e *events.Event, d *events.OutageStarted) {
	if c.outages[d.Outage] != nil {
		c.except(e, OutageRepeated, "an outage with its id started before")
		return
	}
	o := &outage{id: d.Outage, interval: interval{from: e.Time}, cause: d.Cause, unfit: d.Degree != events.Degraded,
		events: []*events.Event{e}}
	if r, ok := c.account.reclassifications[outageKey{c.id, d.Outage}]; ok {
		o.cause = r.cause
		o.events = append(o.events, r.event)
		if r.degree != 0 {
			o.unfit = r.degree != events.Degraded
		}
	}
	for _, u := range c.unitsNamed(e, d.Units) {
		if u.inTerm(e.Time) {
			o.units = append(o.units, u)
		}
	}
	o.counts = c.countsFrom(o)
	if o.cause == events.Maintenance && (d.NoticeAt.At.IsZero() || !d.NoticeAt.At.Before(e.Time)) {
		c.except(e, MaintenanceWithoutNotice, "no notice was sent before the maintenance")
	}
	if c.outages == nil {
		c.outages = map[string]*outage{}
	}
	c.outages[o.id] = o
	if len(o.units) == 0 {
		c.except(e, OutageOutsideService, "no unit it names is in service")
		o.cut = true // its resolution has nothing to do
		return
	}
	c.ongoing = append(c.ongoing, o)
	for _, u := range o.units {
		u.ongoing = append(u.ongoing, o)
	}
	o.noteImpeding()
	c.resolveAtStart(e, o)
}

// countsFrom is from when on an outage may earn SLA time. Maintenance is free, but where the terms limit it only for so
// long (7.2.6).
func (c *contract) countsFrom(o *outage) civil.Instant {
	if free := o.terms(c).MaintenanceFreeSeconds; o.cause == events.Maintenance && free.Set {
		return o.from.Add(civil.Seconds(int64(free.N)))
	}
	return o.from
}

// resolveAtStart closes an outage whose resolution came before its start, by no more than the clocks of monitors
// differ: its length is nothing.
func (c *contract) resolveAtStart(start *events.Event, o *outage) {
	e := c.tooEarly[o.id]
	if e == nil || start.Time.Sub(e.Time).Compare(civil.Seconds(int64(o.terms(c).OutageClockSkewSeconds))) > 0 {
		return
	}
	c.wrong = slices.DeleteFunc(c.wrong, func(w exceptionAt) bool {
		return w.Code == OutageStartUnknown && w.EventID == e.ID.String()
	})
	c.except(e, OutageClockSkew, "it is stamped before the start of its outage, which it ends at once")
	c.resolve(o, e)
}

// resolveOutage ends an outage; covered time turns into SLA time (4.7).
func (c *contract) resolveOutage(e *events.Event, d *events.OutageResolved) {
	o := c.outages[d.Outage]
	switch {
	case o == nil:
		c.except(e, OutageStartUnknown, "no outage with its id has started")
		if c.tooEarly == nil {
			c.tooEarly = map[string]*events.Event{}
		}
		c.tooEarly[d.Outage] = e
	case o.cut:
		o.cut = false
		if o.to.IsZero() {
			o.to = e.Time
		}
	case !o.to.IsZero():
		c.except(e, OutageAlreadyResolved, "the outage was resolved before")
	default:
		c.resolve(o, e)
	}
}

// resolve ends an outage now.
func (c *contract) resolve(o *outage, e *events.Event) {
	o.events = append(o.events, e)
	c.close(o, c.account.now)
	for _, u := range o.units {
		if u.end.event == nil {
			u.grant(o)
		}
	}
}

// close ends an outage at t.
func (c *contract) close(o *outage, t civil.Instant) {
	if at := o.pausesAt(c); !at.IsZero() && !at.After(t) {
		o.pause()
	}
	o.to, c.moved = t, true
	others := func(list []*outage) []*outage {
		return slices.DeleteFunc(list, func(x *outage) bool { return x == o })
	}
	c.ongoing = others(c.ongoing)
	for _, u := range o.units {
		u.ongoing = others(u.ongoing)
		u.excluded = u.excluded.add(o.excludedUntil(c, t))
		u.endOutagePause(o, t)
		if o.impedes() {
			u.impeded = u.impeded.add(interval{o.from, t})
		}
	}
}

// isCovered reports whether the outage may earn SLA time: the server could not be used, and the provider's fault or an
// unknown cause brought it about (4.7), or maintenance that is not free for as long as it may last.
func (o *outage) isCovered(c *contract) bool {
	if o.cause == events.Maintenance {
		return o.unfit && o.terms(c).MaintenanceFreeSeconds.Set
	}
	return o.unfit && (o.cause == events.ProviderFault || o.cause == events.CauseUnknown)
}

// excludedUntil is the time until t for which one of the causes of 7.2 made the server unusable.
func (o *outage) excludedUntil(c *contract, t civil.Instant) interval {
	switch {
	case !o.unfit:
		return interval{}
	case o.isCovered(c):
		return interval{o.from, civil.Earlier(o.counts, t)}
	}
	return interval{o.from, t}
}
