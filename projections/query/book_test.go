package query

import (
	"fmt"
	"testing"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/query/testlog"
)

func asWritten(int) []byte { return nil }

// What is packed is spelled again as it was, whatever stands in it.
func TestAnswersArePackedWithoutLoss(t *testing.T) {
	var f forms
	answers := []string{
		`{}`, `{"a":[]}`, `{"a":"","b":0}`, `{"a":{"b":[{"c":null},{"c":-1.50}]},"d":true}`,
		`{"says \"":"{\"a\":1,\"b\":[2]}","\\":"\\","c":"x:y","d":["\\\"",":"]}`,
	}
	log := testlog.Told(t).Log
	r := New(log)
	for _, key := range log.Contracts(ledger.ContractKey{}, 0) {
		figures, err := r.Contract(t.Context(), key.Contract, key.Account, At{civil.DateOf(2026, 2, 1).Start(), log.Last()})
		if err == nil {
			answers = append(answers, string(figures.AppendJSON(nil)))
		}
	}
	if len(answers) < 7 {
		t.Fatalf("only %d answers to pack", len(answers))
	}
	var packed []byte
	for _, answer := range answers {
		var ok bool
		if packed, ok = f.pack(new(packer), packed, []byte(answer)); !ok {
			t.Fatalf("not packed: %s", answer)
		}
	}
	for _, want := range answers {
		var a packedAnswer
		a, packed = cutAnswer(packed)
		if got := string(f.spell(nil, a, asWritten)); got != want {
			t.Errorf("%s\nbecame\n%s", want, got)
		}
	}
	if len(packed) > 0 {
		t.Errorf("%d bytes too many", len(packed))
	}
}

// TestKeptAnswersAreThoseOfAFold grows a log between questions, asks each twice and for every point of knowledge, with the
// totals asked for in between or not, and compares with a reader that keeps nothing.
func TestKeptAnswersAreThoseOfAFold(t *testing.T) {
	for _, totals := range []bool{false, true} {
		s := testlog.Open(t)
		r := New(s.Log)
		hits := 0
		for n := range testlog.Story {
			s.Take(t, testlog.Story[n])
			for known := range n + 2 {
				for _, asOf := range []civil.Instant{civil.DateOf(2025, 6, 10).Start(), civil.DateOf(2025, 9, 1).Start(), civil.DateOf(2026, 2, 1).Start().Add(civil.Seconds(1))} {
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
			t.Errorf("totals asked for %t: no answer was ever kept", totals)
		}
	}
}

// sameAnswer compares an answer with that of a reader that was never asked before, and tells whether it was kept: 1 or 0.
func sameAnswer(t *testing.T, r *Reader, key ledger.ContractKey, at At) (hit int) {
	t.Helper()
	if _, ok := r.keptContract(t.Context(), nil, key.Contract, key.Account, at); ok {
		hit = 1
	}
	got, errGot := r.AppendContract(t.Context(), []byte("before "), key.Contract, key.Account, at)
	figures, errWant := New(r.log).Contract(t.Context(), key.Contract, key.Account, at)
	want := "before "
	if errWant == nil {
		want = string(figures.AppendJSON([]byte(want)))
	}
	if fmt.Sprint(errGot) != fmt.Sprint(errWant) || string(got) != want {
		t.Fatalf("%v at %v, kept %d:\n%s %v\nwant\n%s %v", key, at, hit, got, errGot, want, errWant)
	}
	return hit
}

// TestKeptAnswersOfGrowingLogs lets the log grow, the clock run and the work in the background go on by chance, and asks
// about contracts as of now.
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
				if _, err := r.present.step(t.Context(), r, func() civil.Instant { return now }); err != nil {
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
		t.Errorf("only %d answers were kept", hits)
	}
}
