package query

import (
	"fmt"
	"testing"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/query/testlog"
)

// TestHeldAnswersAreThoseOfAFold grows a log between questions, asks each twice and for every point of knowledge, with
// the totals asked for in between or not, and compares with a reader that holds nothing.
func TestHeldAnswersAreThoseOfAFold(t *testing.T) {
	instants := []civil.Instant{
		civil.DateOf(2025, 6, 10).Start(),
		civil.DateOf(2025, 9, 1).Start(),
		civil.DateOf(2026, 2, 1).Start().Add(civil.Seconds(1)),
	}
	for _, totals := range []bool{false, true} {
		s := testlog.Open(t)
		r := New(s.Log)
		hits := 0
		for n := range testlog.Story {
			s.Take(t, testlog.Story[n])
			for known := range n + 2 {
				for _, asOf := range instants {
					if totals && known == n+1 {
						if _, err := r.TotalsNow(t.Context(), func() civil.Instant { return asOf }); err != nil {
							t.Fatal(err)
						}
					}
					for _, key := range s.Log.Contracts(ledger.ContractKey{}, 0) {
						at := At{asOf.Add(civil.Nanosecond), ledger.Seq(known)}
						for range 2 {
							hits += sameAnswer(t, r, key, at)
						}
					}
				}
			}
		}
		if hits == 0 {
			t.Errorf("totals asked for %t: no answer was ever held", totals)
		}
	}
}

// sameAnswer compares an answer with that of a reader that was never asked before, and returns 1 where the cache had
// it.
func sameAnswer(t *testing.T, r *Reader, key ledger.ContractKey, at At) (hit int) {
	t.Helper()
	if answerHeld(t, r, key, at) {
		hit = 1
	}
	got, errGot := r.AppendContract(t.Context(), []byte("before "), key.Contract, key.Account, at)
	figures, errWant := New(r.log).Contract(t.Context(), key.Contract, key.Account, at)
	want := "before "
	if errWant == nil {
		want = string(figures.AppendJSON([]byte(want)))
	}
	if fmt.Sprint(errGot) != fmt.Sprint(errWant) || string(got) != want {
		t.Fatalf("%v at %v, held %d:\n%s %v\nwant\n%s %v", key, at, hit, got, errGot, want, errWant)
	}
	return hit
}

// answerHeld reports whether the cache has the answer to a question.
func answerHeld(t *testing.T, r *Reader, key ledger.ContractKey, at At) bool {
	held, good := r.held(t.Context(), key.Account, at)
	_, found := held.Answers.Append(nil, key.Contract, key.Account, at.AsOf, uint64(at.KnownAt))
	return good && found
}

// TestKeptAnswersOfGrowingLogs lets the log grow, the clock run and the work in the background go on by chance, and
// asks about contracts as of now.
func TestKeptAnswersOfGrowingLogs(t *testing.T) {
	hits := 0
	for seed := range uint64(4) {
		g := newGrowingLog(t, 100+seed, 30)
		r := New(g.stream.Log)
		now := civil.DateOf(2024, 2, 1).Start()
		for range 150 {
			g.grow(t, g.IntN(12)-4)
			now = g.later(now)
			for range g.IntN(4) {
				if _, err := r.live.Step(t.Context(), func() civil.Instant { return now }); err != nil {
					t.Fatal(err)
				}
			}
			if g.IntN(4) == 0 {
				sameTotals(t, r, now)
			}
			keys := r.log.Contracts(ledger.ContractKey{}, 0)
			for range min(8, len(keys)) {
				key, known := keys[g.IntN(len(keys))], r.log.Last()
				if g.IntN(10) == 0 {
					known = ledger.Seq(g.Uint64N(uint64(known) + 1))
				}
				hits += sameAnswer(t, r, key, At{now, known})
			}
		}
	}
	if hits < 100 {
		t.Errorf("only %d answers were held", hits)
	}
}
