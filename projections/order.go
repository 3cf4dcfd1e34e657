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
const rankExpiry rank = 12

var ranks = [...]rank{
	events.KindVoided: 0, events.KindOutageReclassified: 0, events.KindPaymentBounced: 0, events.KindPeriodClosed: 0,
	events.KindRejectionDismissed: 0,
	events.KindTermsPublished:     1,
	events.KindOrdered:            2,
	events.KindRenewed:            3,
	events.KindChargeAdded:        4,
	events.KindToppedUp:           5,
	events.KindPaid:               6,
	events.KindProvisioned:        7,
	events.KindResumed:            8,
	events.KindOutageResolved:     9,
	events.KindOutageStarted:      10,
	events.KindSuspended:          11,
	events.KindOverdue:            13,
	events.KindRenewalDeclined:    13,
	events.KindNoticeSent:         13,
	events.KindLateFeeAdjusted:    14,
	events.KindClaimAccepted:      14,
	events.KindCancelled:          15,
	events.KindTerminated:         15,
	events.KindPaidOut:            16,
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
