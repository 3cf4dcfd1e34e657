package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// outage is one outage of some units of a contract (4.7).
type outage struct {
	interval
	id    string
	cause events.Cause
	unfit bool    // the units could not be used at all
	units []*unit // affected; parted with others only until it is resolved
	cut   bool    // ended by the contract's end, not by a resolution

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
}

// resolveOutage ends an outage; covered time turns into SLA time (4.7).
func (c *contract) resolveOutage(e *events.Event, d *events.OutageResolved) {
	o := c.outages[d.Outage]
	switch {
	case o == nil:
		c.except(e, OutageStartUnknown, "no outage with its id has started")
	case o.cut:
		o.cut = false
		if o.to.IsZero() {
			o.to = e.Time
		}
	case !o.to.IsZero():
		c.except(e, OutageAlreadyResolved, "the outage was resolved before")
	default:
		o.events = append(o.events, e)
		c.close(o, e.Time)
		for _, u := range o.units {
			u.grant(o)
		}
	}
}

// close ends an outage at t.
func (c *contract) close(o *outage, t civil.Instant) {
	o.to, c.moved = t, true
	others := func(list []*outage) []*outage {
		return slices.DeleteFunc(list, func(x *outage) bool { return x == o })
	}
	c.ongoing = others(c.ongoing)
	for _, u := range o.units {
		u.ongoing = others(u.ongoing)
		if o.isExcluded() {
			u.excluded = u.excluded.add(o.interval)
		}
	}
}

// isCovered reports whether the outage earns SLA time: the server could not be used, and the provider's fault or an
// unknown cause brought it about (4.7).
func (o *outage) isCovered() bool {
	return o.unfit && (o.cause == events.ProviderFault || o.cause == events.CauseUnknown)
}

// isExcluded reports whether one of the causes of 7.2 made the server unusable.
func (o *outage) isExcluded() bool { return o.unfit && !o.isCovered() }
