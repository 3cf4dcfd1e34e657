package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// server is one machine of a contract's line (4.7: 台).
type server struct {
	id    string // none until it is provisioned
	unit  *unit
	named bool     // by the event at hand
	offer *invoice // of a dearer configuration, not paid yet

	renewals []*invoice // that named it, and were not in effect when they came

	releasedAt civil.Instant // when its data was released, none before
	declinedAt civil.Instant // the last notice that no renewal of it is wanted, none without
}

// unit is the history of a server: its terms, pauses, SLA time and end. Servers whose histories are equal share one,
// so a line of a thousand takes the work of one; an event that names some of them parts it. Money is that of one
// server.
type unit struct {
	contract *contract
	servers  []*server // in their order in the line
	named    int       // of them, by the event at hand

	provisionedAt civil.Instant // none before
	provisioned   *events.Event
	startedAt     civil.Instant      // when its terms began: with its provisioning, or with a late renewal,
	startedBy     *events.Event      // and by which event
	terms         []serviceTerm      // in effect, in the order in which they are served
	layers        []layer            // on them, in the order in which they took effect
	prices        map[int]*termPrice // of the terms with layers
	products      []productSince     // that they are of, where not of the order's

	outAt       civil.Instant // when its end was reached, none before
	end         unitEnding    // when it was terminated before the contract, if it was
	lapses      intervals     // when it was out, before a renewal brought it back
	suspensions []suspension
	pauses      []pause   // of its term, in order, none within another
	ongoing     []*outage // that affect it, not yet resolved, as they started
	covered     intervals // outage time that earned SLA time
	excluded    intervals // closed outages of excluded causes that made it unusable
	impeded     intervals // by impediments that are over
	impeding    []*outage // all that impeded it, as they started
	outageTimes []outageTime
	grants      []grant
	granted     civil.Duration
	value       money.Exact // of the grants
	capFollows  bool        // whether a grant is limited by the fees paid as of the instant asked about

	feesAtEnd money.Exact // paid for the server by its end, or the contract's

	figures *UnitFigures // once they are written down
	shown   *schedule    // once it is explained

	earlierFees   money.Exact // paid for the server before startedAt
	earlierValue  money.Exact // of the grants until then,
	gifts         []gift
	given         civil.Duration  // of the gifts
	promised      []*events.Event // gifts before it is provisioned
	earlierGrants int             // and how many there were
	earlierPauses civil.Duration  // until then

	paidTerms  int // how many of the first terms are paid in full,
	paidLayers int // and how many of the first layers
	paidFees   money.Fen
}

// count is how many servers share the history.
func (u *unit) count() int64 { return int64(len(u.servers)) }

// clock is t on a clock that stands still while the term is paused.
func (u *unit) clock(t civil.Instant) civil.Instant {
	paused := u.pausedUntil(t)
	if paused.IsZero() {
		return t
	}
	return t.Add(civil.Duration{}.Sub(paused))
}

// endsAt is when the unit's term ends as far as is known at t: paid terms, pauses until t and SLA time granted (6.1,
// 4.7).
func (u *unit) endsAt(t civil.Instant) civil.Instant {
	return u.paidEnd().Add(u.pausedUntil(t)).Add(u.granted).Add(u.given)
}

// inTerm reports whether the unit's term is going on at t.
func (u *unit) inTerm(t civil.Instant) bool {
	if !u.contract.running() || u.end.event != nil {
		return false
	}
	if u.lapses.contain(t) {
		return false
	}
	if !u.outAt.IsZero() {
		return t.Before(u.outAt)
	}
	end := u.runsOutAt(t)
	return end.IsZero() || t.Before(end)
}

// addServers puts servers that are still to be provisioned at the end of the line.
func (c *contract) addServers(n int) {
	added, u := make([]server, n), &unit{contract: c, servers: make([]*server, n)}
	for i := range added {
		added[i].unit, u.servers[i] = u, &added[i]
	}
	c.servers, c.pending = append(c.servers, u.servers...), append(c.pending, u)
}

// unitsNamed returns the units of the servers with those ids, all that are provisioned for none.
func (c *contract) unitsNamed(e *events.Event, ids []string) []*unit {
	if ids == nil {
		return c.units
	}
	return c.unitsOf(notEnded(c.serversNamed(e, ids)))
}

// serversNamed returns the servers with those ids, the whole line for none. Unknown ids are an exception, and left out.
func (c *contract) serversNamed(e *events.Event, ids []string) []*server {
	if ids == nil {
		return c.servers
	}
	found := make([]*server, 0, len(ids))
	var unknown string
	for _, id := range ids {
		if s := c.serverNamed(id); s != nil {
			found = append(found, s)
		} else {
			unknown = id
		}
	}
	if unknown != "" {
		c.except(e, UnitUnknown, "the contract has no unit "+unknown)
	}
	return found
}

// serverNamed finds a server by its id, nil for none.
func (c *contract) serverNamed(id string) *server {
	if c.serversByID == nil {
		c.serversByID = make(map[string]*server, c.delivered)
		for _, s := range c.servers[:c.delivered] {
			c.serversByID[s.id] = s
		}
	}
	return c.serversByID[id]
}

// replaceServer has a server known under another id: its history goes on under it.
func (c *contract) replaceServer(e *events.Event, d *events.UnitReplaced) {
	s := c.serverNamed(d.Unit)
	switch {
	case s == nil:
		c.except(e, UnitUnknown, "the contract has no unit "+d.Unit)
	case c.serverNamed(d.NewUnit) != nil:
		c.except(e, AlreadyProvisioned, "the contract has a unit "+d.NewUnit)
	default:
		delete(c.serversByID, s.id)
		s.id = d.NewUnit
		c.serversByID[s.id] = s
	}
}

// unitsOf returns the units of those servers, after it has parted those of which others share the history.
func (c *contract) unitsOf(servers []*server) []*unit {
	var list []*unit
	for _, s := range servers {
		if s.named {
			continue
		}
		if s.unit.named == 0 {
			list = append(list, s.unit)
		}
		s.named = true
		s.unit.named++
	}
	for n, u := range list {
		if u.named < len(u.servers) {
			list[n] = u.part()
		}
		u.named = 0
	}
	for _, s := range servers {
		s.named = false
	}
	return list
}

// part takes the servers named out of the unit, with a history of their own that is the same so far.
func (u *unit) part() *unit {
	parted := *u
	parted.servers, parted.named = nil, 0
	rest := make([]*server, 0, len(u.servers)-u.named)
	for _, s := range u.servers {
		if s.named {
			s.unit, parted.servers = &parted, append(parted.servers, s)
		} else {
			rest = append(rest, s)
		}
	}
	u.servers = rest
	parted.copyHistory()
	for _, o := range parted.ongoing {
		o.units = append(o.units, &parted)
	}
	switch c := u.contract; {
	case u.provisionedAt.IsZero():
		c.pending = append(c.pending, &parted)
	case u.end.event == nil:
		c.units = append(c.units, &parted)
	}
	return &parted
}

// copyHistory makes the lists the unit's own.
func (u *unit) copyHistory() {
	u.terms, u.layers = slices.Clone(u.terms), slices.Clone(u.layers)
	u.products = slices.Clone(u.products)
	u.copyPrices()
	u.lapses, u.covered, u.excluded = slices.Clone(u.lapses), slices.Clone(u.covered), slices.Clone(u.excluded)
	u.impeded, u.impeding = slices.Clone(u.impeded), slices.Clone(u.impeding)
	u.suspensions, u.pauses = slices.Clone(u.suspensions), slices.Clone(u.pauses)
	for n := range u.pauses {
		u.pauses[n].events = slices.Clip(u.pauses[n].events)
	}
	for n := range u.suspensions {
		u.suspensions[n].events = slices.Clip(u.suspensions[n].events)
	}
	u.ongoing = slices.Clone(u.ongoing)
	u.outageTimes, u.grants = slices.Clone(u.outageTimes), slices.Clone(u.grants)
}
