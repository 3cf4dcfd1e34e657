package foldtest

import (
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// outage is a time in which units were out of use, or said to be.
type outage struct {
	id       string
	from, to civil.Instant // to is End while it lasts
	earns    civil.Instant // from when on it earns time: maintenance only beyond what is free
	covered  bool          // its cause and degree earn time (4.7)
	excluded bool          // unusable, but for a cause of 7.2
	impedes  bool          // unusable, for a cause beyond both sides (7.2(end))
	units    []*unit       // in service when it started
}

// share is what a covered outage comes to for one unit.
type share struct {
	outage  *outage
	product events.Product // when it started
	seq     int            // its place among what changes the schedule
	spans   []span         // not suspended, not taken by an outage resolved before
	raw     *big.Rat       // seconds
	fees    *big.Rat       // paid for the unit by the resolution
	rate    *big.Rat       // fee for a second of the term in which the outage started
	term    *term          // that term
	known   int            // how many terms were in effect at the resolution
	cut     bool           // by a termination: nothing is granted
	settled bool           // resolved or cut
	at      civil.Instant
}

// grant is the time a share is granted, in seconds, and its value in fen.
type grant struct {
	share          *share
	seconds, value *big.Rat
}

// startOutage opens an outage on the named units that are in service.
func (c *contract) startOutage(e *events.Event, d *events.OutageStarted) {
	if slices.ContainsFunc(c.outages, func(o *outage) bool { return o.id == d.Outage }) {
		c.trouble(e, projections.OutageRepeated)
		return
	}
	o := &outage{id: d.Outage, from: e.Time, to: civil.End}
	c.outages = append(c.outages, o)
	o.units = serving(c.named(e, d.Units))
	if len(o.units) == 0 {
		c.trouble(e, projections.OutageOutsideService)
	}
	cause, degree := c.cause(d)
	o.classify(cause, degree, c.policy(e.Time))
	if cause == events.Maintenance && (d.NoticeAt.At.IsZero() || !d.NoticeAt.At.Before(e.Time)) {
		c.trouble(e, projections.MaintenanceWithoutNotice)
	}
	for _, u := range o.units {
		if o.covered {
			u.shares = append(u.shares, &share{outage: o, product: u.product})
		}
	}
	if len(o.units) > 0 {
		c.endAtStart(e, o)
	}
}

// endAtStart ends an outage whose last resolution so far came up to a minute before it, as clocks differ.
func (c *contract) endAtStart(e *events.Event, o *outage) {
	for _, resolved := range slices.Backward(c.early) {
		if resolved.Data.(*events.OutageResolved).Outage != o.id {
			continue
		}
		if e.Time.Sub(resolved.Time).Compare(civil.Seconds(int64(c.policy(e.Time).clockSkew))) <= 0 {
			for i, t := range c.troubles {
				if t.event == resolved {
					c.troubles[i].code = projections.OutageClockSkew
				}
			}
			c.endOutage(o, e.Time)
		}
		return
	}
}

// cause is the last word on an outage's cause and degree.
func (c *contract) cause(d *events.OutageStarted) (events.Cause, events.Degree) {
	r := c.account.causes[outageName{c.id, d.Outage}]
	switch {
	case r == nil:
		return d.Cause, d.Degree
	case r.Degree == 0:
		return r.Cause, d.Degree
	}
	return r.Cause, r.Degree
}

// classify: only unusable servers count (4.7), and an unknown cause is the provider's until it is known.
func (o *outage) classify(cause events.Cause, degree events.Degree, terms *policy) {
	own := cause == events.ProviderFault || cause == events.CauseUnknown
	o.earns = o.from
	o.impedes = degree != events.Degraded &&
		slices.Contains([]events.Cause{events.CauseForceMajeure, events.Carrier, events.Uncontrollable}, cause)
	if cause == events.Maintenance && terms.maintenanceFree.Set {
		o.covered, o.excluded = degree != events.Degraded, degree != events.Degraded
		o.earns = o.from.Add(civil.Seconds(int64(terms.maintenanceFree.N)))
		return
	}
	o.covered = degree != events.Degraded && own
	o.excluded = degree != events.Degraded && !own
}

// resolveOutage ends an outage, and settles what it comes to for each unit.
func (c *contract) resolveOutage(e *events.Event, d *events.OutageResolved) {
	at := slices.IndexFunc(c.outages, func(o *outage) bool { return o.id == d.Outage })
	switch {
	case at < 0:
		c.trouble(e, projections.OutageStartUnknown)
		c.early = append(c.early, e)
		return
	case c.outages[at].to != civil.End:
		c.trouble(e, projections.OutageAlreadyResolved)
		return
	}
	c.endOutage(c.outages[at], e.Time)
}

func (c *contract) endOutage(o *outage, t civil.Instant) {
	o.to = t
	for _, u := range o.units {
		for _, s := range u.open() {
			if s.outage == o {
				u.settle(s)
			}
		}
	}
}

// settle fixes a share at its resolution, or at the termination that cuts it.
func (u *unit) settle(s *share) {
	*s = *u.measure(s, u.contract.now())
	s.settled = true
	u.shares = append(slices.DeleteFunc(u.shares, func(other *share) bool { return other == s }), s)
}

// open lists the shares of outages that last, by the start of the outage.
func (u *unit) open() []*share {
	return slices.DeleteFunc(slices.Clone(u.shares), func(s *share) bool { return s.settled })
}

// resolved lists the settled shares in order of resolution.
func (u *unit) resolved() []*share {
	return slices.DeleteFunc(slices.Clone(u.shares), func(s *share) bool { return !s.settled })
}

// measure works out a share as if the outage were resolved at t.
func (u *unit) measure(s *share, t civil.Instant) *share {
	o, c := s.outage, u.contract
	terms := c.policy(o.from)
	spans := []span{{o.earns, t}}
	if terms.slaClip {
		spans[0] = spans[0].upTo(u.nominalEnd(t))
	}
	for _, hole := range u.holes(terms, t) {
		spans = without(spans, hole)
	}
	term := u.termAt(o.from)
	return &share{
		outage:  o,
		product: s.product,
		seq:     c.account.next(),
		spans:   spans,
		raw:     mul(whole(int64(terms.slaMultiplier[s.product])), length(spans)),
		fees:    u.feesBy(t),
		rate:    div(term.wholePrice(o.from), whole(term.days()*86_400)),
		term:    term,
		known:   len(u.terms),
		at:      t,
	}
}

// holes are the times that do not count for another outage: suspensions, what is taken already, and by some versions of
// the terms what has an excluded cause too.
func (u *unit) holes(terms *policy, t civil.Instant) (holes []span) {
	for _, s := range u.suspensions {
		holes = append(holes, s.span)
	}
	for _, s := range u.resolved() {
		holes = append(holes, s.spans...)
	}
	if terms.slaExcludedOverlap != events.OverlapSubtracts {
		return holes
	}
	for _, o := range u.contract.outages {
		if o.excluded && slices.Contains(o.units, u) {
			hole := span{o.from, civil.Earlier(o.to, t)}
			if o.covered {
				hole = hole.upTo(o.earns)
			}
			holes = append(holes, hole)
		}
	}
	return holes
}

// termAt is the term that covers t by the calendar of paid terms and pauses; the last one in the tail of SLA time.
func (u *unit) termAt(t civil.Instant) *term {
	for _, term := range u.terms {
		if u.position(t).Before(term.last().End()) {
			return term
		}
	}
	return u.terms[len(u.terms)-1]
}

// feesBy is what was paid for the unit by t, or by the end of the contract if that was before: of a postpaid term that
// has begun the whole fee until it is overdue, else the share paid.
func (u *unit) feesBy(t civil.Instant) *big.Rat {
	c, sum := u.contract, whole(0)
	switch {
	case u.end1 != nil:
		return u.end1.fees
	case c.ending != nil:
		return c.ending.fees[u]
	}
	for _, term := range u.terms {
		ahead := u.position(t).Before(term.start().End()) && term.before != (extent{})
		for _, p := range term.parts {
			share := p.price()
			if c.prepaid() || daysOverdue(p.invoice.due, t) > 0 || ahead {
				share = mul(share, p.invoice.paidShare())
			}
			sum = add(sum, share)
		}
	}
	return sum
}

// grants works out the time granted for shares one after the other, under the cap of the fees paid for the unit (4.7).
func (u *unit) grants(shares []*share, t civil.Instant) (grants []grant) {
	used := whole(0)
	for _, s := range shares {
		fees := s.fees
		if u.contract.policy(s.outage.from).slaCapTime == events.CapAsOf {
			fees = u.feesBy(t)
		}
		g := grant{share: s, seconds: whole(0), value: whole(0)}
		if rate := s.rate; !s.cut && rate.Sign() > 0 { // a unit may have no fen of a small fee
			room := larger(whole(0), sub(fees, used))
			g.seconds = smaller(s.raw, new(big.Rat).SetInt(floor(div(room, rate))))
			g.value = mul(g.seconds, rate)
		}
		used = add(used, g.value)
		grants = append(grants, g)
	}
	return grants
}

// payable is the amount, less what was credited or let go of, or given back.
func (inv *invoice) payable() money.Fen {
	return inv.amount - inv.credited - inv.released - inv.refunded
}

// paidShare is the share of an invoice that is paid.
func (inv *invoice) paidShare() *big.Rat {
	if inv.payable() == 0 {
		return whole(1)
	}
	return ratio(int64(inv.paid-inv.refunded-inv.creditBack), int64(inv.payable()))
}

// settledGrants are the grants of resolved outages as they stand at t.
func (u *unit) settledGrants(t civil.Instant) []grant { return u.grants(u.resolved(), t) }

// granted is the time granted at t, in seconds.
func (u *unit) granted(t civil.Instant) *big.Rat {
	sum := whole(0)
	for _, g := range u.settledGrants(t) {
		sum = add(sum, g.seconds)
	}
	return sum
}

// provisional is the time that the open outages would earn if all were resolved at t; of common time the outage that
// started first takes it.
func (u *unit) provisional(t civil.Instant) *big.Rat {
	if u.end1 != nil || u.contract.ending != nil && u.contract.ending.terminated() {
		return whole(0)
	}
	shares, count := u.resolved(), 0
	var taken []span
	for _, s := range u.open() {
		m := u.measure(s, t)
		for _, hole := range taken {
			m.spans = without(m.spans, hole)
		}
		taken = append(taken, m.spans...)
		m.raw = mul(whole(int64(u.contract.policy(s.outage.from).slaMultiplier[s.product])), length(m.spans))
		shares, count = append(shares, m), count+1
	}
	sum, grants := whole(0), u.grants(shares, t)
	for _, g := range grants[len(grants)-count:] {
		sum = add(sum, g.seconds)
	}
	return sum
}

// cutOutages ends the open outages at a termination: their time shows, but nothing is granted.
func (u *unit) cutOutages() {
	for _, s := range u.open() {
		u.settle(s)
		s.cut = true
	}
}

// figures are the unit's SLA figures now.
func (u *unit) slaFigures() projections.SLAFigures {
	var outage, raw, granted, value = whole(0), whole(0), whole(0), whole(0)
	for _, g := range u.settledGrants(u.contract.now()) {
		outage, raw = add(outage, length(g.share.spans)), add(raw, g.share.raw)
		granted, value = add(granted, g.seconds), add(value, g.value)
	}
	return projections.SLAFigures{
		OutageSeconds:      floor(outage).Int64(),
		RawSeconds:         floor(raw).Int64(),
		GrantedSeconds:     floor(granted).Int64(),
		Value:              round(value),
		ProvisionalSeconds: floor(u.provisional(u.contract.now())).Int64(),
	}
}

// slaValue is the value of all SLA time granted in the contract.
func (c *contract) slaValue() *big.Rat {
	sum := whole(0)
	for _, u := range c.units {
		for _, g := range u.settledGrants(c.now()) {
			sum = add(sum, g.value)
		}
	}
	return sum
}
