package foldtest

import (
	"math/big"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// change is another configuration of some units, in effect or to be paid for.
type change struct {
	product events.Product // zero: the same
	units   []*unit
	steps   []*step
}

// step is what a change makes of one term of one unit.
type step struct {
	term   *term
	weight *big.Rat // what the rule makes it, below zero for less
	amount money.Fen
}

// changed reports whether a change or an addition has an id already.
func (c *contract) changed(id string) bool {
	return c.invoice("change-"+id) != nil || c.invoice("added-"+id) != nil || slices.Contains(c.changes, id)
}

// change takes another configuration (2.1, 6.2.1).
func (c *contract) change(e *events.Event, d *events.Changed) {
	if c.changed(d.Change) {
		c.trouble(e, projections.ChangeRepeated)
		return
	}
	var units []*unit
	if c.ending == nil {
		units = serving(c.named(e, d.Units))
	}
	if len(units) == 0 {
		c.trouble(e, projections.NotInService)
		return
	}
	c.changes = append(c.changes, d.Change)
	c.lapseChanges(func(u *unit) bool { return slices.Contains(units, u) })
	ch := &change{product: d.Product, units: units}
	rule := ch.price(d.Fee.Fen, e.Time)
	sum := rule
	if d.Difference != nil {
		if sum = d.Difference.Fen; sum != rule {
			c.trouble(e, projections.DifferenceDiffers)
		}
	}
	switch {
	case sum >= 0 && c.prepaid():
		ch.spread(sum)
		if sum == 0 {
			c.putChange(nil, ch)
			return
		}
		inv := c.later("change-"+d.Change, sum)
		inv.change = ch
		inv.units = units
	case c.prepaid():
		c.lower(e, ch, sum)
	default:
		c.changePostpaid(e, d, ch, sum)
	}
}

// later adds an invoice of what comes after the order.
func (c *contract) later(id string, amount money.Fen) *invoice {
	inv := &invoice{contract: c, id: id, kind: forRenewal, number: 1, amount: amount, addedAt: c.now()}
	for _, other := range c.invoices {
		if other.kind == forRenewal {
			inv.number++
		}
	}
	c.invoices = append(c.invoices, inv)
	return inv
}

// price works out what the new configuration costs more, or less, for what is left of the terms.
func (ch *change) price(fee money.Fen, t civil.Instant) money.Fen {
	running := whole(0)
	for _, u := range ch.units {
		running = add(running, u.termAt(t).wholePrice(t))
	}
	sum := whole(0)
	for _, u := range ch.units {
		now := u.termAt(t)
		left := ratio(now.days()-clampDays(u.day(t)-now.begins(), now.days()), now.days())
		if running.Sign() == 0 {
			ch.steps = append(ch.steps, &step{now, mul(ratio(int64(fee), int64(len(ch.units))), left), 0})
		} else {
			more := sub(div(fen(fee), running), whole(1))
			ch.steps = append(ch.steps, &step{now, mul(mul(more, now.wholePrice(t)), left), 0})
			for _, later := range u.terms[slices.Index(u.terms, now)+1:] {
				ch.steps = append(ch.steps, &step{later, mul(more, later.wholePrice(t)), 0})
			}
		}
	}
	for _, s := range ch.steps {
		sum = add(sum, s.weight)
	}
	if sum.Sign() < 0 {
		return -round(new(big.Rat).Neg(sum))
	}
	return round(sum)
}

func clampDays(n, most int64) int64 { return max(0, min(n, most)) }

// begins is the day of service on which a term begins.
func (t *term) begins() int64 { return int64(t.start() - t.unit.beganAt.Date()) }

// wholePrice is what the whole term would cost at the configuration in force at an instant.
func (t *term) wholePrice(at civil.Instant) *big.Rat {
	sum := whole(0)
	for _, p := range t.parts {
		if rest := t.days() - p.from; notAfter(p.at, at) && rest > 0 {
			sum = add(sum, mul(p.price(), ratio(t.days(), rest)))
		}
	}
	return sum
}

// spread splits a difference over the steps.
func (ch *change) spread(sum money.Fen) {
	var weights []*big.Rat
	for _, s := range ch.steps {
		weights = append(weights, new(big.Rat).Abs(s.weight))
	}
	total := whole(0)
	for _, w := range weights {
		total = add(total, w)
	}
	if total.Sign() == 0 {
		for i := range weights {
			weights[i] = whole(1)
		}
	}
	for i, amount := range apportion(max(sum, -sum), weights) {
		ch.steps[i].amount = amount
		if sum < 0 {
			ch.steps[i].amount = -amount
		}
	}
}

// putChange puts a change in effect now, paid for by an invoice of its own, or else by those of the terms.
func (c *contract) putChange(inv *invoice, ch *change) {
	if inv != nil {
		inv.inEffect = true
		c.effective = append(c.effective, inv)
	}
	for _, s := range ch.steps {
		if s.amount == 0 {
			continue
		}
		of := inv
		if of == nil {
			of = s.term.invoice
		}
		s.put(of, s.amount)
	}
	for _, u := range ch.units {
		if ch.product != 0 {
			u.product = ch.product
		}
	}
}

// put adds a part to the term of a step, or if that is over to the one that runs now.
func (s *step) put(inv *invoice, amount money.Fen) {
	t := s.term
	u := t.unit
	if running := u.termAt(u.contract.now()); slices.Index(u.terms, running) > slices.Index(u.terms, t) {
		t = running
	}
	p := &part{invoice: inv, fee: amount, at: u.contract.now(),
		day: u.day(u.contract.now()), begun: t.begins(), seq: u.contract.account.next(),
		from: clampDays(u.day(u.contract.now())-t.begins(), t.days())}
	t.parts = append(t.parts, p)
}

// lower returns what a cheaper configuration of a prepaid contract saves, at most what is not earned.
func (c *contract) lower(e *events.Event, ch *change, sum money.Fen) {
	rests, all := map[*invoice]*big.Rat{}, whole(0)
	for _, inv := range c.effective {
		rests[inv] = whole(0)
		for _, u := range ch.units {
			for _, s := range u.stretches(e.Time) {
				if s.part.invoice == inv {
					rests[inv] = add(rests[inv], sub(s.fee, s.at(whole(u.day(e.Time)))))
				}
			}
		}
		all = add(all, rests[inv])
	}
	if most := round(all); -sum > most {
		c.trouble(e, projections.DifferenceAboveLiability)
		sum = -most
	}
	ch.spread(sum)
	for _, s := range ch.steps {
		s.takeOff(e.Time)
	}
	for _, u := range ch.units {
		if ch.product != 0 {
			u.product = ch.product
		}
	}
}

// takeOff takes what a term costs less off the invoices of its parts, the first before the others, as far as they are
// not earned: a postpaid invoice becomes smaller before its due day is over, of others less is payable.
func (s *step) takeOff(t civil.Instant) {
	left, c := -s.amount, s.term.unit.contract
	var invoices []*invoice
	for _, p := range s.term.parts {
		if !slices.Contains(invoices, p.invoice) {
			invoices = append(invoices, p.invoice)
		}
	}
	for i, inv := range invoices {
		amount := min(left, max(0, round(s.rest(inv, t))))
		if i == len(invoices)-1 {
			amount = left
		}
		if left -= amount; amount == 0 {
			continue
		}
		s.put(inv, -amount)
		if !c.prepaid() && !inv.isOverdue(t) {
			inv.amount -= amount
			c.giveBackAbove(inv)
		} else {
			c.lessen(inv, amount)
		}
	}
}

// giveBackAbove returns to the wallet what was paid above what is payable.
func (c *contract) giveBackAbove(inv *invoice) {
	over := -inv.unpaid()
	if over <= 0 {
		return
	}
	inv.slices = append(inv.slices, slice{c.now(), -over})
	inv.creditBack += over
	c.returned += over
	c.account.wallet += over
}

// isOverdue reports whether the due day is over.
func (inv *invoice) isOverdue(t civil.Instant) bool {
	return !inv.due.IsZero() && notBefore(t, inv.due.End())
}

// rest is what is not earned of an invoice in a step's term.
func (s *step) rest(inv *invoice, t civil.Instant) *big.Rat {
	sum, u := whole(0), s.term.unit
	for _, stretch := range u.stretches(t) {
		if u.terms[stretch.term] == s.term && stretch.part.invoice == inv {
			sum = add(sum, sub(stretch.fee, stretch.at(whole(u.day(t)))))
		}
	}
	return sum
}

// lessen makes less of an invoice payable: first what is unpaid, then what was paid goes back to the wallet.
func (c *contract) lessen(inv *invoice, amount money.Fen) {
	open := min(amount, inv.unpaid())
	c.release(inv, open)
	inv.refunded += amount - open
	c.returned += amount - open
	c.account.wallet += amount - open
}

// changePostpaid changes each invoice that is not due by its own part; what is past the due day is asked for by an
// invoice of its own, or given back.
func (c *contract) changePostpaid(e *events.Event, d *events.Changed, ch *change, sum money.Fen) {
	if sum < 0 {
		all := whole(0)
		for _, u := range ch.units {
			for _, s := range u.stretches(e.Time) {
				all = add(all, sub(s.fee, s.at(whole(u.day(e.Time)))))
			}
		}
		if most := round(all); -sum > most {
			c.trouble(e, projections.DifferenceAboveLiability)
			sum = -most
		}
	}
	ch.spread(sum)
	var past *invoice
	for _, s := range ch.steps {
		inv := s.term.invoice
		switch {
		case s.amount < 0:
			s.takeOff(e.Time)
		case s.amount > 0 && !inv.isOverdue(e.Time):
			inv.amount += s.amount
			s.put(inv, s.amount)
		case s.amount > 0:
			if past == nil {
				past = c.later("change-"+d.Change, 0)
				past.agreed, past.due = d.DueDate, c.dueFrom(d.DueDate)
				past.units = ch.units
				past.inEffect = true
				c.effective = append(c.effective, past)
			}
			past.amount += s.amount
			s.put(past, s.amount)
		}
	}
	for _, u := range ch.units {
		if ch.product != 0 {
			u.product = ch.product
		}
	}
}

// lapseChanges drops changes that are not paid for, of units that one function picks.
func (c *contract) lapseChanges(of func(*unit) bool) {
	for _, inv := range c.invoices {
		if inv.change != nil && !inv.inEffect && !inv.closed && slices.ContainsFunc(inv.change.units, of) {
			inv.closed = true
			c.giveBack(inv)
		}
	}
}

// add asks for further units (C-一).
func (c *contract) add(e *events.Event, d *events.UnitsAdded) {
	switch {
	case c.changed(d.Change):
		c.trouble(e, projections.ChangeRepeated)
		return
	case c.ending != nil:
		c.trouble(e, projections.NotInService)
		return
	}
	inv := c.later("added-"+d.Change, d.Fee.Fen)
	inv.length = lengthOf(d.Term)
	if !d.Until.IsZero() {
		inv.length = extent{days: int(d.Until - e.Time.Date())}
	}
	for range d.Quantity {
		inv.units = append(inv.units, &unit{contract: c, product: c.order.Product})
	}
	inv.adds = true
	if !c.prepaid() {
		inv.agreed = d.DueDate
		c.putInEffect(inv)
	}
}
