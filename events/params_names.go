package events

import "strconv"

// The names of choices as the parameters of the terms spell them.

func (b LateFeeBase) String() string        { return lateFeeBases[1+b] }
func (a LateFeeAfterEnd) String() string    { return lateFeesAfterEnd[1+a] }
func (o AllocationOrder) String() string    { return allocationOrders[1+o] }
func (f PostpaidEndFee) String() string     { return postpaidEndFees[1+f] }
func (t SLACapTime) String() string         { return slaCapTimes[1+t] }
func (o SLAExcludedOverlap) String() string { return slaExcludedOverlaps[1+o] }
func (r RefundRule) String() string         { return refundRules[1+r] }
func (p TermsPolicy) String() string        { return termsPolicies[1+p] }
func (p RevenuePattern) String() string     { return revenuePatterns[1+p] }

func (e ExcessTo) String() string        { return excessTo[1+e] }
func (d WalletAutoDebit) String() string { return walletAutoDebits[1+d] }
func (f LateRenewalFrom) String() string { return lateRenewalsFrom[1+f] }

// MarshalJSON spells a limit as a number, or null for none.
func (l Limit) MarshalJSON() ([]byte, error) {
	if !l.Set {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(l.N), 10), nil
}

// Products lists the products.
func Products() []Product { return []Product{Elastic, Package, VPS} }

// RefundableEnds lists the ends whose refund is measured by a rule of the terms.
func RefundableEnds() []EndReason { return refundable }
