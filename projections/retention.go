package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// Data on a server is kept for some days after its end, where the terms say so (11.2): to 24:00 of the last of them. It
// costs nothing, and changes no term.

// keptUntil is until when the unit's data is kept, none where the terms do not say.
func (u *unit) keptUntil() civil.Instant {
	end, breach := u.endOfUse()
	days := u.contract.terms(end).RetentionDays
	switch {
	case !days.Set:
		return civil.Instant{}
	case breach:
		days.N = 0 // data is withheld (3.5.10)
	}
	return (lastBegun(end) + civil.Date(days.N)).End()
}

// endOfUse is when service of the unit ended, or ends as far as is known, and whether that was for a breach.
func (u *unit) endOfUse() (end civil.Instant, breach bool) {
	if !u.outAt.IsZero() {
		return u.outAt, false
	}
	if at, by := u.terminatedAt(); by != nil {
		return at, by.Data.(*events.Terminated).Reason == events.EndBreach
	}
	now := u.contract.account.now
	return civil.Later(u.endsAt(now), now), false
}

// data is what became of the unit's data at t where it was not released, nil where the terms do not say.
func (u *unit) data(t civil.Instant) *Data {
	until, data := u.keptUntil(), DataKept
	switch {
	case until.IsZero():
		return nil
	case !t.Before(until):
		data = DataExpired
	}
	return &data
}

// releaseServers notes that the data of servers is gone.
func (c *contract) releaseServers(e *events.Event, d *events.UnitsReleased) {
	early := false
	for _, s := range c.serversNamed(e, d.Units) {
		if s.releasedAt.IsZero() {
			s.releasedAt = e.Time
			early = early || e.Time.Before(s.unit.keptUntil())
		}
	}
	if !c.running() && !c.lateUntil.IsZero() && len(renewable(c.servers)) == 0 {
		c.closeWindow()
	}
	if early {
		c.except(e, ReleasedEarly, "data was to be kept for longer")
	}
}

// addData lists until when data is kept.
func (t *Timeline) addData(c *contract) {
	for _, s := range c.servers[:c.delivered] {
		_, by := s.unit.terminatedAt()
		if s.unit.outAt.IsZero() && by == nil {
			continue
		}
		until := s.unit.keptUntil()
		if !until.IsZero() && (s.releasedAt.IsZero() || !s.releasedAt.Before(until)) {
			t.add(until, whatDataKept, s.id, "11.2", s.unit.provisioned, by)
		}
	}
}
