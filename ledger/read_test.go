package ledger

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestScanning(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 200)
	for _, after := range []Seq{0, 1, 63, 64, 65, 128, 199, 200, 201} {
		next := after
		err := l.Scan(after, func(r Record) error {
			next++
			e, err := r.Event()
			if err != nil || r.Seq != next || r.StreamSeq != uint64(next) || e.ID != idOf(int(next)) {
				return fmt.Errorf("record %d of message %d holds %v, %w", r.Seq, r.StreamSeq, e, err)
			}
			return nil
		})
		if err != nil || next != max(after, 200) {
			t.Errorf("after %d: ended at %d, %v", after, next, err)
		}
	}
	enough := errors.New("enough")
	if err := l.Scan(0, func(Record) error { return enough }); err != enough {
		t.Errorf("stopping: %v", err)
	}
}

// TestReadingMoreThanFitsOneTransaction reads more bytes than one transaction copies.
func TestReadingMoreThanFitsOneTransaction(t *testing.T) {
	l := keeping(t, t.TempDir())
	const many = 20_000
	payments(t, l, 1, many)
	for name, read := range map[string]func(func(Record) error) error{
		"all":  func(fn func(Record) error) error { return l.Scan(0, fn) },
		"each": func(fn func(Record) error) error { return l.Records(upTo(many), fn) },
	} {
		n, size := Seq(0), 0
		err := read(func(r Record) error {
			n++
			size += len(r.Content)
			if head, err := r.Head(); err != nil || r.Seq != n || head.ID != idOf(int(n)) {
				t.Fatalf("%s: record %d in the place of %d", name, r.Seq, n)
			}
			return nil
		})
		if err != nil || n != many || size < readBytes {
			t.Errorf("%s: %d records of %d bytes, %v", name, n, size, err)
		}
	}
}

func upTo(n Seq) (seqs []Seq) {
	for seq := range n {
		seqs = append(seqs, seq+1)
	}
	return seqs
}

// TestScanningWhileAppending calls the log from inside a callback, which must not wait for itself, and sees what is
// new.
func TestScanningWhileAppending(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 10)
	seen := Seq(0)
	err := l.Scan(0, func(r Record) error {
		if seen = r.Seq; seen < 100 {
			payments(t, l, int(l.Last())+1, int(l.Last())+1)
		}
		_, err := l.Record(r.Seq)
		return err
	})
	if err != nil || seen != l.Last() || seen < 100 {
		t.Errorf("saw %d of %d, %v", seen, l.Last(), err)
	}
}

func TestReadingSingleRecords(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 150)
	for _, seqs := range [][]Seq{nil, {1}, {150}, {1, 2, 64, 65, 149}} {
		var got []Seq
		err := l.Records(seqs, func(r Record) error {
			got = append(got, r.Seq)
			one, err := l.Record(r.Seq)
			if err == nil && !reflect.DeepEqual(one, r) {
				err = fmt.Errorf("%v, read alone %v", r, one)
			}
			return err
		})
		if err != nil || !slices.Equal(got, seqs) {
			t.Errorf("%v: %v, %v", seqs, got, err)
		}
	}
	for _, seqs := range [][]Seq{{0}, {151}, {1, 151}} {
		if err := l.Records(seqs, func(Record) error { return nil }); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v: %v", seqs, err)
		}
	}
	for _, seq := range []Seq{0, 151} {
		if _, err := l.Record(seq); !errors.Is(err, ErrNotFound) {
			t.Errorf("record %d: %v", seq, err)
		}
	}
	enough := errors.New("enough")
	if err := l.Records([]Seq{1, 2}, func(Record) error { return enough }); err != enough {
		t.Errorf("stopping: %v", err)
	}
}

func TestFindingIDs(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 150)
	appended(t, l, stated(151, paid(7, "acct-1", "HT-1", 99))) // a conflict, so in quarantine
	for n := 1; n <= 150; n++ {
		if seq, found, err := l.Find(idOf(n)); seq != Seq(n) || !found || err != nil {
			t.Errorf("event %d: %d, %t, %v", n, seq, found, err)
		}
	}
	if seq, found, err := l.Find(idOf(151)); found || err != nil {
		t.Errorf("an event that is not there: %d, %v", seq, err)
	}
}

func TestAccountsAndContracts(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	terms := &events.Event{ID: idOf(4), Source: "/terms", Time: second(4), Account: events.All,
		Data: &events.TermsPublished{Version: "v1", Params: events.Params{JSON: []byte("{}")}}}
	appended(t, l,
		stated(1, paid(1, "b", "HT-1", 1)), stated(2, paid(2, "a", "HT-2", 1)),
		stated(3, paid(3, "b", "HT-1", 1)), stated(4, terms), stated(5, paid(5, "a", "HT-1", 1)))
	check := func(l *Log) {
		t.Helper()
		for _, c := range []struct{ what, got, want any }{
			{"accounts", l.Accounts("", 0), []string{"a", "all", "b"}},
			{"first two accounts", l.Accounts("", 2), []string{"a", "all"}},
			{"accounts after a", l.Accounts("a", 9), []string{"all", "b"}},
			{"accounts after one that is not there", l.Accounts("aa", 1), []string{"all"}},
			{"accounts after the last", l.Accounts("b", 0), []string(nil)},
			{"records of b", l.AccountSeqs("b", 5), []Seq{1, 3}},
			{"records of b up to 2", l.AccountSeqs("b", 2), []Seq{1}},
			{"records of b up to 0", l.AccountSeqs("b", 0), []Seq(nil)},
			{"records of everybody", l.AccountSeqs(events.All, 5), []Seq{4}},
			{"records of no account", l.AccountSeqs("c", 5), []Seq(nil)},
			{"accounts of HT-1", l.ContractAccounts("HT-1"), []string{"a", "b"}},
			{"accounts of HT-2", l.ContractAccounts("HT-2"), []string{"a"}},
			{"accounts of HT-3", l.ContractAccounts("HT-3"), []string(nil)},
			{"contracts", l.Contracts(ContractKey{}, 0), keysOf("a", "HT-1", "b", "HT-1", "a", "HT-2")},
			{"contracts after", l.Contracts(keysOf("a", "HT-1")[0], 1), keysOf("b", "HT-1")},
		} {
			if !reflect.DeepEqual(c.got, c.want) {
				t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
			}
		}
	}
	check(l)
	closed(t, l, dir)
	again := keeping(t, dir)
	check(again)
	appended(t, again, stated(6, paid(6, "aa", "HT-0", 1)))
	if got := again.Accounts("a", 2); !slices.Equal(got, []string{"aa", "all"}) {
		t.Errorf("after another account: %v", got)
	}
}

func TestWhatWasKnownAtAnInstant(t *testing.T) {
	l := keeping(t, t.TempDir())
	if seq, err := l.SeqAt(second(0)); seq != 0 || err != nil {
		t.Errorf("empty: %d", seq)
	}
	var batch []Arrival
	for n := 1; n <= 300; n++ {
		a := stated(n, paid(n, "acct-1", "HT-1", 1))
		a.Received = second(n / 100 * 100) // a hundred records at each instant
		batch = append(batch, a)
	}
	appended(t, l, batch...)
	for at, want := range map[civil.Instant]Seq{
		second(-1): 0, second(0): 99, second(99): 99, second(100): 199, second(199): 199, second(200): 299,
		second(299): 299, second(300): 300, civil.End: 300, {}: 0,
	} {
		if got, err := l.SeqAt(at); got != want || err != nil {
			t.Errorf("at %v: %d, want %d", at, got, want)
		}
	}
}

func TestVerdictsAskedLater(t *testing.T) {
	l := keeping(t, t.TempDir())
	var want []Outcome
	for n := 1; n <= 500; n++ {
		a := stated(n, paid(n, "acct-1", "HT-1", 1))
		switch {
		case n%10 == 3, n > 200 && n < 260:
			a = malformed(n)
		case n%10 == 7, n > 300 && n < 350:
			a.Event = paid(1, "acct-1", "HT-1", 1)
		}
		want = append(want, appended(t, l, a)...)
	}
	for _, v := range want {
		got, known, err := l.Outcome(v.StreamSeq)
		if got != v || !known || err != nil {
			t.Errorf("%v, was %v, %v", got, v, err)
		}
	}
	for _, n := range []uint64{0, 501, 1 << 60} {
		if v, known, err := l.Outcome(n); known || err != nil {
			t.Errorf("message %d: %v, %v", n, v, err)
		}
	}
	some, err := l.Outcomes([]uint64{501, 3, 0, 500, 3})
	if err != nil || !slices.Equal(some, []Outcome{{}, want[2], {}, want[499], want[2]}) {
		t.Errorf("%v %v", some, err)
	}
}

func TestWaitingForAMessage(t *testing.T) {
	l := keeping(t, t.TempDir())
	first := l.Committed()
	waited := make(chan error)
	go func() { waited <- l.Wait(context.Background(), 3) }()
	payments(t, l, 1, 2)
	payments(t, l, 3, 3)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	<-first
	next := l.Committed()
	select {
	case <-next:
		t.Error("told of a commit that was not made")
	default:
	}
	payments(t, l, 4, 4)
	<-next
	soon, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if err := l.Wait(soon, 99); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if err := l.Wait(soon, 4); err != nil {
		t.Errorf("for a message that is there: %v", err)
	}
}

func TestClosingWakesWhoWaits(t *testing.T) {
	l := keeping(t, t.TempDir())
	waited := make(chan error)
	go func() { waited <- l.Wait(context.Background(), 1) }()
	time.Sleep(time.Millisecond)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// TestReadersSeeOnlyWhatIsCommitted reads in every way while another goroutine appends.
func TestReadersSeeOnlyWhatIsCommitted(t *testing.T) {
	l := keeping(t, t.TempDir())
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					readEverything(t, l)
				}
			}
		})
	}
	for from := 1; from <= 3000; from += 100 {
		payments(t, l, from, from+99)
	}
	close(done)
	readers.Wait()
}

// readEverything asks that what one way of reading shows, the others show too.
func readEverything(t *testing.T, l *Log) {
	for _, account := range l.Accounts("", 0) {
		err := l.Records(l.AccountSeqs(account, 1<<62), func(r Record) error {
			head, err := r.Head()
			if err != nil || string(head.Account) != account {
				t.Errorf("record %d of account %s, not %s, %v", r.Seq, head.Account, account, err)
			}
			if seq, found, err := l.Find(head.ID); seq != r.Seq || !found || err != nil {
				t.Errorf("record %d found as %d, %v", r.Seq, seq, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	last := l.Last()
	if _, err := l.Root(last); err != nil {
		t.Error(err)
	}
	if position := l.Position().StreamSeq; position < uint64(last) {
		t.Errorf("record %d, position %d", last, position)
	}
	if v, known, err := l.Outcome(uint64(last)); last > 0 && (!known || err != nil || v.Seq != last) {
		t.Errorf("message %d: %v, %v", last, v, err)
	}
}

// keysOf makes keys of pairs of account and contract.
func keysOf(pairs ...string) (keys []ContractKey) {
	for pair := range slices.Chunk(pairs, 2) {
		keys = append(keys, ContractKey{Account: pair[0], Contract: pair[1]})
	}
	return keys
}
