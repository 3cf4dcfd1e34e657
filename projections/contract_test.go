package projections

import (
	"testing"

	"zhangben/events"
)

func TestEachServerOrderedIsProvisionedOnce(t *testing.T) {
	for _, c := range []struct {
		about string
		units []string
		want  []ExceptionCode
	}{
		{"the server ordered", []string{"u1"}, nil},
		{"one too many", []string{"u1", "u2"}, []ExceptionCode{UnitCountMismatch}},
	} {
		var s story
		s.at("2025-06-01 09:00", &events.Ordered{
			Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("310.00"), Mode: events.Postpaid,
		})
		s.at("2025-06-02 09:00", &events.Provisioned{Units: c.units})
		wantCodes(t, c.about, s.asOf(t, "2025-06-03 12:00").wrong, c.want...)
		s.at("2025-06-03 09:00", &events.Provisioned{Units: c.units})
		if c.want == nil {
			c.want = []ExceptionCode{AlreadyProvisioned}
		} else {
			c.want = append(c.want, c.want...)
		}
		wantCodes(t, c.about+", again", s.asOf(t, "2025-06-03 12:00").wrong, c.want...)
	}
}
