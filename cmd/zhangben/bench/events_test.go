package bench

import (
	"bytes"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
)

func TestBenchEventsAreValid(t *testing.T) {
	seen := make(map[uuid.UUID]bool)
	kinds := make(map[events.Kind]int)
	contracts := make(map[string]int)
	for _, body := range newEventGenerator(1, "v7").eventsAsJSON(4 * cohort * lifeEvents) {
		event, err := events.DecodeJSON(body)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if seen[event.ID] || event.ID.Version() != 7 {
			t.Fatalf("id %s, version %d, used before: %v", event.ID, event.ID.Version(), seen[event.ID])
		}
		seen[event.ID] = true
		kinds[event.Kind()]++
		contracts[event.Contract]++
	}
	delete(contracts, "") // of the wallets
	if len(kinds) < 15 || len(contracts) != 4*cohort {
		t.Errorf("only %d kinds: %v, and %d contracts", len(kinds), kinds, len(contracts))
	}
}

func TestBenchEventsAreTheSameEachTime(t *testing.T) {
	one, other := newEventGenerator(1, "v4").eventsAsJSON(1_000), newEventGenerator(1, "v4").eventsAsJSON(1_000)
	for i := range one {
		if !bytes.Equal(one[i], other[i]) {
			t.Fatalf("event %d differs:\n%s\n%s", i, one[i], other[i])
		}
	}
}

// What is published later in a run is of contracts that the log does not have yet.
func TestLaterBenchEventsAreOfOtherContracts(t *testing.T) {
	const n = cohort*lifeEvents + 1
	known := make(map[string]bool)
	for _, body := range newEventGenerator(1, "v7").eventsAsJSON(n) {
		event, _ := events.DecodeJSON(body)
		known[event.Contract] = event.Contract != ""
	}
	for _, body := range newEventGenerator(2, "v7").after(n).eventsAsJSON(n) {
		if event, err := events.DecodeJSON(body); err != nil || known[event.Contract] {
			t.Fatalf("%v: %s is known already", err, event.Contract)
		}
	}
}
