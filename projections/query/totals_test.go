package query

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/foldtest"
	"zhangben/projections/query/live"
	"zhangben/projections/query/testlog"
)

// growingLog is a log that random histories of some accounts go into, bit by bit, in any order.
type growingLog struct {
	*rand.Rand
	stream *testlog.Stream
	coming []projections.Fact
}

func newGrowingLog(t *testing.T, seed uint64, accounts int) *growingLog {
	g := &growingLog{rand.New(rand.NewPCG(seed, 3)), testlog.Open(t), nil}
	for n := range accounts {
		h := foldtest.Tell(g.Rand)
		for _, f := range h.Own {
			f.Event.Account = fmt.Sprintf("acct-%d", n)
			g.coming = append(g.coming, f)
		}
		if n%3 == 0 {
			g.passOn(h.Own, n)
		}
		if n%5 == 0 {
			g.coming = append(g.coming, h.Everybody...)
		}
	}
	g.Shuffle(len(g.coming), func(i, j int) { g.coming[i], g.coming[j] = g.coming[j], g.coming[i] })
	return g
}

// passOn has a contract pass to an account without any fact of its own, or to one with facts, and perhaps on from
// there.
func (g *growingLog) passOn(own []projections.Fact, n int) {
	to := []string{fmt.Sprintf("acct-%d", n), fmt.Sprintf("heir-%d", n/6), fmt.Sprintf("acct-%d", n+1), "heir-0"}
	isOrder := func(f projections.Fact) bool { return f.Event.Kind() == events.KindOrdered }
	first := own[slices.IndexFunc(own, isOrder)].Event
	for k := range g.IntN(len(to)) {
		at := first.Time.Add(civil.Days(g.IntN(20) + 10*k))
		notified := at.Add(civil.Days(g.IntN(3) - 1))
		d := &events.Assigned{To: to[k+1], Ground: events.GroundListing,
			NotifiedAt: events.SpelledInstant{At: notified, Text: notified.String()}}
		if g.IntN(2) == 0 {
			d.Ground, d.ConsentedAt, d.Debts = events.GroundAgreed, d.NotifiedAt, events.DebtsRetained
		}
		g.coming = append(g.coming, projections.Fact{Event: &events.Event{
			ID: uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, g.Uint64())), Source: "/test", Time: at,
			Account: to[k], Contract: first.Contract, Data: d}})
	}
}

// grow appends up to n facts.
func (g *growingLog) grow(t *testing.T, n int) {
	t.Helper()
	n = min(max(n, 0), len(g.coming))
	var arrivals []ledger.Arrival
	for _, f := range g.coming[:n] {
		arrivals = append(arrivals, g.stream.Arrival(f.Event))
	}
	g.coming = g.coming[n:]
	if _, err := g.stream.Log.Append(arrivals); err != nil {
		t.Fatal(err)
	}
}

// later moves a clock on: by nothing, by little, by days, or to one of the instants around midnight; now and then back.
func (g *growingLog) later(now civil.Instant) civil.Instant {
	back := civil.Duration{}
	switch midnight := now.Date().End(); g.IntN(12) {
	case 0:
		return now
	case 1:
		return midnight
	case 2:
		return civil.Later(now, midnight.Add(back.Sub(civil.Nanosecond)))
	case 3:
		return midnight.Add(civil.Nanosecond)
	case 4:
		return civil.Later(now, midnight.Add(back.Sub(civil.Seconds(g.Int64N(3600)))))
	case 5:
		return now.Add(civil.Days(g.IntN(40)))
	case 6:
		return now.Add(back.Sub(civil.Seconds(g.Int64N(100_000))))
	default:
		return now.Add(civil.Seconds(g.Int64N(20_000))).Add(civil.Nanosecond)
	}
}

// TestTotalsNowAreThoseOfAFullFold lets the log grow, the clock run and the work in the background go on by chance, and
// compares with folding everything.
func TestTotalsNowAreThoseOfAFullFold(t *testing.T) {
	for seed := range uint64(6) {
		g := newGrowingLog(t, seed, 40)
		r := New(g.stream.Log)
		now := civil.DateOf(2024, 2, 1).Start()
		for range 250 {
			g.grow(t, g.IntN(12)-4)
			now = g.later(now)
			for range g.IntN(6) {
				if _, err := r.live.Step(t.Context(), func() civil.Instant { return now }); err != nil {
					t.Fatal(err)
				}
			}
			if g.IntN(3) == 0 {
				sameTotals(t, r, now)
			}
		}
	}
}

func sameTotals(t *testing.T, r *Reader, now civil.Instant) {
	t.Helper()
	quick, err := r.TotalsNow(t.Context(), func() civil.Instant { return now })
	if err != nil {
		t.Fatal(err)
	}
	full, err := r.Totals(t.Context(), At{AsOf: now, KnownAt: r.log.Last()})
	if err != nil {
		t.Fatal(err)
	}
	if !quick.Equal(full) {
		t.Fatalf("at %v quickly\n%+v\nby folding everything\n%+v", now, quick, full)
	}
}

// countFolds has a reader count the accounts that are folded to keep the totals.
func countFolds(r *Reader) *atomic.Int64 {
	folds := new(atomic.Int64)
	type visitor = func(int, live.Folded)
	r.live = live.New(r.log, func(ctx context.Context, b live.Batch, visit visitor) error {
		folds.Add(int64(len(b.Accounts)))
		return r.foldLive(ctx, b, visit)
	})
	return folds
}

// TestMidnightFoldsNothing lets the work in the background come to rest before midnight: the first totals after it fold
// no account.
func TestMidnightFoldsNothing(t *testing.T) {
	r := New(testlog.Many(t, 300).Log)
	folds := countFolds(r)
	midnight := civil.DateOf(2025, 8, 1).End()
	rest(t, r, midnight.Add(civil.Duration{}.Sub(civil.Seconds(60))))
	before := folds.Load()
	sameTotals(t, r, midnight.Add(civil.Seconds(1)))
	if n := folds.Load() - before; before < 150 || n > 0 {
		t.Errorf("%d accounts were folded before midnight, and %d after it", before, n)
	}
}

// rest lets the work in the background go on until nothing is left to do at an instant.
func rest(t *testing.T, r *Reader, now civil.Instant) {
	t.Helper()
	for worked := true; worked; {
		var err error
		if worked, err = r.live.Step(t.Context(), func() civil.Instant { return now }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnswersAreKeptFromDayToDay lets the work in the background come to rest on three days: each time the answers
// about all contracts are at hand.
func TestAnswersAreKeptFromDayToDay(t *testing.T) {
	r := New(testlog.Many(t, 300).Log)
	for day := range 3 {
		noon := civil.DateOf(2025, 8, 1+day).Start().Add(civil.Seconds(43_200))
		rest(t, r, noon)
		for n := range 300 {
			if !answerHeld(t, r, manyKey(n), At{noon, r.log.Last()}) {
				t.Errorf("on day %d no answer is at hand about %s", day+1, testlog.ManyContract(n))
			}
		}
		rest(t, r, noon.Date().End().Add(civil.Duration{}.Sub(civil.Seconds(60))))
	}
}

// manyKey is contract number n of testlog.Many.
func manyKey(n int) ledger.ContractKey {
	return ledger.ContractKey{Account: testlog.ManyAccount(n), Contract: testlog.ManyContract(n)}
}

// TestATotalLeavesAnswersAtHand asks about a contract, and then for the totals.
func TestATotalLeavesAnswersAtHand(t *testing.T) {
	r := New(testlog.Many(t, 10).Log)
	noon := At{civil.DateOf(2025, 8, 1).Start().Add(civil.Seconds(43_200)), r.log.Last()}
	if _, err := r.AppendContract(t.Context(), nil, testlog.ManyContract(4), testlog.ManyAccount(4), noon); err != nil {
		t.Fatal(err)
	}
	sameTotals(t, r, noon.AsOf)
	for n := range 10 {
		if !answerHeld(t, r, manyKey(n), noon) {
			t.Errorf("no answer is at hand about %s", testlog.ManyContract(n))
		}
	}
}

// TestATotalReplacesTheAnswersThatARecordMadeOld has an account folded for a question about the totals.
func TestATotalReplacesTheAnswersThatARecordMadeOld(t *testing.T) {
	s := testlog.Many(t, 10)
	r := New(s.Log)
	noon := civil.DateOf(2025, 8, 1).Start().Add(civil.Seconds(43_200))
	rest(t, r, noon)
	s.Take(t, testlog.Event(1_000, "contract.paid", "2025-08-01T10:00", testlog.ManyAccount(4),
		`"contract_id":"`+testlog.ManyContract(4)+`","amount":"1.00","currency":"CNY","channel":"online"`))
	if answerHeld(t, r, manyKey(4), At{noon, s.Log.Last()}) {
		t.Error("an answer is good that lacks a payment")
	}
	sameTotals(t, r, noon)
	if !answerHeld(t, r, manyKey(4), At{noon, s.Log.Last()}) {
		t.Error("the answer was not replaced")
	}
}

// TestKeepingTotalsEnds stops it.
func TestKeepingTotalsEnds(t *testing.T) {
	r := New(testlog.Told(t).Log)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- r.KeepTotals(ctx, func() civil.Instant { return testlog.Opened })
	}()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestNewTermsConcernAllAccounts folds all accounts again when terms are published.
func TestNewTermsConcernAllAccounts(t *testing.T) {
	s := testlog.Open(t)
	s.Take(t, testlog.Story[:8]...)
	r := New(s.Log)
	folds := countFolds(r)
	now := civil.DateOf(2026, 2, 1).Start().Add(civil.Nanosecond)
	sameTotals(t, r, now)
	before := folds.Load()
	s.Take(t, testlog.Story[8])
	sameTotals(t, r, now)
	if n := folds.Load() - before; n != 3 {
		t.Errorf("%d accounts were folded again", n)
	}
}

// TestCheckingTotalsFindsWhatIsWrong has a fold that adds a fen to every wallet.
func TestCheckingTotalsFindsWhatIsWrong(t *testing.T) {
	r := New(testlog.Told(t).Log)
	spoil := true
	type visitor = func(int, live.Folded)
	r.live = live.New(r.log, func(ctx context.Context, b live.Batch, visit visitor) error {
		return r.foldLive(ctx, b, func(i int, folded live.Folded) {
			if spoil && folded.Book != nil {
				folded.Book.Account.Wallet++
			}
			visit(i, folded)
		})
	})
	now := func() civil.Instant { return civil.DateOf(2025, 9, 1).Start().Add(civil.Seconds(1)) }
	for _, wrong := range []bool{true, false, false} {
		spoil = wrong
		if found, err := r.CheckTotals(t.Context(), now); err != nil || (found != "") != wrong {
			t.Errorf("wrong: %v, but found %q, %v", wrong, found, err)
		}
	}
}

// TestQuestionsWhileTheLogGrowsAndTotalsAreKept asks from several sides at once. The clock is the log's, so that it
// moves on.
func TestQuestionsWhileTheLogGrowsAndTotalsAreKept(t *testing.T) {
	g := newGrowingLog(t, 7, 20)
	r := New(g.stream.Log)
	now := func() civil.Instant {
		return civil.DateOf(2025, 1, 1).Start().Add(civil.Seconds(1 + 60*int64(r.log.Last())))
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 3)
	for range 2 {
		go func() { ended <- r.KeepTotals(ctx, now) }()
	}
	go func() {
		for {
			select {
			case <-ctx.Done():
				ended <- nil
				return
			default:
			}
			if found, err := r.CheckTotals(t.Context(), now); err != nil || found != "" {
				ended <- fmt.Errorf("%s, %w", found, err)
				return
			}
		}
	}()
	for len(g.coming) > 0 {
		g.grow(t, 3)
	}
	stop()
	for range 3 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	sameTotals(t, r, now())
}
