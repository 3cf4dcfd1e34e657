package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// Time that is given beside what is paid for (11.2). Sold together with a term it is a part of it: the term's fee is
// for all of its time. Given otherwise it makes the service end later and no more: what is not yet earned is spread
// over it as over SLA time, and it counts neither way in a refund.

var ruleGift = Rule{"11.2", "赠送的时间顺延服务期，不增加费用。", "Time that is given makes the service end later; no fee is added."}

// gift is time given to a unit beside its terms.
type gift struct {
	at     civil.Instant
	term   int // that ran then
	length civil.Duration
	event  *events.Event
}

// bonus is time that was sold together with a term.
type bonus struct {
	time  civil.Term
	event *events.Event
}

// grantTime adds time that was granted.
func (c *contract) grantTime(e *events.Event, d *events.TimeGranted) {
	i := c.byID[d.With]
	sold := d.With != "" && d.Duration.Seconds == 0
	switch {
	case c.timeGranted[d.Grant]:
		c.except(e, GrantRepeated, "the grant id was used before")
		return
	case sold && (i == nil || !i.isFee() || i.kind == changeInvoice):
		c.except(e, InvoiceUnknown, "the contract has no such term to add the time to")
		return
	case !c.running():
		c.except(e, NotInService, "the contract has ended")
		return
	}
	if sold && !i.inTerms {
		i.bonuses = append(i.bonuses, e)
	} else if !c.giveTo(e, d, i, sold) {
		return
	}
	if c.timeGranted == nil {
		c.timeGranted = map[string]bool{}
	}
	c.timeGranted[d.Grant] = true
}

// giveTo adds time to the servers named that are in service or still to be, and reports whether there were any.
func (c *contract) giveTo(e *events.Event, d *events.TimeGranted, i *invoice, sold bool) (given bool) {
	servers := c.serversNamed(e, d.Units)
	for _, u := range c.unitsOf(servers) {
		switch k := u.termPaidBy(i); {
		case !u.provisionedAt.IsZero() && !u.inTerm(e.Time), sold && k < 0:
			continue
		case sold:
			u.lengthen(k, bonus{d.Duration.Term, e})
		case u.provisionedAt.IsZero():
			u.promised = append(slices.Clip(u.promised), e)
		default:
			u.give(e)
		}
		given, c.moved = true, true
	}
	if !given && len(servers) > 0 {
		c.except(e, NotInService, "no unit it names is in service")
	}
	return given
}

// addBonuses adds the time that was sold together with a term and waited for it.
func (c *contract) addBonuses(i *invoice) {
	for _, e := range i.bonuses {
		c.giveTo(e, e.Data.(*events.TimeGranted), i, true)
	}
	i.bonuses = nil
}

// termPaidBy is the unit's term that an invoice pays, -1 for none.
func (u *unit) termPaidBy(i *invoice) int {
	return slices.IndexFunc(u.terms, func(p serviceTerm) bool { return u.contract.served[p.fee] == i })
}

// lengthen makes a term longer; those behind it move on.
func (u *unit) lengthen(k int, b bonus) {
	u.terms[k].bonuses = append(slices.Clip(u.terms[k].bonuses), b)
	for ; k < len(u.terms); k++ {
		u.terms[k].months += b.time.Months()
		u.terms[k].days += b.time.Days()
	}
}

// give makes the unit end later: by seconds, or by the days that months and days make from the end of its terms on.
func (u *unit) give(e *events.Event) {
	d, now := e.Data.(*events.TimeGranted).Duration, u.contract.account.now
	last := u.lastDay(len(u.terms) - 1)
	to := last.AddMonths(d.Term.Months()) + civil.Date(d.Term.Days())
	g := gift{now, u.termAt(u.clock(now)), civil.Days(int(to - last)).Add(civil.Seconds(d.Seconds)), e}
	u.gifts = append(slices.Clip(u.gifts), g)
	u.given = u.given.Add(g.length)
}

// takePromised adds the time that was promised before the unit was provisioned.
func (u *unit) takePromised() {
	for _, e := range u.promised {
		u.give(e)
	}
	u.promised = nil
}

// wholeMonths are the months of a term, 0 where there are days in it.
func (p *serviceTerm) wholeMonths() int {
	months := p.own.Months()
	for _, b := range p.bonuses {
		if months == 0 || b.time.Months() == 0 {
			return 0
		}
		months += b.time.Months()
	}
	return months
}

// spells spells the length of a term, time sold together with it apart.
func (p *serviceTerm) spells() string {
	text := p.own.String()
	for _, b := range p.bonuses {
		text += " + " + b.time.String()
	}
	return text
}

// grantedBy lists the events that made a term as long as it is.
func (p *serviceTerm) grantedBy(first *events.Event) []*events.Event {
	list := []*events.Event{first}
	for _, b := range p.bonuses {
		list = append(list, b.event)
	}
	return list
}

// spreads lists what spreads the fees of the unit's terms over more days, in order: SLA time, and time given.
func (u *unit) spreads() []grant {
	list := u.grants[u.earlierGrants:]
	if len(u.gifts) == 0 {
		return list
	}
	list = slices.Clone(list)
	for _, g := range u.gifts {
		list = append(list, grant{at: g.at, term: g.term, granted: g.length})
	}
	slices.SortStableFunc(list, func(a, b grant) int { return a.at.Compare(b.at) })
	return list
}
