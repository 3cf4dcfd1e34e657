package foldtest

import (
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
)

// gift is time granted for nothing.
type gift struct {
	seq     int
	at      civil.Instant
	term    *term // that runs
	known   int   // how many terms there are
	seconds *big.Rat
}

// giving is time for some units.
type giving struct {
	length civil.Span
	units  []*unit
}

// grant takes time that is given, with a term or beside it (11.2).
func (c *contract) grant(e *events.Event, d *events.TimeGranted) {
	inv := c.invoice(d.With)
	with := d.With != "" && d.Duration.Seconds == 0
	switch {
	case slices.Contains(c.grants, d.Grant):
		c.trouble(e, projections.GrantRepeated)
		return
	case with && (inv == nil || inv.length == (extent{})):
		c.trouble(e, projections.InvoiceUnknown)
		return
	case c.ending != nil:
		c.trouble(e, projections.NotInService)
		return
	}
	if with && !inv.inEffect {
		c.grants = append(c.grants, d.Grant)
		inv.givings = append(inv.givings, e)
		return
	}
	c.giveNow(e, d, inv, with)
}

// giveNow adds what no longer waits for an invoice to take effect.
func (c *contract) giveNow(e *events.Event, d *events.TimeGranted, inv *invoice, with bool) {
	units := c.places
	if d.Units != nil {
		if units = c.named(e, d.Units); len(units) == 0 {
			return
		}
	}
	units = slices.DeleteFunc(slices.Clone(units), func(u *unit) bool {
		return u.id != "" && !u.serving() || with && !slices.Contains(inv.units, u)
	})
	if len(units) == 0 {
		c.trouble(e, projections.NotInService)
		return
	}
	c.grants = append(c.grants, d.Grant)
	g := giving{d.Duration, units}
	if with {
		inv.lengthen(g)
		return
	}
	for _, u := range units {
		u.give(g)
	}
}

// lengthen makes a grant part of the terms of an invoice: months first, then days.
func (inv *invoice) lengthen(g giving) {
	for _, u := range g.units {
		for _, t := range u.terms {
			if t.invoice == inv {
				t.length = t.length.plus(lengthOf(g.length.Term))
			}
		}
		u.relay()
	}
}

// relay lays the unit's terms end to end again.
func (u *unit) relay() {
	var end extent
	for _, t := range u.terms {
		t.before = end
		end = end.plus(t.length)
		t.end = end
	}
}

// give grants goodwill time: in days from the end of the terms as they are known, once the unit is delivered.
func (u *unit) give(g giving) {
	if u.id == "" {
		u.givings = append(u.givings, g)
		return
	}
	last, now := u.terms[len(u.terms)-1].last(), u.contract.now()
	length := add(whole(int64(lengthOf(g.length.Term).from(last)-last)*86_400), whole(g.length.Seconds))
	u.gifts = append(u.gifts, gift{seq: u.contract.account.next(), at: now, term: u.termAt(now), known: len(u.terms),
		seconds: length})
}

// given is the goodwill time of a unit, in seconds.
func (u *unit) given() *big.Rat {
	sum := whole(0)
	for _, g := range u.gifts {
		sum = add(sum, g.seconds)
	}
	return sum
}
