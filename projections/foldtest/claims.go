package foldtest

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// claimed is an accepted claim, as answered, and whether it is held under a cap.
type claimed struct {
	projections.Claim
	kind events.ClaimKind
}

// claim accepts a claim, payable as far as the cap has room: 3.8 for lost data, 7.6 for other breaches.
func (c *contract) claim(e *events.Event, d *events.ClaimAccepted) {
	for _, other := range c.claims {
		if other.ClaimID == d.Claim {
			c.trouble(e, projections.ClaimRepeated)
			return
		}
	}
	k := claimed{projections.Claim{ClaimID: d.Claim, ClaimKind: d.ClaimKind.String(), Amount: d.Amount.Fen,
		Payable: d.Amount.Fen}, d.ClaimKind}
	if d.GrossNegligence != events.FlagTrue && d.ClaimKind != events.ClaimIndemnity {
		limit, used := c.cap(d)
		k.Cap, k.Payable = &limit, min(d.Amount.Fen, max(0, limit-used))
		if d.ClaimKind == events.ClaimDataLoss {
			c.account.lossesPaid += k.Payable
		}
	}
	k.Open = k.Payable
	c.claims = append(c.claims, k)
}

// settleClaim pays a claim, in cash or into the wallet; an indemnity is not the provider's to pay.
func (c *contract) settleClaim(e *events.Event, d *events.ClaimSettled) {
	k := c.claimed(d.Claim)
	if k == nil || k.kind == events.ClaimIndemnity {
		c.trouble(e, projections.ClaimUnknown)
		return
	}
	amount := min(d.Amount.Fen, k.Open)
	if amount < d.Amount.Fen {
		c.trouble(e, projections.SettledAboveClaim)
	}
	k.settle(amount)
	if d.By == events.SettledByWallet {
		c.account.wallet += amount
	}
}

func (k *claimed) settle(amount money.Fen) {
	k.Settled += amount
	k.Open -= amount
}

func (c *contract) claimed(id string) *claimed {
	for i, k := range c.claims {
		if k.ClaimID == id {
			return &c.claims[i]
		}
	}
	return nil
}

// cap is the limit of a claim, and how much of it earlier claims have used up.
func (c *contract) cap(d *events.ClaimAccepted) (limit, used money.Fen) {
	if d.ClaimKind == events.ClaimDataLoss {
		return c.account.netCash(d.LossAt.At), c.account.lossesPaid
	}
	for _, k := range c.claims {
		if k.kind == d.ClaimKind && k.Cap != nil {
			used += k.Payable
		}
	}
	for _, inv := range c.effective {
		limit += inv.amount
	}
	for _, inv := range c.invoices {
		if inv.usage {
			limit += inv.amount
		}
	}
	return max(0, limit-round(c.slaValue())), used
}

// netCash is what the customer had paid in by t, less what was paid out.
func (a *account) netCash(t civil.Instant) (sum money.Fen) {
	for _, m := range a.cash {
		if notAfter(m.at, t) {
			sum += m.amount
		}
	}
	return max(0, sum)
}
