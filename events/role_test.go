package events_test

import (
	"testing"

	"zhangben/events"
)

// TestWhoMayPublish lists the kinds that take more than the role publish: they change what others published, or
// everybody's figures.
func TestWhoMayPublish(t *testing.T) {
	guarded := map[string]events.Role{
		"payment.bounced":   events.Finance,
		"event.voided":      events.Finance,
		"late_fee.adjusted": events.Finance,
		"claim.accepted":    events.Finance,
		"contract.assigned": events.Finance,
		"invoice.credited":  events.Finance,
		"due_date.extended": events.Finance,
		"late_fee.capped":   events.Finance,
		"claim.settled":     events.Finance,
		"debt.written_off":  events.Finance,
		"terms.published":   events.Admin,
		"period.closed":     events.Ledger, "rejection.dismissed": events.Ledger,
	}
	for _, kind := range events.Kinds() {
		want, ok := guarded[kind.String()]
		if !ok {
			want = events.Publish
		}
		if kind.Role() != want {
			t.Errorf("%v may be published by %v, want %v", kind, kind.Role(), want)
		}
	}
}

func TestRoleMay(t *testing.T) {
	may := map[events.Role]string{
		events.Read:    "read",
		events.Publish: "publish",
		events.Finance: "read publish finance",
		events.Admin:   "read publish finance admin",
	}
	for role, want := range may {
		got := ""
		for needed := events.Read; needed < events.Ledger; needed++ {
			if role.May(needed) {
				got += " " + needed.String()
			}
		}
		if got != " "+want {
			t.Errorf("%v may do what needs%s, want %s", role, got, want)
		}
	}
}

func TestParseRole(t *testing.T) {
	for role := events.Read; role < events.Ledger; role++ {
		if got, err := events.ParseRole(role.String()); err != nil || got != role {
			t.Errorf("ParseRole(%q) = %v, %v", role, got, err)
		}
	}
	for _, word := range []string{"", "ledger", "Admin", "publisher"} {
		if got, err := events.ParseRole(word); err == nil {
			t.Errorf("ParseRole(%q) = %v, want an error", word, got)
		}
	}
}
