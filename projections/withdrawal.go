package projections

import "zhangben/events/civil"

// mayWithdraw reports whether the customer may still withdraw from the contract at t (11.2): for some days from the
// day service began, 24:00 of the last included, and before it too. A renewal that took effect, and payment
// afterwards, rule it out.
func (c *contract) mayWithdraw(t civil.Instant) bool {
	days := c.terms(t).WithdrawalDays
	if days == 0 || c.postpaid() || c.isRenewed() {
		return false
	}
	return c.provisionedAt.IsZero() || !t.After((c.provisionedAt.Date() + civil.Date(days)).End())
}

// isRenewed reports whether a renewal took effect.
func (c *contract) isRenewed() bool {
	for _, i := range c.served {
		if i.kind == renewalInvoice {
			return true
		}
	}
	return false
}
