package projections

import (
	"zhangben/events"
	"zhangben/events/money"
)

// acceptClaim takes a claim and limits it: for loss of data by what the customer has paid to the provider until the
// loss (3.8), for other breach by the fees of the service (7.6). Gross negligence and the customer's indemnity have no
// cap (CC 506, 3.5.10, 5.2(1)). Earlier claims use a cap up.
func (c *contract) acceptClaim(e *events.Event, d *events.ClaimAccepted) {
	if c.claimed[d.Claim] {
		c.except(e, ClaimRepeated, "the claim id was used before")
		return
	}
	if c.claimed == nil {
		c.claimed = map[string]bool{}
	}
	c.claimed[d.Claim] = true
	claim := Claim{ClaimID: d.Claim, ClaimKind: d.ClaimKind.String(), Amount: d.Amount.Fen, Payable: d.Amount.Fen}
	if limit, used := c.liabilityCap(d); limit != nil {
		claim.Cap = limit
		claim.Payable = min(claim.Amount, max(0, *limit-*used))
		*used += claim.Payable
	}
	claim.Open = claim.Payable
	c.claims = append(c.claims, claim)
}

// liabilityCap is the cap of a claim and what earlier claims took of it; nil for none.
func (c *contract) liabilityCap(d *events.ClaimAccepted) (limit, used *money.Fen) {
	switch {
	case d.GrossNegligence == events.FlagTrue, d.ClaimKind == events.ClaimIndemnity:
		return nil, nil
	case d.ClaimKind == events.ClaimDataLoss:
		paid := max(0, c.account.cashUntil(d.LossAt.At))
		return &paid, &c.account.lossPaid
	}
	room := max(0, c.serviceFees-c.slaValue())
	return &room, &c.breachPaid
}

// slaValue is what all SLA time is worth; it uses up the room of 7.6.
func (c *contract) slaValue() money.Fen {
	var sum money.Exact
	for _, u := range c.units {
		sum.AddTimes(u.value, u.count())
	}
	return sum.Round()
}
