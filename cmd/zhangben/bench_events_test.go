package main

import (
	"bytes"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
)

func TestBenchEventsAreValid(t *testing.T) {
	seen := make(map[uuid.UUID]bool)
	kinds := make(map[events.Kind]int)
	for _, body := range newEventGenerator(1, false).eventsAsJSON(4 * cohort * longestLife) {
		event, err := events.DecodeJSON(body)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if seen[event.ID] || event.ID.Version() != 7 {
			t.Fatalf("id %s, version %d, used before: %v", event.ID, event.ID.Version(), seen[event.ID])
		}
		seen[event.ID] = true
		kinds[event.Kind()]++
	}
	if len(kinds) < 15 {
		t.Errorf("only %d kinds: %v", len(kinds), kinds)
	}
}

func TestBenchEventsAreTheSameEachTime(t *testing.T) {
	one, other := newEventGenerator(1, true).eventsAsJSON(1_000), newEventGenerator(1, true).eventsAsJSON(1_000)
	for i := range one {
		if !bytes.Equal(one[i], other[i]) {
			t.Fatalf("event %d differs:\n%s\n%s", i, one[i], other[i])
		}
	}
}

func TestNoLifeIsLongerThanTheLongest(t *testing.T) {
	longest := 0
	for _, life := range lives {
		longest = max(longest, len(life))
	}
	if longest != longestLife {
		t.Errorf("longestLife is %d, the longest life has %d events", longestLife, longest)
	}
}
