package projections

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// ending is how a contract ended; the zero ending means it runs.
type ending struct {
	status Status // Expired, Terminated or Cancelled
	at     civil.Instant
	reason events.EndReason
	event  *events.Event // that ended it, nil for expiry
}

// terminate ends the contract, or some of its servers, if the reason allows it (2.2.2, 3.5.10, 4.6, 6.2, 7.2(end)).
// Without the right the event has no effect, and gets none later.
func (c *contract) terminate(e *events.Event, d *events.Terminated) {
	if code, message := c.obstacle(e.Time, d); code != "" {
		c.except(e, code, message)
		return
	}
	if d.Units != nil {
		c.endServers(e, d)
		if c.servesOn() {
			return
		}
	}
	c.cutOutages(c.units, e.Time)
	c.finish(ending{status: Terminated, at: e.Time, reason: d.Reason, event: e})
	c.settle(e, d, c.units, true)
	c.lapse()
}

// finish ends the contract's life.
func (c *contract) finish(end ending) {
	for _, u := range c.units {
		u.feesAtEnd = u.feesPaid(end.at)
	}
	c.end, c.moved = end, true
	c.lastArrears = arrears{} // late fee may stop at the end
}

// obstacle says what stands against a termination, if anything.
func (c *contract) obstacle(t civil.Instant, d *events.Terminated) (ExceptionCode, string) {
	switch {
	case !c.running():
		return EndedAlready, "the contract ended before"
	case !c.inEffect && c.provisionedAt.IsZero():
		return NotInEffect, "the prepaid order was neither paid nor provisioned; it can be cancelled"
	case d.Reason == events.EndArrears && !c.mayTerminate(t) && !c.isUsedUnpaid():
		return TerminationPremature, "2.2.2 grants the right only after the full days overdue, while a service fee is unpaid"
	case d.Reason == events.EndProviderCancelled && !d.NoticeAt.At.Before(t):
		return TerminationWithoutNotice, "4.6 wants notice before the end"
	case d.Reason == events.EndWithdrawal && !c.mayWithdraw(t):
		return WithdrawalTooLate, "11.2 grants the right to withdraw only for the days the terms say, before any renewal"
	case d.Reason == events.EndImpediment && !c.impedimentEnds(d.NoticeAt.At, t):
		return TerminationPremature,
			"7.2(end) wants the full days of impediment before the notice, and of notice before the end"
	}
	return "", ""
}

// mayTerminate reports whether the provider may end the contract for arrears (2.2.2): a service fee is unpaid, and full
// days overdue have passed. A charge alone is no such reason, but where it is for usage.
func (c *contract) mayTerminate(t civil.Instant) bool {
	if !c.running() {
		return false
	}
	days := civil.Date(c.terms(t).TerminationAfterDays)
	return len(c.fees) > 0 && !t.Before((c.fees[0].date + days).End())
}

// mayTerminateImpediment reports whether either side may give notice (7.2(end)): every unit in term has been impeded
// without a break for the days required, the first day not counted.
func (c *contract) mayTerminateImpediment(t civil.Instant) bool {
	since := c.impededSince(t)
	return !since.IsZero() && !t.Before((since.Date() + civil.Date(c.terms(t).ImpedimentDays)).End())
}

// impededSince is from when all units in term were impeded at t, none if they were not.
func (c *contract) impededSince(t civil.Instant) (since civil.Instant) {
	if !c.running() {
		return civil.Instant{}
	}
	for _, u := range c.units {
		if !u.inTerm(t) {
			continue
		}
		began := u.impededSince(t)
		if began.IsZero() {
			return civil.Instant{}
		}
		since = civil.Later(since, began)
	}
	return since
}

// impedimentEnds reports whether a notice given at one instant ends the contract at another. The end of the impediment
// during the notice does not take the right away.
func (c *contract) impedimentEnds(notice, at civil.Instant) bool {
	days := civil.Date(c.terms(notice).ImpedimentNoticeDays)
	return c.mayTerminateImpediment(notice) && !at.Before((notice.Date() + days).End())
}

// cutOutages cuts the open outages of servers at t; they earn nothing.
func (c *contract) cutOutages(units []*unit, t civil.Instant) {
	for _, u := range units {
		for len(u.ongoing) > 0 {
			o := u.ongoing[0]
			u.ongoing = u.ongoing[1:]
			u.excluded = u.excluded.add(o.excludedUntil(c, t))
			if o.isCovered(c) {
				u.addOutageTime(o, t)
			}
			c.cutWithLast(o, t)
		}
	}
}

// cutWithLast ends an outage that no server suffers from any more.
func (c *contract) cutWithLast(o *outage, t civil.Instant) {
	suffers := func(u *unit) bool { return slices.Contains(u.ongoing, o) }
	if !slices.ContainsFunc(o.units, suffers) {
		o.to, o.cut = t, true
		c.ongoing = slices.DeleteFunc(c.ongoing, func(x *outage) bool { return x == o })
	}
}
