package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

var ruleAdded = Rule{"C-一", "增加的服务器各自开通之日起算服务期，费用另列账单。",
	"Units added have terms of their own from the day they are provisioned, and an invoice of their own."}

// orderUnits orders further servers for the contract (C-一). Postpaid ones are in the line at once, prepaid ones when
// they are paid in full and the order is in effect.
func (c *contract) orderUnits(e *events.Event, d *events.UnitsAdded) {
	if c.isRepeatedChange(e, d.Change) {
		return
	}
	if !c.running() {
		c.except(e, NotInService, "the contract has ended; service again needs a new order")
		return
	}
	c.noteChange(d.Change)
	i := c.addFee(&invoice{id: "added-" + d.Change, kind: addedInvoice, amount: d.Fee.Fen, term: addedTerm(e, d),
		quantity: d.Quantity}, d.DueDate)
	c.invoices = append(c.invoices, i)
	if c.postpaid() {
		c.takeUnits(i)
	}
}

// addedTerm is the first term of units added: as long as from that day to the last they were ordered for, or as said.
func addedTerm(e *events.Event, d *events.UnitsAdded) civil.Term {
	if d.Until == 0 {
		return d.Term
	}
	return civil.Term{Count: int32(d.Until - e.Time.Date()), Unit: civil.Day}
}

// takeUnits puts units added behind the line.
func (c *contract) takeUnits(i *invoice) {
	n := len(c.servers)
	c.addServers(i.quantity)
	i.servers = c.servers[n:len(c.servers):len(c.servers)]
	c.addTerm(i, i.term, i.servers)
}
