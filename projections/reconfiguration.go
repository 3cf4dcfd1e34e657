package projections

import (
	"maps"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A change of configuration (2.1, 6.2.1, CC 543) changes the price of what is left of the running term, and of later
// ones. A prepaid contract that becomes dearer takes the change when the difference is paid; everything else it takes
// at once. What was earned until then stays.

var (
	ruleReconfigured = Rule{"2.1", "变更配置按剩余天数计算差价：新旧整期价格之差乘以未起算天数的比例，后续各期同比调整，当日按原配置计。",
		"A change of configuration costs the difference of the prices of whole terms for the days that are left, " +
			"and changes later terms in proportion; the day it begins is still the old configuration's."}
	ruleReturnedFee = Rule{"2.1", "已付而不再应付的款项退入余额。",
		"What was paid above what is still to be paid goes to the wallet."}
)

// reconfiguration is a change of configuration of some servers.
type reconfiguration struct {
	product events.Product // zero: the same
	amount  money.Fen      // the difference: below zero for less
	shares  []priceShare

	lapsedAt civil.Instant // when the offer of it did, unpaid
	lapsedBy *events.Event // nil for the end of a unit
}

// priceShare is what the prices of terms change by, for each of some servers of one history.
type priceShare struct {
	servers []*server
	term    int // the first of the terms
	amounts []money.Fen
}

// productSince is a product that a server is of from an instant on.
type productSince struct {
	product events.Product
	since   civil.Instant
}

// amountChange is what a change of configuration changed an invoice's amount by.
type amountChange struct {
	amount   money.Fen
	returned money.Fen // of what was paid, as it was more than is still to be paid
	event    *events.Event
}

// productAt is the product that the unit's servers were of at t.
func (u *unit) productAt(t civil.Instant) events.Product {
	product := u.contract.order.Product
	for _, p := range u.products {
		if !p.since.After(t) {
			product = p.product
		}
	}
	return product
}

// reconfigure changes the configuration of the servers named that are in service.
func (c *contract) reconfigure(e *events.Event, d *events.Changed) {
	if c.isRepeatedChange(e, d.Change) {
		return
	}
	servers := c.serversInService(e, d.Units)
	if len(servers) == 0 {
		c.except(e, NotInService, "no unit it names is in service")
		return
	}
	c.noteChange(d.Change)
	lapseOffersOf(servers)
	r := c.priced(e, d, servers)
	i := &invoice{id: "change-" + d.Change, kind: changeInvoice, servers: servers, change: r}
	if r.amount > 0 && !c.postpaid() {
		c.offer(i)
		return
	}
	c.lay(i, d.DueDate)
	c.afterPayment() // less to pay may be all that was to be paid
}

// isRepeatedChange reports whether a change has an id that was used before, which is an exception.
func (c *contract) isRepeatedChange(e *events.Event, id string) bool {
	if c.changeIDs[id] {
		c.except(e, ChangeRepeated, "the change id was used before")
	}
	return c.changeIDs[id]
}

func (c *contract) noteChange(id string) {
	if c.changeIDs == nil {
		c.changeIDs = map[string]bool{}
	}
	c.changeIDs[id] = true
}

// serversInService returns those of the servers named that are in service.
func (c *contract) serversInService(e *events.Event, ids []string) (list []*server) {
	if !c.running() {
		return nil
	}
	for _, s := range c.serversNamed(e, ids) {
		if !s.unit.provisionedAt.IsZero() && s.unit.inTerm(e.Time) {
			list = append(list, s)
		}
	}
	return list
}

// offer asks for the difference of a dearer configuration; it is no debt, and lapses when it is not paid in time.
func (c *contract) offer(i *invoice) {
	i.amount = i.change.amount
	c.invoices = append(c.invoices, c.addFee(i, 0))
	for _, s := range i.servers {
		s.offer = i
	}
}

// takeOffer lays the prices of a dearer configuration, of which the difference is paid, on the terms.
func (c *contract) takeOffer(i *invoice) {
	for _, s := range i.servers {
		s.offer = nil
	}
	fee := c.serve(i)
	for _, share := range i.change.shares {
		for _, u := range c.unitsOf(share.servers) {
			for n, amount := range share.amounts {
				u.addLayer(layer{term: share.term + n, fee: fee, amount: amount})
			}
		}
	}
	c.lowerOffer(i)
	c.takeProduct(i)
}

// serve puts an invoice among those of the terms in effect, and returns its place.
func (c *contract) serve(i *invoice) (fee int) {
	i.inTerms, c.moved = true, true
	i.place = len(c.served)
	c.served = append(c.served, i)
	c.serviceFees += i.payable()
	return i.place
}

func (c *contract) takeProduct(i *invoice) {
	if i.change.product == 0 {
		return
	}
	for _, u := range c.unitsOf(i.servers) {
		u.products = append(u.products, productSince{i.change.product, c.account.now})
	}
}

// lapseOffers ends the offers made of the unit's servers.
func (u *unit) lapseOffers() { lapseOffersOf(u.servers) }

// lapseOffersOf ends the offers made of servers; what was paid on them goes to the wallet.
func lapseOffersOf(servers []*server) {
	for _, s := range servers {
		if s.offer != nil {
			s.unit.contract.lapseOffer(s.offer)
		}
	}
}

func (c *contract) lapseOffer(i *invoice) {
	i.lapsed, i.change.lapsedAt, i.change.lapsedBy = true, c.account.now, c.account.event
	for _, s := range i.servers {
		s.offer = nil
	}
	c.returnToWallet(i)
}

// feeLayer is a layer on a unit that is part of one invoice of those served.
type feeLayer struct {
	unit *unit
	layer
}

// lay changes prices now, and what is to be paid of the invoices that have a part in them.
func (c *contract) lay(i *invoice, due civil.Date) {
	sums := map[int]money.Fen{}
	var layers []feeLayer
	for _, share := range i.change.shares {
		for _, u := range c.unitsOf(share.servers) {
			for n, amount := range share.amounts {
				u.splitByFee(share.term+n, amount, func(fee int, part money.Fen) {
					layers = append(layers, feeLayer{u, layer{term: share.term + n, fee: fee, amount: part}})
					sums[fee] += part * money.Fen(u.count())
				})
			}
		}
	}
	late := c.changeAmounts(i, sums, due)
	for _, l := range layers {
		if late[l.fee] {
			l.fee = len(c.served) - 1
		}
		l.unit.addLayer(l.layer)
	}
	c.takeProduct(i)
	c.moved = true
}

// changeAmounts changes what is to be paid of invoices. What is added to those of which the due day is over is an
// invoice of its own; they are returned.
func (c *contract) changeAmounts(i *invoice, sums map[int]money.Fen, due civil.Date) (late map[int]bool) {
	late = map[int]bool{}
	for _, fee := range slices.Sorted(maps.Keys(sums)) {
		switch of, sum := c.served[fee], sums[fee]; {
		case sum == 0:
		case of.isUnconditional(c.account.now) && sum > 0:
			late[fee] = true
			i.amount += sum
		case sum < 0 && (!c.postpaid() || of.isUnconditional(c.account.now)):
			c.serviceFees += sum
			c.lessen(of, -sum)
		default:
			c.serviceFees += sum
			c.changeAmount(of, sum)
		}
	}
	if i.amount > 0 {
		c.invoices = append(c.invoices, c.addFee(i, due))
		c.serve(i)
	}
	return late
}

// changeAmount changes the amount of an invoice that is not due yet.
func (c *contract) changeAmount(i *invoice, by money.Fen) {
	c.withdraw(i)
	i.amount += by
	above := max(0, -i.unpaid())
	i.changes = append(i.changes, amountChange{by, above, c.account.event})
	i.accruedDays = -1
	c.giveBack(i, above)
	c.file(i)
	for _, u := range slices.Concat(c.units, c.pending) {
		u.paidTerms, u.paidLayers, u.paidFees = 0, 0, 0
	}
}

// lessen lets go of a part of the principal: of what is unpaid first; what was paid above the rest goes back to the
// wallet.
func (c *contract) lessen(i *invoice, amount money.Fen) {
	unpaid := min(amount, i.unpaid())
	c.release(i, unpaid)
	i.released += amount - unpaid
	c.giveBack(i, amount-unpaid)
	c.noteNeed(i)
}

// giveBack returns to the wallet what was paid on an invoice and is no longer to be paid.
func (c *contract) giveBack(i *invoice, amount money.Fen) {
	if amount == 0 {
		return
	}
	i.returned += amount
	c.returned += c.account.explanation.amount(figureReturned, amount, c, func() grounds {
		return grounds{rule: &ruleReturnedFee, invoice: i, formula: amount.String(), events: []*events.Event{c.account.event}}
	})
	c.account.credit(amount, &ruleReturnedFee, c)
}

// explainAmount says what an invoice's amount is made of.
func (c *contract) explainAmount(i *invoice) {
	s, first := c.account.explanation, i.amount // as it was at first
	for _, d := range i.changes {
		first -= d.amount
	}
	s.amount(figurePrincipal, first, c, func() grounds {
		return grounds{rule: i.owes(), invoice: i, formula: first.String(), events: []*events.Event{i.event}}
	})
	for _, d := range i.changes {
		s.amount(figurePrincipal, d.amount+d.returned, c, func() grounds {
			formula := d.amount.String()
			if d.returned > 0 {
				formula += " + " + d.returned.String()
			}
			return grounds{rule: &ruleReconfigured, invoice: i, formula: formula, events: []*events.Event{d.event}}
		})
	}
}
