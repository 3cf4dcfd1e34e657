package projections_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

// TestNothingMovesBeforeItIsSaidTo follows random histories from one instant of change to the next, and probes between.
func TestNothingMovesBeforeItIsSaidTo(t *testing.T) {
	eachHistory(t, 400, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for _, asOf := range h.Instants(rng, 4) {
			for n := 0; n < 4 && asOf.Before(civil.End); n++ {
				asOf = probeUntil(t, name, h, rng, asOf)
			}
		}
		if t.Failed() {
			t.Log(h)
		}
	})
}

// probeUntil folds at an instant and at some before the next change, compares, and returns the instant of that change.
func probeUntil(t *testing.T, name string, h foldtest.History, rng *rand.Rand, asOf civil.Instant) civil.Instant {
	t.Helper()
	book, until, steady, ok, _ := projections.FoldUntil(t.Context(), h.Account, h.Own, h.Everybody, asOf)
	if !asOf.Before(until) {
		t.Fatalf("%s: a fold at %v is good until %v", name, asOf, until)
	}
	same, sameOK := fold(h.Account, h.Own, h.Everybody, asOf)
	if spelledBook(&book, true) != spelledBook(&same, true) || ok != sameOK {
		t.Fatalf("%s: FoldUntil and Fold differ at %v", name, asOf)
	}
	for _, at := range probes(rng, asOf, until) {
		later, laterOK := fold(h.Account, h.Own, h.Everybody, at)
		if a, b := spelledBook(&book, steady), spelledBook(&later, steady); ok != laterOK || a != b {
			t.Fatalf("%s: folded at %v, said to be good until %v, but at %v\n%s\nturned into\n%s", name, asOf, until, at, a, b)
		}
	}
	return until
}

// probes are instants from one until before another: just after the one, just before the other, and some between.
func probes(rng *rand.Rand, from, until civil.Instant) []civil.Instant {
	span := until.Sub(from).Seconds()
	list := []civil.Instant{from.Add(civil.Nanosecond), until.Add(civil.Duration{}.Sub(civil.Nanosecond))}
	for range 3 {
		list = append(list, from.Add(civil.Seconds(rng.Int64N(span+1))))
	}
	return slices.DeleteFunc(list, func(at civil.Instant) bool { return at.Before(from) || !at.Before(until) })
}

// spelledBook spells what is not to move: all but AsOf, or also without what runs with the clock.
func spelledBook(book *projections.Book, steady bool) string {
	account := book.Account
	account.AsOf = civil.Instant{}
	text := account.AppendJSON(nil)
	for _, c := range book.Contracts {
		c.AsOf = civil.Instant{}
		if !steady {
			c.EndsAt, c.Units = nil, withoutClocks(c.Units)
		}
		text = c.AppendJSON(append(text, '\n'))
	}
	return string(text)
}

func withoutClocks(units []projections.UnitFigures) []projections.UnitFigures {
	units = slices.Clone(units)
	for i := range units {
		units[i].EndsAt, units[i].SLA.ProvisionalSeconds = nil, 0
	}
	return units
}
