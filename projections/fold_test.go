package projections_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

var (
	foldtestHistories = flag.Uint64("foldtest.histories", 1000, "how many random histories TestReference folds twice")
	foldtestCrowds    = flag.Uint64("foldtest.crowds", 10, "how many of them have hundreds of payments")
	foldtestSeed      = flag.Uint64("foldtest.seed", 1, "the seed of the first of them; the others follow")
)

// TestReference folds random histories with Fold and with the naive reference and compares every field, at several
// instants. To see one failure again: go test ./projections -run TestReference -foldtest.histories 1 -foldtest.seed
// SEED.
func TestReference(t *testing.T) {
	for seed := *foldtestSeed; seed < *foldtestSeed+shortened(*foldtestHistories); seed++ {
		rng := rand.New(rand.NewPCG(seed, 1))
		h := foldtest.Tell(rng)
		for _, asOf := range h.Instants(rng, 5) {
			for _, h := range []foldtest.History{h, h.OfAll()} {
				if foldtest.Differences(foldtest.Fold, fold, h, asOf) != nil {
					report(t, seed, h, asOf)
					return
				}
			}
		}
	}
}

// TestReferenceOfCrowds does so with histories of many invoices and payments. To see one failure again: go test
// ./projections
// -run TestReferenceOfCrowds -foldtest.crowds 1 -foldtest.seed SEED.
func TestReferenceOfCrowds(t *testing.T) {
	for seed := *foldtestSeed; seed < *foldtestSeed+shortened(*foldtestCrowds); seed++ {
		rng := rand.New(rand.NewPCG(seed, 3))
		h := foldtest.TellCrowded(rng)
		for _, asOf := range h.Instants(rng, 3) {
			if foldtest.Differences(foldtest.Fold, fold, h, asOf) != nil {
				report(t, seed, h, asOf)
				return
			}
			checkLines(t, fmt.Sprint("seed ", seed), h.Account, h.Own, h.Everybody, asOf)
		}
	}
}

// TestArrivalOrderDoesNotMatter folds random histories in other orders of arrival.
func TestArrivalOrderDoesNotMatter(t *testing.T) {
	for seed := *foldtestSeed; seed < *foldtestSeed+shortened(*foldtestHistories)/4; seed++ {
		rng := rand.New(rand.NewPCG(seed, 2))
		h := foldtest.Tell(rng)
		for _, asOf := range h.Instants(rng, 3) {
			shuffled := h.Shuffled(rng)
			inOtherOrder := func(account string, _, _ []projections.Fact, asOf civil.Instant) (projections.Book, bool) {
				return fold(account, shuffled.Own, shuffled.Everybody, asOf)
			}
			if d := foldtest.Differences(fold, inOtherOrder, h, asOf); d != nil {
				t.Fatalf("seed %d as of %s: one order of arrival against another:\n%s\n%s", seed, asOf, strings.Join(d, "\n"), h)
			}
		}
	}
}

// report shows the smallest history in which the two still differ.
func report(t *testing.T, seed uint64, h foldtest.History, asOf civil.Instant) {
	t.Helper()
	small := foldtest.Shrink(h, func(h foldtest.History) bool {
		return foldtest.Differences(foldtest.Fold, fold, h, asOf) != nil
	})
	differences := foldtest.Differences(foldtest.Fold, fold, small, asOf)
	t.Errorf("seed %d as of %s: the reference against Fold:\n%s\n%s", seed, asOf, strings.Join(differences, "\n"), small)
}
