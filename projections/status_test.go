package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhenServiceMayBeWithheld(t *testing.T) {
	var ordered story
	ordered.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 1, Term: months(1), Fee: amount("310.00"), Mode: events.Prepaid,
	})
	for _, c := range []struct {
		about, asOf string
		story       story
		want        bool
	}{
		{"a prepaid order is unpaid", "2025-06-01 09:00", ordered, true},
		{"a prepaid order is paid", "2025-06-01 09:00", prepaid(), false},
		{"a postpaid fee is due today", "2025-06-30 23:59", postpaid(), false},
		{"its due day is over", "2025-07-01 00:00", postpaid(), true},
	} {
		if got := c.story.asOf(t, c.asOf).mayWithhold(instant(c.asOf)); got != c.want {
			t.Errorf("%s: service may be withheld: %t", c.about, got)
		}
	}
}
