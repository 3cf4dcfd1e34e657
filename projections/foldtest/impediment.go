package foldtest

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// impedimentInTime: notice once the right is there, and effect when the notice has run (7.2(end)). Days of notice run
// from the day after it was sent (CC 201).
func (c *contract) impedimentInTime(notice civil.Instant) bool {
	if notice.After(c.now()) {
		return false
	}
	effect := (notice.Date() + civil.Date(c.policy(notice).impedimentNoticeDays)).End()
	return c.impeded(notice) && notBefore(c.now(), effect)
}

// impeded reports whether at t every unit still in term had been impeded for the days of 7.2(end).
func (c *contract) impeded(t civil.Instant) bool {
	found := false
	for _, u := range c.units {
		if !u.inTerm(t) {
			continue
		}
		since, hindered := u.hinderedSince(t)
		if !hindered {
			return false
		}
		if t.Before((since.Date() + civil.Date(c.policy(t).impedimentDays)).End()) {
			return false
		}
		found = true
	}
	return found
}

// hinderedSince goes back from t through what impeded the unit, as long as one thing follows on another.
func (u *unit) hinderedSince(t civil.Instant) (since civil.Instant, hindered bool) {
	var spans []span
	for _, s := range u.suspensions {
		if s.reason == events.SuspendForceMajeure || s.reason == events.SuspendImpediment {
			spans = append(spans, s.span)
		}
	}
	for _, o := range u.contract.outages {
		if o.impedes && slices.Contains(o.units, u) && o.from.Before(o.to) {
			spans = append(spans, span{o.from, o.to})
		}
	}
	since = t
	for again := true; again; {
		again = false
		for _, s := range spans {
			reaches := since.Before(s.to) || hindered && since == s.to
			if reaches && notBefore(since, s.from) && (!hindered || s.from.Before(since)) {
				since, hindered, again = s.from, true, true
			}
		}
	}
	return since, hindered
}
