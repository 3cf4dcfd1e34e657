package projections

import (
	"slices"
	"sort"

	"zhangben/events"
	"zhangben/events/civil"
)

// impediment is a time during which a unit was impeded without a break (7.2(end)): by suspensions for force majeure or
// another impediment, and by outages that made it unusable through what neither side controls. It is the event that
// counts, not whether a suspension was declared.
type impediment struct {
	interval // to is none while it lasts
	events   []*events.Event
}

// impedes reports whether an outage is an impediment in the sense of 7.2(end).
func (o *outage) impedes() bool {
	impeding := o.cause == events.CauseForceMajeure || o.cause == events.Carrier || o.cause == events.Uncontrollable
	return o.unfit && impeding
}

// noteImpeding notes an outage that begins with those that impede its servers.
func (o *outage) noteImpeding() {
	if !o.impedes() {
		return
	}
	for _, u := range o.units {
		u.impeding = append(u.impeding, o)
	}
}

// impededSince is from when the unit was impeded at t, none if it was not.
func (u *unit) impededSince(t civil.Instant) civil.Instant {
	at, lasting := t, u.lastingImpediment()
	lasts := !lasting.IsZero() && !t.Before(lasting)
	if lasts {
		at = lasting
	}
	n := sort.Search(len(u.impeded), func(n int) bool { return !u.impeded[n].to.Before(at) })
	if n < len(u.impeded) && !at.Before(u.impeded[n].from) && (lasts || at.Before(u.impeded[n].to)) {
		return u.impeded[n].from
	}
	if lasts {
		return lasting
	}
	return civil.Instant{}
}

// lastingImpediment is when what impedes the unit now began, none for nothing.
func (u *unit) lastingImpediment() (since civil.Instant) {
	if s := u.suspended(); s != nil && s.isImpediment() {
		since = s.from
	}
	for _, o := range u.ongoing { // as they started
		u.contract.account.step()
		if o.impedes() {
			if since.IsZero() || o.from.Before(since) {
				since = o.from
			}
			break
		}
	}
	return since
}

// impediments lists when the unit was impeded, and by what.
func (u *unit) impediments() (list []impediment) {
	var all []impediment
	for _, s := range u.suspensions {
		if s.isImpediment() {
			all = append(all, impediment{s.interval, s.events})
		}
	}
	for _, o := range u.impeding {
		all = append(all, impediment{o.interval, o.events})
	}
	slices.SortStableFunc(all, func(x, y impediment) int { return x.from.Compare(y.from) })
	for _, i := range all {
		u.contract.account.step()
		if n := len(list); n > 0 && (list[n-1].to.IsZero() || !list[n-1].to.Before(i.from)) {
			list[n-1].join(i)
		} else {
			list = append(list, i)
		}
	}
	return list
}

// join lengthens an impediment by one that began before its end.
func (i *impediment) join(next impediment) {
	if next.to.IsZero() || !i.to.IsZero() && i.to.Before(next.to) {
		i.to = next.to
	}
	i.events = slices.Concat(i.events, next.events)
}
