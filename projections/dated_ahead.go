package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// A fact dated ahead does not count before its time, so a wrong year would hide it in silence. It is shown until its
// time has come.

const (
	ordinarilyAhead = 24 * 3600       // seconds
	announcedAhead  = 365 * 24 * 3600 // of what is announced ahead of its time
)

// judgeDates notes the facts that are dated later than facts ordinarily are when the ledger learns of them.
func (a *account) judgeDates(valid []Fact, asOf civil.Instant) {
	for _, f := range valid {
		a.step()
		if f.Event.Time.After(asOf) && f.isDatedAhead() {
			a.complain(f.Event, DatedAhead, "it is dated "+f.Event.Time.String()+", and was recorded at "+
				f.Recorded.String()+"; it does not count before")
		}
	}
}

// isDatedAhead reports whether a fact was recorded more than a day before its time, or more than a year where it is of
// the kinds that are announced ahead. What corrects others has its effect whatever its time.
func (f *Fact) isDatedAhead() bool {
	ahead := civil.Seconds(ordinarilyAhead)
	switch f.Event.Kind() {
	case events.KindVoided, events.KindOutageReclassified:
		return false
	case events.KindTermsPublished, events.KindNoticeSent, events.KindTerminated:
		ahead = civil.Seconds(announcedAhead)
	}
	return !f.Recorded.IsZero() && f.Event.Time.After(f.Recorded.Add(ahead))
}
