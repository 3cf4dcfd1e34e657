package projections

import (
	"bytes"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// rank decides between facts of one instant: what is ordered or paid at a deadline comes before what the deadline
// brings about (CC 203), and ends come last.
type rank uint8

// rankExpiry is the place of derived expiry: after payments, renewals and suspensions of that instant, before notices.
const rankExpiry rank = 20

// rankDebit is the place of what the wallet pays by itself: with payments.
const rankDebit rank = 14

var ranks = [...]rank{
	events.KindVoided: 0, events.KindOutageReclassified: 0, events.KindPaymentBounced: 0, events.KindPeriodClosed: 0,
	events.KindRejectionDismissed: 0,
	events.KindTermsPublished:     1,
	events.KindOrdered:            2,
	events.KindRenewed:            3,
	events.KindChargeAdded:        4,
	events.KindAssigned:           5,
	events.KindChanged:            6,
	events.KindUnitsAdded:         7,
	events.KindUnitReplaced:       8,
	events.KindTimeGranted:        9,
	events.KindInvoiceCredited:    10,
	events.KindLateFeeCapped:      11,
	events.KindDueDateExtended:    12,
	events.KindToppedUp:           13,
	events.KindPaid:               14,
	events.KindProvisioned:        15,
	events.KindResumed:            16,
	events.KindOutageResolved:     17,
	events.KindOutageStarted:      18,
	events.KindSuspended:          19,
	events.KindOverdue:            21,
	events.KindRenewalDeclined:    21,
	events.KindNoticeSent:         21,
	events.KindLateFeeAdjusted:    22,
	events.KindClaimAccepted:      22,
	events.KindDebtWrittenOff:     22,
	events.KindClaimSettled:       23,
	events.KindCancelled:          24,
	events.KindTerminated:         24,
	events.KindPaidOut:            25,
	events.KindUnitsReleased:      26,
}

// before orders events as they are folded: by effective time, rank and id, never by arrival.
func before(a, b *events.Event) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	if c := int(ranks[a.Kind()]) - int(ranks[b.Kind()]); c != 0 {
		return c
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}

// inOrder lists the events of facts up to asOf in the order of folding.
func (i *interrupt) inOrder(facts []Fact, asOf civil.Instant) []*events.Event {
	list := make([]*events.Event, 0, len(facts))
	for _, f := range facts {
		i.step()
		if !f.Event.Time.After(asOf) {
			list = append(list, f.Event)
		}
	}
	slices.SortFunc(list, func(a, b *events.Event) int {
		i.step()
		return before(a, b)
	})
	return list
}
