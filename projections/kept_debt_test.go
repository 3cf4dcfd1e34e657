package projections

import (
	"testing"

	"zhangben/events"
)

// TestOnlyWhatIsDueStays has a contract pass on the due day, and at its end.
func TestOnlyWhatIsDueStays(t *testing.T) {
	for when, stays := range map[string]string{"2025-06-30 23:59": "0.00", "2025-07-01 00:00": "920.00"} {
		s := postpaid()
		s.at(when, &events.Assigned{To: "acct-2", Ground: events.GroundAgreed, Debts: events.DebtsRetained,
			ConsentedAt: events.SpelledInstant{At: instant("2025-06-02 09:00")}})
		at := instant("2025-07-01 12:00")
		a := newAccount(t.Context(), "acct-1", nil, at)
		a.fold(s, nil, at)
		if got := a.figures(nil).Principal.String(); got != stays {
			t.Errorf("passed at %s, %s stays, want %s", when, got, stays)
		}
	}
}
