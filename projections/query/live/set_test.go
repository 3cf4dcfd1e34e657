package live

import (
	"context"
	"errors"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query/testlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// logFold folds accounts of a log one by one. It fails with err, if that is not nil.
type logFold struct {
	t   *testing.T
	log *ledger.Log
	err error
}

func (f *logFold) fold(ctx context.Context, b Batch, visit func(int, Folded)) error {
	for i, number := range b.Accounts {
		if f.err != nil {
			return f.err
		}
		name := f.log.AccountName(number)
		own, global := f.facts(name, b.Known), f.facts(events.All, b.Known)
		if name == events.All {
			own = nil
		}
		book, until, _, ok, err := projections.FoldUntil(ctx, name, own, global, b.AsOf)
		switch {
		case err != nil:
			return err
		case ok:
			visit(i, Folded{Book: &book, Until: until})
		default:
			visit(i, Folded{Until: until})
		}
	}
	return nil
}

func (f *logFold) facts(account string, known ledger.Seq) (facts []projections.Fact) {
	err := f.log.Records(f.log.AccountSeqs(account, known), func(record ledger.Record) error {
		event, err := record.Event()
		facts = append(facts, projections.Fact{Seq: uint64(record.Seq), Event: event, Recorded: record.Recorded,
			ByLedger: record.ByLedger()})
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return facts
}

// at is a clock that stands still.
func at(t civil.Instant) func() civil.Instant { return func() civil.Instant { return t } }

// TestFiguresAreThoseOfTheBooks looks at what lists will select by.
func TestFiguresAreThoseOfTheBooks(t *testing.T) {
	log := testlog.Told(t).Log
	f := &logFold{t: t, log: log}
	s := New(log, f.fold)
	july, september := civil.DateOf(2025, 7, 10).Start(), civil.DateOf(2025, 9, 1).Start().Add(civil.Seconds(1))
	for _, now := range []civil.Instant{july, september} {
		if _, err := s.Totals(t.Context(), at(now), 1); err != nil {
			t.Fatal(err)
		}
		batch := Batch{Accounts: []uint32{0, 1, 2, 3}, AsOf: now, Known: log.Last()}
		err := f.fold(t.Context(), batch, func(i int, folded Folded) {
			got, book, until := s.accounts[i], folded.Book, folded.Until
			if got.Exists != (book != nil) || got.Until != until {
				t.Errorf("account %d exists: %v, until %v", i, got.Exists, got.Until)
			}
			if book != nil {
				sameContracts(t, got.Contracts, book.Contracts)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func sameContracts(t *testing.T, got []Contract, want []projections.Figures) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d contracts, want %d", len(got), len(want))
	}
	for i, c := range got {
		w := &want[i]
		var flags []projections.Flag
		for n, flag := range Flags {
			if c.Flags>>n&1 == 1 {
				flags = append(flags, flag)
			}
		}
		if c.ID != w.ContractID || Statuses[c.Status] != w.Status || !slices.Equal(flags, w.Flags) ||
			c.Principal != w.Principal || c.LateFee != w.LateFee || c.Liability != w.ContractLiability ||
			int(c.Exceptions) != len(w.Exceptions) {
			t.Errorf("%+v with %v, want %+v", c, flags, w)
		}
	}
}

// TestAClockSetBackPassesAnEndingAgain reaches midnight, cannot fold, and reaches it once more.
func TestAClockSetBackPassesAnEndingAgain(t *testing.T) {
	log := testlog.Told(t).Log
	f := &logFold{t: t, log: log}
	s := New(log, f.fold)
	midnight := civil.DateOf(2025, 7, 10).End()
	ask := func(now civil.Instant) string {
		totals, err := s.Totals(t.Context(), at(now), 1)
		if err != nil {
			return err.Error()
		}
		return totals.LateFees.String()
	}
	before, after := midnight.Add(civil.Duration{}.Sub(civil.Seconds(60))), midnight.Add(civil.Seconds(60))
	first := ask(before)
	f.err = errors.New("torn")
	if got := ask(after); got != "torn" {
		t.Errorf("got %s from a fold that fails", got)
	}
	f.err = nil
	if again := ask(before); again != first {
		t.Errorf("late fees %s, and %s once the clock was set back", first, again)
	}
	if later := ask(after); later == first {
		t.Errorf("late fees are %s after midnight too", later)
	}
}

// TestExceptionsAreNotKnownBeforeAllAccountsWere asks at each stage.
func TestExceptionsAreNotKnownBeforeAllAccountsWere(t *testing.T) {
	log := testlog.Many(t, 2*stepAccounts*2+2).Log
	s := New(log, (&logFold{t: t, log: log}).fold)
	now := at(civil.DateOf(2025, 8, 1).Start().Add(civil.Seconds(43_200)))
	for step := 1; ; step++ {
		worked, err := s.Step(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		done, of := s.Progress()
		if _, known := s.Exceptions(); known != (done == of) || of != 2*stepAccounts+1 {
			t.Errorf("after step %d, %d of %d are done, and known: %v", step, done, of, known)
		}
		if !worked {
			break
		}
	}
}
