package projections_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections"
	"zhangben/projections/twin"
)

var (
	twinHistories = flag.Uint64("twin.histories", 1000, "how many random histories TestTwin folds twice")
	twinCrowds    = flag.Uint64("twin.crowds", 10, "how many of them have hundreds of payments")
	twinSeed      = flag.Uint64("twin.seed", 1, "the seed of the first of them; the others follow")
)

// TestTwin folds random histories with Fold and with its twin and compares every field, at several instants. To see one
// failure again: go test ./projections -run TestTwin -twin.histories 1 -twin.seed SEED.
func TestTwin(t *testing.T) {
	for seed := *twinSeed; seed < *twinSeed+shortened(*twinHistories); seed++ {
		rng := rand.New(rand.NewPCG(seed, 1))
		h := twin.Tell(rng)
		for _, asOf := range h.Instants(rng, 5) {
			for _, h := range []twin.History{h, h.OfAll()} {
				if twin.Differences(twin.Fold, fold, h, asOf) != nil {
					report(t, seed, h, asOf)
					return
				}
			}
		}
	}
}

// TestTwinOfCrowds does so with histories of many invoices and payments. To see one failure again: go test ./projections
// -run TestTwinOfCrowds -twin.crowds 1 -twin.seed SEED.
func TestTwinOfCrowds(t *testing.T) {
	for seed := *twinSeed; seed < *twinSeed+shortened(*twinCrowds); seed++ {
		rng := rand.New(rand.NewPCG(seed, 3))
		h := twin.TellCrowded(rng)
		for _, asOf := range h.Instants(rng, 3) {
			if twin.Differences(twin.Fold, fold, h, asOf) != nil {
				report(t, seed, h, asOf)
				return
			}
			checkLines(t, fmt.Sprint("seed ", seed), h.Account, h.Own, h.Everybody, asOf)
		}
	}
}

// TestArrivalOrderDoesNotMatter folds random histories in other orders of arrival.
func TestArrivalOrderDoesNotMatter(t *testing.T) {
	for seed := *twinSeed; seed < *twinSeed+shortened(*twinHistories)/4; seed++ {
		rng := rand.New(rand.NewPCG(seed, 2))
		h := twin.Tell(rng)
		for _, asOf := range h.Instants(rng, 3) {
			shuffled := h.Shuffled(rng)
			inOtherOrder := func(account string, _, _ []projections.Fact, asOf civil.Instant) (projections.Book, bool) {
				return fold(account, shuffled.Own, shuffled.Everybody, asOf)
			}
			if d := twin.Differences(fold, inOtherOrder, h, asOf); d != nil {
				t.Fatalf("seed %d as of %s: one order of arrival against another:\n%s\n%s", seed, asOf, strings.Join(d, "\n"), h)
			}
		}
	}
}

// report shows the smallest history in which the two still differ.
func report(t *testing.T, seed uint64, h twin.History, asOf civil.Instant) {
	t.Helper()
	small := twin.Shrink(h, func(h twin.History) bool {
		return twin.Differences(twin.Fold, fold, h, asOf) != nil
	})
	differences := twin.Differences(twin.Fold, fold, small, asOf)
	t.Errorf("seed %d as of %s: the twin against Fold:\n%s\n%s", seed, asOf, strings.Join(differences, "\n"), small)
}
