package projections

import (
	"slices"

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

var ruleSettled = Rule{"3.8", "以余额赔付的款项记入余额。", "What is paid for a claim into the wallet stands in the wallet."}

// claimNamed finds a claim by its id, nil for none.
func (c *contract) claimNamed(id string) *Claim {
	n := slices.IndexFunc(c.claims, func(k Claim) bool { return k.ClaimID == id })
	if n < 0 {
		return nil
	}
	return &c.claims[n]
}

// isIndemnity reports whether the claim is the provider's on the customer (5.2(1)).
func (k *Claim) isIndemnity() bool { return k.ClaimKind == events.ClaimIndemnity.String() }

// settle takes what was paid for a claim, as far as it is open, and returns that.
func (k *Claim) settle(amount money.Fen) money.Fen {
	part := min(amount, k.Open)
	k.Settled += part
	k.Open -= part
	return part
}

// settleClaim takes what the provider paid for a claim, in cash or into the wallet.
func (c *contract) settleClaim(e *events.Event, d *events.ClaimSettled) {
	k := c.claimNamed(d.Claim)
	if k == nil || k.isIndemnity() {
		c.except(e, ClaimUnknown, "the contract has no such claim of the customer")
		return
	}
	part := k.settle(d.Amount.Fen)
	if part < d.Amount.Fen {
		c.except(e, SettledAboveClaim, "more than is open of the claim; the surplus has no effect")
	}
	if d.By == events.SettledByWallet {
		c.account.credit(part, &ruleSettled, c)
	}
}

// indemnityNamed finds the indemnity that a payment names; an invoice of that id comes before it.
func (c *contract) indemnityNamed(id string) *Claim {
	if id == "" || c.byID[id] != nil {
		return nil
	}
	if k := c.claimNamed(id); k != nil && k.isIndemnity() {
		return k
	}
	return nil
}

// payIndemnity takes a payment that names an indemnity, and returns what is left of it.
func (c *contract) payIndemnity(k *Claim, amount money.Fen) money.Fen {
	part := k.settle(amount)
	c.account.explanation.amount(figurePaid, part, c, func() grounds {
		return grounds{rule: &rulePaid, formula: part.String(), events: []*events.Event{c.account.event}}
	})
	c.indemnityPaid += part
	return amount - part
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
	for _, u := range slices.Concat(c.units, c.ended) {
		sum.AddTimes(u.value, u.count())
	}
	return sum.Round()
}
