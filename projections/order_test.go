package projections

import (
	"testing"

	"zhangben/events"
)

// TestWhatComesFirstAtOneInstant pairs facts of one instant, of which the one on the left is folded first.
func TestWhatComesFirstAtOneInstant(t *testing.T) {
	for _, pair := range [][2]events.Data{
		{&events.TermsPublished{}, &events.Ordered{}}, // an order has the terms of its instant
		{&events.Ordered{}, &events.Paid{}},
		{&events.Renewed{}, &events.Paid{}},
		{&events.ToppedUp{}, &events.Paid{}},     // a wallet pays with what comes in
		{&events.Paid{}, &events.Terminated{}},   // a payment at the deadline is in time
		{&events.Resumed{}, &events.Suspended{}}, // a suspension follows another without a break
		{&events.OutageResolved{}, &events.OutageStarted{}},
		{&events.LateFeeAdjusted{}, &events.Terminated{}},
		{&events.Terminated{}, &events.PaidOut{}}, // a refund can be paid out
	} {
		var s story
		s.at("2025-06-01 09:00", pair[1])
		s.at("2025-06-01 09:00", pair[0])
		if before(s[1].Event, s[0].Event) >= 0 {
			t.Errorf("%v does not come before %v", s[1].Event.Kind(), s[0].Event.Kind())
		}
		s[0].Event.Time = s[0].Event.Time.Add(instant("2025-06-01 09:00").Sub(instant("2025-06-01 09:01")))
		if before(s[1].Event, s[0].Event) <= 0 {
			t.Errorf("%v comes before what happened earlier", s[1].Event.Kind())
		}
	}
}
