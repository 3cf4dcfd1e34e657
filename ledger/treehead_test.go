package ledger

import (
	"errors"
	"fmt"
	"testing"

	"zhangben/events/civil"
)

// A log tells of every message of its epoch how it stood then: with as many records and the root that it had.
func TestStandingIsWhatTheLogWasThen(t *testing.T) {
	l := keeping(t, t.TempDir())
	stood := []TreeHead{}
	note := func() {
		t.Helper()
		s, err := l.TreeHead(l.Position().StreamSeq)
		if err != nil {
			t.Fatal(err)
		}
		stood = append(stood, s)
	}
	for n := 1; n <= 300; n++ {
		arrival := stated(n, paid(n, "acct-1", "HT-1", 100))
		switch {
		case n%7 == 0:
			arrival = malformed(n)
		case n%5 == 0:
			arrival = stated(n, paid(n-1, "acct-1", "HT-1", 100)) // says what the message before it said
		}
		if _, err := l.Append([]Arrival{arrival}); err != nil {
			t.Fatal(err)
		}
		note()
	}
	for _, want := range stood {
		if got, err := l.TreeHead(want.StreamSeq); err != nil || got != want {
			t.Fatalf("after message %d: %+v, %v; it was %+v", want.StreamSeq, got, err, want)
		}
	}
	if got, err := l.TreeHead(0); err != nil || got.Seq != 0 || got.Root != emptyRoot {
		t.Errorf("before all: %+v, %v", got, err)
	}
	if _, err := l.TreeHead(301); !errors.Is(err, ErrNotFound) {
		t.Errorf("after a message to come: %v", err)
	}
}

func TestStandingCountsMessagesOfThePresentEpoch(t *testing.T) {
	l := keeping(t, t.TempDir())
	for n := 1; n <= 100; n++ {
		if _, err := l.Append([]Arrival{stated(n, paid(n, "acct-1", "HT-1", 100))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Adopt("BILLING", opened.Add(civil.Seconds(1_000)), false); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 10; n++ {
		if _, err := l.Append([]Arrival{stated(n, paid(200+n, "acct-1", fmt.Sprintf("HT-%d", n), 100))}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range uint64(11) {
		s, err := l.TreeHead(n)
		root, errRoot := l.Root(100 + Seq(n))
		if err != nil || errRoot != nil || s.Seq != 100+Seq(n) || s.Root != root {
			t.Errorf("after message %d: %+v, %v", n, s, err)
		}
	}
}
