package projections_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

// eachHistory calls fn with n random histories; a failure names the seed.
func eachHistory(t *testing.T, n uint64, fn func(t *testing.T, name string, h foldtest.History, rng *rand.Rand)) {
	t.Helper()
	for seed := range shortened(n) {
		rng := rand.New(rand.NewPCG(seed, 7))
		fn(t, fmt.Sprintf("seed %d", seed), foldtest.Tell(rng), rng)
		if t.Failed() {
			t.FailNow()
		}
	}
}

// shortened is a tenth of a number of histories under -short, with which scripts/mutants.sh runs the tests.
func shortened(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestLinesOfAnyHistoryAddUp explains random histories at random instants.
func TestLinesOfAnyHistoryAddUp(t *testing.T) {
	eachHistory(t, 300, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for _, at := range h.Instants(rng, 3) {
			checkLines(t, name, h.Account, h.Own, h.Everybody, at)
		}
		if t.Failed() {
			t.Log(h)
		}
	})
}

// TestTimelineNamesEveryChange probes between the instants of a timeline: where no fact and no entry lies between two
// instants, status and flags are the same.
func TestTimelineNamesEveryChange(t *testing.T) {
	eachHistory(t, 300, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		asOf := h.Instants(rng, 1)[0]
		until := knownUntil(h, asOf)
		book, ok := fold(h.Account, until.Own, until.Everybody, asOf)
		if !ok {
			return
		}
		for _, c := range book.Contracts {
			line, ok, _ := projections.TimelineOf(t.Context(), h.Account, c.ContractID, until.Own, until.Everybody, asOf)
			if !ok {
				t.Fatalf("%s: %s has no timeline", name, c.ContractID)
			}
			probe(t, name, until, c.ContractID, asOf, line)
		}
	})
}

// knownUntil is the history without facts after an instant: what a timeline looks ahead from. Corrections stay.
func knownUntil(h foldtest.History, at civil.Instant) foldtest.History {
	late := func(f projections.Fact) bool {
		k := f.Event.Kind()
		return f.Event.Time.After(at) && k != events.KindVoided && k != events.KindOutageReclassified
	}
	h.Own = slices.DeleteFunc(slices.Clone(h.Own), late)
	h.Everybody = slices.DeleteFunc(slices.Clone(h.Everybody), late)
	return h
}

// probe compares status and flags just after one instant of change with those just before the next.
func probe(t *testing.T, name string, h foldtest.History, contract string, asOf civil.Instant,
	line projections.Timeline) {
	t.Helper()
	from := asOf
	var ahead []civil.Instant
	for _, e := range line.Milestones {
		if e.At.After(asOf) {
			ahead = append(ahead, e.At)
		}
	}
	for _, to := range append(ahead, asOf.Add(civil.Days(40_000))) {
		first, last := from.Add(civil.Nanosecond), to.Add(civil.Duration{}.Sub(civil.Nanosecond))
		if first.Before(last) {
			a, b := stateAt(h, contract, first), stateAt(h, contract, last)
			if a != b {
				t.Errorf("%s: between %v and %v %s turns from %s to %s, and no entry says so\n%v\n%+v", name, first, last, contract,
					a, b, h, line.Milestones)
				return
			}
		}
		from = to
	}
}

func stateAt(h foldtest.History, contract string, at civil.Instant) string {
	book, _ := fold(h.Account, h.Own, h.Everybody, at)
	for _, c := range book.Contracts {
		if c.ContractID == contract {
			return fmt.Sprint(c.Status, c.Flags)
		}
	}
	return "absent"
}
