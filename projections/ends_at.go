package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

var (
	ruleStart = Rule{"6.1", "服务自开通之时起算。", "Service begins when it is provisioned."}
	ruleTerm  = Rule{"6.1", "服务期按所购年、月或日自开通日次日起算，至对应日二十四时止；无对应日的为月末。",
		"A paid term runs for its years, months or days from the day after provisioning, " +
			"to 24:00 of the corresponding day, or of the month's last."}
	rulePause = Rule{"6.2.3", "因不可抗力或履行障碍暂停的时间予以顺延。", "Time suspended for force majeure or impediment is made up for."}
	ruleEnded = Rule{"6.2", "合同提前终止，服务至终止时为止。", "The contract was terminated early; service ends at that instant."}
)

// addEnd is a unit's end, as a start and the times added to it: terms, pauses, SLA time. shown is nil where the line is
// the contract's.
func (u *unit) addEnd(shown *server, t civil.Instant) civil.Instant {
	c, s := u.contract, u.contract.account.explanation
	if at, by := u.terminatedAt(); by != nil {
		if u.outAt.IsZero() {
			return s.instant(figureEndsAt, at, c, func() grounds {
				return grounds{rule: &ruleEnded, server: shown, formula: at.String(), events: []*events.Event{by}}
			})
		}
		t = at
	}
	if !s.wants(figureEndsAt, c) {
		return u.endsAt(t)
	}
	end := s.instant(figureEndsAt, u.startedAt, c, func() grounds {
		n := grounds{rule: &ruleStart, server: shown, formula: u.startedAt.String(), events: []*events.Event{u.startedBy}}
		if u.startedAt != u.provisionedAt {
			n.rule = &ruleLateStart
		}
		return n
	})
	if !u.outAt.IsZero() {
		t = civil.Earlier(t, u.outAt)
	}
	from := u.startedAt
	for k := range u.terms {
		to := u.lastDay(k).End()
		end = end.Add(s.duration(figureEndsAt, to.Sub(from), c, func() grounds {
			i := c.served[u.terms[k].fee]
			return grounds{rule: &ruleTerm, server: shown, invoice: i, formula: u.terms[k].spells() + ": " +
				from.String() + " – " + to.String(), events: u.terms[k].grantedBy(i.event)}
		}))
		from = to
	}
	for _, p := range u.pauses {
		p.from = civil.Later(p.from, u.startedAt)
		if lasted := p.until(t); lasted.from.Before(lasted.to) {
			end = end.Add(s.duration(figureEndsAt, lasted.length(), c, func() grounds {
				return grounds{rule: &rulePause, server: shown, formula: lasted.from.String() + " – " + lasted.to.String(),
					events: p.events}
			}))
		}
	}
	for n := u.earlierGrants; n < len(u.grants); n++ {
		end = end.Add(s.duration(figureEndsAt, u.grants[n].granted, c, func() grounds {
			g := u.servers[0].grantGrounds(&u.grants[n])
			g.server = shown
			return g
		}))
	}
	for _, g := range u.gifts {
		end = end.Add(s.duration(figureEndsAt, g.length, c, func() grounds {
			return grounds{rule: &ruleGift, server: shown, formula: g.length.String() + " s", events: []*events.Event{g.event}}
		}))
	}
	return end
}

// addContractEnd repeats, as the contract's own, the lines of the unit that ends last.
func (c *contract) addContractEnd(last *unit) {
	s := c.account.explanation
	switch {
	case !s.wants(figureEndsAt, c):
	case c.end.status == Terminated:
		s.instant(figureEndsAt, c.end.at, c, func() grounds {
			return grounds{rule: &ruleEnded, formula: c.end.at.String(), events: []*events.Event{c.end.event}}
		})
	default:
		last.addEnd(nil, c.account.now)
	}
}
