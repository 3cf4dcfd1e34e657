package projections

import (
	"math/big"
	"slices"
	"sort"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// A credit note has an invoice be payable with less (2.1, 4.3). What is unpaid falls first; what was paid above the
// rest goes to the wallet. The prices of all that the invoice pays for fall in proportion, as if they had been less
// from the first day, so what was earned falls at once. SLA time stays; of later outages it is worth what is payable
// now.

var ruleCredited = Rule{"2.1", "账单经贷项通知减少应付金额：先减未付部分，多付部分退入余额；已确认的收入按减少后的应付金额重算。",
	"A credit note lowers what is payable of an invoice: what is unpaid first; what was paid above goes to the wallet, " +
		"and revenue so far is worked out of what is payable now."}

// creditInvoice lowers what is payable of an invoice, at most to nothing.
func (c *contract) creditInvoice(e *events.Event, d *events.InvoiceCredited) {
	i := c.byID[d.Invoice]
	switch {
	case c.creditIDs[d.Credit]:
		c.except(e, CreditRepeated, "the credit id was used before")
		return
	case i == nil:
		c.except(e, InvoiceUnknown, "the contract has no such invoice")
		return
	}
	if c.creditIDs == nil {
		c.creditIDs = map[string]bool{}
	}
	c.creditIDs[d.Credit] = true
	amount := min(d.Amount.Fen, i.payable()-i.elsewhere)
	if surplus := d.Amount.Fen - amount; surplus > 0 {
		c.except(e, CreditAboveInvoice,
			"more than is payable of the invoice; the surplus of "+surplus.String()+" has no effect")
	}
	if amount > 0 {
		c.dividePools(c.account.now)
		c.lowerInvoice(i, amount)
		c.afterPayment() // less to pay may be all that was to be paid
	}
}

// lowerInvoice takes an amount off what is payable of an invoice.
func (c *contract) lowerInvoice(i *invoice, amount money.Fen) {
	i.creditedBy = append(i.creditedBy, c.account.event)
	switch {
	case i.inTerms:
		c.lowerPrices(i, amount)
	case i.usage:
		c.serviceFees -= amount
	}
	unpaid := min(amount, i.unpaid())
	c.creditUnpaid(i, unpaid)
	i.credited += amount - unpaid
	c.giveBackCredit(i, amount-unpaid)
	if isMistake(c.account.event) {
		c.correct(i, amount, unpaid)
	}
	c.noteNeed(i)
	if i.unpaid() == 0 && i.followsOrder() && !i.owed && !i.lapsed {
		c.paidRenewals = append(c.paidRenewals, i)
	}
}

// creditUnpaid lets go of principal. What had never been owed has borne no late fee.
func (c *contract) creditUnpaid(i *invoice, amount money.Fen) {
	if amount == 0 {
		return
	}
	i.credited += amount
	if isMistake(c.account.event) {
		c.noteDischarge(i, amount, false, true)
	} else {
		c.dischargePrincipal(i, amount, false)
	}
}

// giveBackCredit returns to the wallet what was paid above what is payable. Money for a charge is none of the
// service's.
func (c *contract) giveBackCredit(i *invoice, amount money.Fen) {
	if i.isFee() {
		c.giveBack(i, amount)
		return
	}
	i.returned += amount
	c.account.credit(amount, &ruleCredited, c)
}

// isCredit reports whether an event is a credit note, and isMistake whether one of what had never been owed.
func isCredit(e *events.Event) bool { return e != nil && e.Kind() == events.KindInvoiceCredited }

func isMistake(e *events.Event) bool {
	return isCredit(e) && e.Data.(*events.InvoiceCredited).Reason == events.CreditError
}

// correct works the late fee out as if the invoice had been less from its beginning; what was paid above it pays
// principal, then due debts, or is in the wallet.
func (c *contract) correct(i *invoice, amount, unpaid money.Fen) {
	i.mistaken += amount
	if amount > unpaid || i.extended {
		c.bearLess(i, func(p *feePart) money.Fen {
			if p.due == i.due {
				return amount - unpaid
			}
			return amount
		})
	}
	i.settleEarlier()
	c.returnLateFees([]*invoice{i})
}

// bearLess takes amounts off the parts of the principal that bore late fee: for each due date there was, what was to be
// settled last had never been owed.
func (c *contract) bearLess(i *invoice, amounts func(*feePart) money.Fen) {
	left := map[civil.Date]money.Fen{}
	for n := len(i.parts) - 1; n >= 0; n-- {
		c.account.step()
		p := &i.parts[n]
		if _, seen := left[p.due]; !seen {
			left[p.due] = amounts(p)
		}
		part := min(p.principal, left[p.due])
		p.principal -= part
		left[p.due] -= part
	}
	i.parts = slices.DeleteFunc(i.parts, func(p feePart) bool { return p.principal == 0 })
	c.bearAgain(i)
}

// mistakenPaid is what was paid, of what had never been owed, for each part that bore late fee since.
func (i *invoice) mistakenPaid() func(*feePart) money.Fen {
	paid := i.mistaken
	for _, d := range i.discharges {
		if isMistake(d.event) {
			paid -= d.amount
		}
	}
	return func(*feePart) money.Fen { return paid }
}

// settleEarlier finds when nothing was left of the principal, without what had never been owed.
func (i *invoice) settleEarlier() {
	if i.unpaid() > 0 {
		return
	}
	left := i.asked()
	if left == 0 {
		i.settled = discharge{at: i.event.Time, event: i.settled.event}
	}
	for _, d := range i.discharges {
		if left > 0 && !isMistake(d.event) {
			if left -= d.amount; left <= 0 {
				i.settled = d
			}
		}
	}
}

// lowerPrices lowers the prices that an invoice of a term in effect pays: those of service first, then what was kept of
// them for other reasons.
func (c *contract) lowerPrices(i *invoice, amount money.Fen) {
	c.serviceFees -= amount
	if c.end.status == Terminated {
		kept := c.takeOffSettled(figureRevenue, &c.settled.revenue, amount, i)
		c.lowerForfeited(i, amount-kept)
		return
	}
	service := min(amount, i.serviceFee())
	c.lowerShares(i, service)
	i.apart -= amount - service
	c.lowerForfeited(i, amount-service)
}

// lowerForfeited takes an amount off what was forfeited; what is above that was refunded by agreement already, and is
// compensation.
func (c *contract) lowerForfeited(i *invoice, amount money.Fen) {
	amount -= c.takeOffSettled(figureForfeited, &c.settled.forfeited, amount, i)
	if amount > 0 {
		c.settled.compensation += c.account.explanation.amount(figureCompensation, amount, c,
			func() grounds { return c.creditGrounds(i, amount) })
	}
}

// takeOffSettled takes an amount off what ends have come to, as far as it is there, and returns that.
func (c *contract) takeOffSettled(figure string, of *money.Fen, amount money.Fen, i *invoice) money.Fen {
	amount = min(amount, max(0, *of))
	*of += c.account.explanation.amount(figure, -amount, c, func() grounds { return c.creditGrounds(i, -amount) })
	return amount
}

func (c *contract) creditGrounds(i *invoice, amount money.Fen) grounds {
	return grounds{rule: &ruleCredited, invoice: i, formula: amount.String(),
		events: []*events.Event{i.event, c.account.event}}
}

// lowerShares takes an amount off the prices of the servers that an invoice in effect pays for, and off what is kept
// for servers that ended, by largest remainder.
func (c *contract) lowerShares(i *invoice, amount money.Fen) {
	i.kept.Add(-c.billed(i).lower(amount, i.serviceFee()))
}

// lowerOffer takes what was credited of a dearer configuration before it came into effect off its prices.
func (c *contract) lowerOffer(i *invoice) {
	if i.credited > 0 {
		c.billed(i).lower(i.credited, i.change.amount)
	}
}

// billed is what an invoice in effect pays for.
type billed struct {
	contract *contract
	fee      int // its place among those served
	servers  []*server
	units    []*remainder // whose servers they are
}

// billed lists the servers that an invoice in effect pays for, but for those that ended.
func (c *contract) billed(i *invoice) *billed {
	b := &billed{contract: c, fee: i.place}
	found := map[*unit]bool{}
	for _, s := range c.servers {
		c.account.step()
		pays, seen := found[s.unit]
		if !seen {
			prices := s.unit.pricesOf(b.fee)
			pays = len(prices) > 0 && s.unit.end.event == nil
			found[s.unit] = pays
			if pays {
				b.units = append(b.units, &remainder{unit: s.unit, left: make([]*big.Rat, len(prices))})
			}
		}
		if pays {
			b.servers = append(b.servers, s)
		}
	}
	return b
}

// lower lowers prices by parts of an amount, by what each is of a sum, and returns what is the part of all the rest.
func (b *billed) lower(amount, sum money.Fen) (rest money.Fen) {
	if sum == 0 {
		return 0
	}
	shares, rest := b.split(amount, sum)
	for _, share := range shares {
		for _, u := range b.contract.unitsOf(share.servers) {
			for n, p := range u.pricesOf(b.fee) {
				u.lowerPrice(p, b.fee, share.amounts[n])
			}
			u.paidTerms, u.paidLayers, u.paidFees = 0, 0, 0
		}
	}
	return rest
}

// split splits an amount over prices, and all the rest of a sum, by largest remainder.
func (b *billed) split(amount, sum money.Fen) (shares []priceShare, rest money.Fen) {
	if len(b.units) == 1 {
		prices := b.units[0].unit.pricesOf(b.fee)
		if len(prices) == 1 && *prices[0].amount*money.Fen(len(b.servers)) == sum {
			return evenShares(amount, 0, b.servers), 0
		}
	}
	amounts := apportion(amount, b.parts(amount, sum))
	return alike(amounts, b.units, b.servers), amounts[len(amounts)-1]
}

// parts are the parts of an amount by what each price of each server is of a sum; the last is that of all the rest.
func (b *billed) parts(amount, sum money.Fen) []money.Exact {
	of, rest := map[*unit][]money.Exact{}, sum
	for _, r := range b.units {
		for _, p := range r.unit.pricesOf(b.fee) {
			var part money.Exact
			part.AddShare(*p.amount, int64(amount), int64(sum))
			of[r.unit] = append(of[r.unit], part)
			rest -= *p.amount * money.Fen(r.unit.count())
		}
	}
	var list []money.Exact
	for _, s := range b.servers {
		b.contract.account.step()
		list = append(list, of[s.unit]...)
	}
	var kept money.Exact
	kept.AddShare(rest, int64(amount), int64(sum))
	return append(list, kept)
}

// termPart is an amount of the price of a term, for one server.
type termPart struct {
	term, from int
	amount     *money.Fen
}

// pricesOf lists the amounts of the unit's prices that an invoice pays: that of a term, then those of layers.
func (u *unit) pricesOf(fee int) (list []termPart) {
	k := sort.Search(len(u.terms), func(k int) bool { return u.terms[k].fee >= fee }) // they are in that order
	if k < len(u.terms) && u.terms[k].fee == fee {
		list = append(list, termPart{k, 0, &u.terms[k].share})
	}
	for n := range u.layers {
		if l := &u.layers[n]; l.fee == fee {
			list = append(list, termPart{l.term, l.from, &l.amount})
		}
	}
	return list
}

// lowerPrice lowers a part of a price, and from now on the price of its whole term.
func (u *unit) lowerPrice(p termPart, fee int, by money.Fen) {
	if by == 0 {
		return
	}
	if !u.provisionedAt.IsZero() {
		from, to := u.span(p.term)
		if p.from < to-from { // else it is in no price
			price := u.priceOf(p.term)
			price.add(&layer{fee: fee, amount: -by, from: p.from, since: u.contract.account.now})
		}
	}
	*p.amount -= by
}
