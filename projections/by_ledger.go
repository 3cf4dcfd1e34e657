package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// judgeWriters notes what only the ledger itself may state and a publisher did: it has no effect. A month that was
// closed so is open.
func (a *account) judgeWriters(valid []Fact, asOf civil.Instant) {
	for _, f := range valid {
		if f.ByLedger || f.Event.Time.After(asOf) {
			continue
		}
		switch f.Event.Kind() {
		case events.KindPeriodClosed:
			a.except(f.Event, CloseNotByLedger, "only the ledger itself closes a month; this close came from a publisher")
		case events.KindRejectionDismissed:
			a.except(f.Event, DismissalNotByLedger,
				"only the ledger itself dismisses a refused message; this came from a publisher")
		}
	}
}
