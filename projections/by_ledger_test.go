package projections

import (
	"testing"

	"zhangben/events"
)

func TestOnlyTheLedgerClosesMonthsAndDismisses(t *testing.T) {
	for _, d := range []struct {
		data events.Data
		code ExceptionCode
	}{{&events.PeriodClosed{}, CloseNotByLedger}, {&events.RejectionDismissed{}, DismissalNotByLedger}} {
		fact := Fact{Event: &events.Event{Time: instant("2025-07-01 09:00"), Data: d.data}}
		by := func(ledger bool, asOf string) []exceptionAt {
			a := &account{}
			fact.ByLedger = ledger
			a.judgeWriters([]Fact{fact}, instant(asOf))
			return a.wrong
		}
		wantCodes(t, "by the ledger", by(true, "2025-07-02 09:00"))
		wantCodes(t, "by a publisher", by(false, "2025-07-01 09:00"), d.code)
		wantCodes(t, "by a publisher, later", by(false, "2025-07-01 08:59"))
	}
}
