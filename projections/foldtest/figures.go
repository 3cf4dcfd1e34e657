package foldtest

import (
	"bytes"
	"cmp"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// book answers for the account and its contracts now.
func (a *account) book(history *corrected) projections.Book {
	for _, t := range history.troubles {
		if c := a.contract(t.event.Contract); c != nil {
			c.troubles = append(c.troubles, t)
		} else {
			a.troubles = append(a.troubles, t)
		}
	}
	b := projections.Book{Contracts: []projections.Figures{}, Account: projections.AccountFigures{
		AccountID:       a.id,
		AsOf:            a.now,
		Wallet:          max(0, a.wallet),
		WalletShortfall: max(0, -a.wallet),
		Contracts:       []string{},
		Exceptions:      exceptions(a.troubles),
	}}
	for _, c := range a.contracts {
		f := c.figures()
		b.Contracts = append(b.Contracts, f)
		b.Account.Contracts = append(b.Account.Contracts, f.ContractID)
		b.Account.Principal += f.Principal
		b.Account.LateFee += f.LateFee
		b.Account.DueTotal += f.DueTotal
		for _, k := range c.claims {
			if k.kind == events.ClaimIndemnity {
				b.Account.ClaimsReceivable += k.Open
			} else {
				b.Account.ClaimsPayable += k.Open
			}
		}
	}
	return b
}

// exceptions sorts by the event's time, its id, and the code.
func exceptions(troubles []trouble) []projections.Exception {
	slices.SortFunc(troubles, func(t, u trouble) int {
		return cmp.Or(t.event.Time.Compare(u.event.Time), bytes.Compare(t.event.ID[:], u.event.ID[:]),
			cmp.Compare(t.code, u.code))
	})
	list := []projections.Exception{}
	for _, t := range troubles {
		list = append(list, projections.Exception{Code: t.code, EventID: t.event.ID.String()})
	}
	return list
}

// figures answers for one contract now.
func (c *contract) figures() projections.Figures {
	for _, e := range c.waiting {
		c.trouble(e, projections.ContractUnknown)
	}
	f := projections.Figures{
		ContractID: c.id,
		AccountID:  c.account.id,
		AsOf:       c.now(),
		Status:     c.status(),
		Flags:      []projections.Flag{},
		Currency:   "CNY",
		Units:      []projections.UnitFigures{},
		Invoices:   []projections.Invoice{},
		Claims:     []projections.Claim{},
		Exceptions: exceptions(c.troubles),
	}
	if c.order == nil {
		return f
	}
	product, mode := c.order.Product.String(), c.order.Mode.String()
	f.Product, f.Mode, f.Quantity = &product, &mode, len(c.places)
	for _, k := range c.claims {
		f.Claims = append(f.Claims, k.Claim)
	}
	c.fillInvoices(&f)
	c.fillService(&f)
	c.fillEarnings(&f)
	f.Flags = append(f.Flags, c.flags()...)
	return f
}

// fillInvoices lists the invoices: the order, renewals, charges.
func (c *contract) fillInvoices(f *projections.Figures) {
	sorted := slices.Clone(c.invoices)
	slices.SortFunc(sorted, func(a, b *invoice) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.number, b.number))
	})
	for _, inv := range sorted {
		line := projections.Invoice{InvoiceID: inv.id, Amount: inv.amount, Payable: inv.payable(),
			Principal: c.owed(inv), LateFee: c.lateFee(inv),
			WrittenOff: inv.writtenOff}
		if !inv.agreed.IsZero() {
			line.DueDate = &inv.agreed
		}
		if !inv.due.IsZero() {
			line.DueFrom = &inv.due
		}
		if line.Principal > 0 && c.bearsLateFee(inv) {
			line.OverdueDays = inv.daysBefore + daysOverdue(inv.due, c.now())
		}
		f.Invoices = append(f.Invoices, line)
		f.Principal += line.Principal
		f.LateFee += line.LateFee
		f.LateFeeAccrued += c.lateFeeAccrued(inv)
		f.Paid += inv.paid + inv.paidFee
	}
	for _, k := range c.claims {
		if k.kind == events.ClaimIndemnity {
			f.Paid += k.Settled
		}
	}
	f.DueTotal = f.Principal + f.LateFee
}

// fillService says when the service began and when it ends.
func (c *contract) fillService(f *projections.Figures) {
	if c.begun {
		start := c.beganAt
		f.StartsAt = &start
	}
	var latest civil.Instant
	for _, u := range c.units {
		end := c.endOf(u)
		latest = civil.Later(latest, end)
		f.Units = append(f.Units, projections.UnitFigures{UnitID: u.id, EndsAt: &end, SLA: u.slaFigures(),
			Termination: u.end1.figures(), Data: u.data(end)})
	}
	if c.terminated() {
		latest = c.ending.at
		f.Termination = &projections.Termination{Reason: c.ending.reason.String(), At: c.ending.at}
	}
	if !latest.IsZero() {
		f.EndsAt = &latest
	}
}

// endOf is when a unit's service ends: with a termination, unless it had run out before.
func (c *contract) endOf(u *unit) civil.Instant {
	switch {
	case u.end1 != nil && !u.isOut():
		return u.end1.at
	case u.end1 != nil:
		return civil.Earlier(u.end(u.end1.at), u.end1.at)
	case !c.terminated():
		return u.end(c.now())
	case u.isOut():
		return civil.Earlier(u.end(c.ending.at), c.ending.at)
	}
	return c.ending.at
}

// fillEarnings says what is earned, owed in service, refunded and forfeited.
func (c *contract) fillEarnings(f *projections.Figures) {
	var service money.Fen
	switch {
	case c.terminated():
		service = c.ending.revenue
		f.Refund, f.Forfeited, f.Compensation = c.ending.refund, c.ending.forfeited, c.ending.compensation
	case c.begun:
		service, f.ContractLiability = c.serviceRevenue(c.now()), c.liability(c.now())
	default:
		f.ContractLiability = c.liabilityBeforeService()
	}
	f.Refund, f.Forfeited, f.Compensation = f.Refund+c.refund, f.Forfeited+c.forfeited, f.Compensation+c.compensation
	f.Returned = c.returned
	if c.ending == nil {
		f.ContractLiability += c.usageAhead()
	}
	f.Revenue = service + c.kept + c.chargeRevenue()
}

// liabilityBeforeService is all that was paid or has fallen due for terms in effect.
func (c *contract) liabilityBeforeService() (sum money.Fen) {
	for _, inv := range c.effective {
		if !c.prepaid() && !inv.due.IsZero() && notBefore(c.now(), inv.due.End()) {
			sum += inv.payable() - inv.lost
		} else {
			sum += inv.holds()
		}
	}
	return sum
}

func (c *contract) terminated() bool { return c.ending != nil && c.ending.terminated() }

// status is where the contract is in its life.
func (c *contract) status() projections.Status {
	switch {
	case c.ending != nil:
		return c.ending.status
	case c.order == nil || !c.inEffect():
		return projections.PendingPayment
	case !c.begun:
		return projections.Effective
	case c.running() == 0 && len(c.units) < len(c.places) && c.allOut():
		return projections.Effective
	case c.running() == 0:
		return projections.Suspended
	}
	return projections.Active
}

func (c *contract) allOut() bool {
	return !slices.ContainsFunc(c.live(), func(u *unit) bool { return !u.isOut() })
}

// live lists the delivered units that did not end alone.
func (c *contract) live() []*unit {
	return slices.DeleteFunc(slices.Clone(c.units), func(u *unit) bool { return u.end1 != nil })
}

// running counts the units in service and not suspended.
func (c *contract) running() (n int) {
	for _, u := range c.live() {
		if !u.isOut() && !u.suspended() {
			n++
		}
	}
	return n
}

// flags lists the conditions beside the status. Rights exist while the contract runs, arrears afterwards too.
func (c *contract) flags() (flags []projections.Flag) {
	runs := c.ending == nil
	for _, condition := range []struct {
		flag  projections.Flag
		holds bool
	}{
		{projections.FlagOverdue, c.overdue()},
		{projections.FlagWalletCoversDebt, c.overdue() && c.account.wallet > 0},
		{projections.FlagMayWithhold, runs && c.mayWithhold()},
		{projections.FlagMayTerminate, runs && c.mayTerminate()},
		{projections.FlagMayTerminateImpediment, runs && c.impeded(c.now())},
		{projections.FlagOutageOpen, runs && c.outageOpen()},
		{projections.FlagPartiallyActive, runs && c.running() > 0 && c.running() < len(c.live())},
	} {
		if condition.holds {
			flags = append(flags, condition.flag)
		}
	}
	return flags
}

func (c *contract) overdue() bool {
	for _, inv := range c.invoices {
		if c.owed(inv) > 0 && daysOverdue(inv.due, c.now()) > 0 {
			return true
		}
	}
	return false
}

// mayWithhold is the right of 2.3: prepaid until the order is paid, else from 24:00 of a due date.
func (c *contract) mayWithhold() bool {
	if c.prepaid() && c.invoices[0].unpaid() > 0 {
		return true
	}
	for _, inv := range c.invoices {
		if c.owed(inv) > 0 && !inv.due.IsZero() && notBefore(c.now(), inv.due.End()) {
			return true
		}
	}
	return false
}

func (c *contract) outageOpen() bool {
	for _, o := range c.outages {
		if o.to == civil.End && slices.ContainsFunc(o.units, func(u *unit) bool { return u.end1 == nil }) {
			return true
		}
	}
	return false
}
