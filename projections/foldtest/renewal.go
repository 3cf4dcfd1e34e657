package foldtest

import (
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
)

// renew asks for a further term; postpaid it is in effect at once.
func (c *contract) renew(e *events.Event, d *events.Renewed) {
	if c.ending != nil {
		c.trouble(e, projections.RenewalAfterEnd)
		return
	}
	units := c.places
	if d.Units != nil {
		if units = inOrderOf(d.Units, c.named(e, d.Units)); len(units) == 0 {
			return
		}
	}
	left := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.end1 != nil })
	if d.Units != nil && len(left) < len(units) {
		c.trouble(e, projections.RenewalAfterEnd)
	}
	if units = left; len(units) == 0 {
		return
	}
	inv := &invoice{contract: c, kind: forRenewal, number: 1, amount: d.Fee.Fen, length: lengthOf(d.Term),
		addedAt: e.Time, units: units, named: d.Units != nil, of: len(units)}
	for _, other := range c.invoices {
		if other.kind == forRenewal {
			inv.number++
		}
	}
	c.renewals++
	inv.id = "renewal-" + decimal(c.renewals)
	c.invoices = append(c.invoices, inv)
	if !c.prepaid() {
		inv.agreed, inv.due = d.DueDate, c.dueFrom(d.DueDate)
		if c.declines(units, d.AcceptedAt.At) {
			inv.asleep = true
			c.trouble(e, projections.RenewedAfterDecline)
			return
		}
		c.putInEffect(inv)
	}
}

// inOrderOf sorts units as an event names them.
func inOrderOf(ids []string, units []*unit) []*unit {
	sorted := slices.Clone(units)
	slices.SortFunc(sorted, func(u, v *unit) int { return slices.Index(ids, u.id) - slices.Index(ids, v.id) })
	return sorted
}

// declines reports whether a notice stands against a renewal of units, which was accepted at an instant, or at none.
func (c *contract) declines(units []*unit, accepted civil.Instant) bool {
	return slices.ContainsFunc(c.declined, func(d decline) bool {
		both := slices.ContainsFunc(d.units, func(u *unit) bool { return slices.Contains(units, u) })
		return both && !accepted.After(d.at)
	})
}
