package projections

import (
	"slices"

	"zhangben/events/civil"
)

// status is where the contract is in its life at t (C-三, 6.1, 6.2).
func (c *contract) status(t civil.Instant) Status {
	switch {
	case !c.running():
		return c.end.status
	case c.order == nil:
		return PendingPayment
	case !c.provisionedAt.IsZero():
		return c.statusOfUse(t)
	case c.inEffect:
		return Effective
	}
	return PendingPayment
}

// statusOfUse is the status once servers were provisioned; when all of them have run out, others are still to be.
func (c *contract) statusOfUse(t civil.Instant) Status {
	inUse, _ := c.use(t)
	inTerm := func(u *unit) bool { return u.inTerm(t) }
	switch {
	case inUse:
		return Active
	case len(c.pending) > 0 && !slices.ContainsFunc(c.units, inTerm):
		return Effective
	}
	return Suspended
}

// use reports whether any units are in use, and whether any are suspended or out of term.
func (c *contract) use(t civil.Instant) (inUse, idle bool) {
	for _, u := range c.units {
		if u.inTerm(t) && u.suspended() == nil {
			inUse = true
		} else {
			idle = true
		}
	}
	return inUse, idle
}

// flags are the conditions beside the status. But for arrears, they concern a contract that runs.
func (c *contract) flags(t civil.Instant) []Flag {
	list := []Flag{}
	add := func(f Flag, holds bool) {
		if holds {
			list = append(list, f)
		}
	}
	add(FlagOverdue, c.isOverdue(t))
	add(FlagWalletCoversDebt, c.isOverdue(t) && c.account.wallet > 0)
	if c.order == nil || !c.running() {
		return list
	}
	add(FlagMayWithhold, c.mayWithhold(t))
	add(FlagMayTerminate, c.mayTerminate(t))
	add(FlagMayTerminateImpediment, c.mayTerminateImpediment(t))
	add(FlagOutageOpen, len(c.ongoing) > 0)
	inUse, idle := c.use(t)
	add(FlagPartiallyActive, inUse && idle)
	return list
}

// isOverdue reports whether principal is unpaid a day or more after its due day (2.2.2).
func (c *contract) isOverdue(t civil.Instant) bool {
	return len(c.unpaid) > 0 && t.After(c.unpaid[0].date.End())
}

// mayWithhold reports whether the provider may withhold service (C-四, 2.3): a prepaid fee is not paid in full, or a due
// day has passed without full payment.
func (c *contract) mayWithhold(t civil.Instant) bool {
	if !c.postpaid() && c.invoices[0].unpaid() > 0 {
		return true
	}
	return len(c.unpaid) > 0 && c.unpaid[0].date != undated && !t.Before(c.unpaid[0].date.End())
}
