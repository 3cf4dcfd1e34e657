package replica

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
)

func TestInstancesOfOneStreamAgreeHoweverFarTheyAre(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(100, 0)
	b.hears("a", a) // b has read nothing yet
	if state := b.state("a"); state != Ahead {
		t.Errorf("before anything was read: %s", state)
	}
	b.read(60, 0)
	a.hears("b", b)
	b.hears("a", a)
	if a.state("b") != Agrees || b.state("a") != Ahead {
		t.Errorf("b is behind: a says %s, b says %s", a.state("b"), b.state("a"))
	}
	b.read(130, 0)
	b.peers.compare()
	if peer := b.peers.List()[0]; peer.State != Agrees || peer.Agreed != 100 || peer.Behind != 30 {
		t.Errorf("b has come past a: %+v", peer)
	}
	if err := errors.Join(a.peers.Err(), b.peers.Err()); err != nil {
		t.Error(err)
	}
}

func TestOneRecordThatDiffersIsSaidByBoth(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(200, 0)
	b.read(90, 70)
	a.hears("b", b) // and from now on speaks of message 90, to which b has come
	b.hears("a", a)
	for name, i := range map[string]*instance{"a": a, "b": b} {
		err := i.peers.Err()
		if !errors.Is(err, ErrDiffers) {
			t.Fatalf("%s finds nothing: %v", name, err)
		}
		for _, text := range []string{"after message 90", "zhangben verify", i.announcedRoot(90)} {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s does not say %q: %v", name, text, err)
			}
		}
	}
}

// announcedRoot is the root that the instance had after a message, as it is shown.
func (i *instance) announcedRoot(streamSeq uint64) string {
	i.t.Helper()
	s, err := i.log.TreeHead(streamSeq)
	if err != nil {
		i.t.Fatal(err)
	}
	return s.Root.String()
}

// A record more or less is a difference even while the roots of the smaller log are the same.
func TestAMessageTakenByOneOnlyIsADifference(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(10, 0)
	b.read(9, 0)
	refused := message(t, 10, 10)
	refused.Event = nil
	if _, err := b.log.Append([]ledger.Arrival{refused}); err != nil {
		t.Fatal(err)
	}
	a.hears("b", b)
	b.hears("a", a)
	if !errors.Is(a.peers.Err(), ErrDiffers) || !errors.Is(b.peers.Err(), ErrDiffers) {
		t.Errorf("a: %v; b: %v", a.peers.Err(), b.peers.Err())
	}
}

func TestAnnouncementsAheadAreComparedWhenTheLogGetsThere(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	for n := uint64(1); n <= 50; n++ { // the first and the last ones are remembered
		a.read(10*n, 25)
		b.hears("a", a)
	}
	if n := len(b.peers.byName["a"].pending); n != maxPending {
		t.Errorf("%d announcements are remembered", n)
	}
	b.read(29, 0)
	if b.peers.compare() != nil {
		t.Error(b.peers.Err())
	}
	b.read(30, 0)
	if found := b.peers.compare(); found == nil || found.mine.StreamSeq != 30 || found.agreed != 20 {
		t.Errorf("not found at message 30: %+v", found)
	}
}

func TestTheSideOfAThirdIsNamed(t *testing.T) {
	a, b, c := newInstance(t), newInstance(t), newInstance(t)
	a.read(50, 0)
	b.read(50, 0)
	c.read(50, 20)
	a.hears("b", b)
	a.hears("c", c)
	c.hears("a", a)
	c.hears("b", b)
	if err := a.peers.Err(); err == nil || !strings.Contains(err.Error(), "b has the same log as this instance there") {
		t.Errorf("a: %v", err)
	}
	if err := c.peers.Err(); err == nil || !strings.Contains(err.Error(), "b differs from this instance too") {
		t.Errorf("c: %v", err)
	}
}

func TestWhatConcernsAnotherLogIsIgnored(t *testing.T) {
	a := newInstance(t)
	a.read(50, 0)
	other := newInstanceOf(t, "BILLING", opened.Add(civil.Seconds(1)))
	other.read(50, 20)
	a.hears("other", other)
	for _, text := range []string{"", `{"form":2}`, `{"form":3}`, strings.Repeat("x", 1<<20)} {
		a.peers.receive([]byte(text), time.Now())
	}
	a.hears("a", a)
	if err := a.peers.Err(); err != nil || len(a.peers.List()) != 0 {
		t.Errorf("%v, %+v", err, a.peers.List())
	}
	if got, want := a.peers.Counts(), (Counts{Malformed: 2, OtherForm: 2, Strangers: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if n := strings.Count(a.said.String(), "run one version everywhere"); n != 1 {
		t.Errorf("another form was said %d times:\n%s", n, a.said)
	}
}

// A log that adopted the stream has another history before it than one that began with it.
func TestLogsOfDifferentEpochsAreNotCompared(t *testing.T) {
	a, b := newInstanceOf(t, "BILLING", opened.Add(civil.Seconds(-1))), newInstance(t)
	a.read(5, 0)
	if err := a.log.Adopt("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	a.read(5, 0)
	b.read(5, 0)
	a.hears("b", b)
	b.hears("a", a)
	if a.state("b") != OtherEpoch || b.state("a") != OtherEpoch || a.peers.Err() != nil || b.peers.Err() != nil {
		t.Errorf("a: %s, %v; b: %s, %v", a.state("b"), a.peers.Err(), b.state("a"), b.peers.Err())
	}
	if !strings.Contains(b.said.String(), "restore one from a backup of the other") {
		t.Errorf("nothing is said of it:\n%s", b.said)
	}
}

// What was announced of a stream is not held against another that the log went over to.
func TestGoingOverToANewStreamForgetsWhatWasAheadOnTheOldOne(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(10, 3)
	b.hears("a", a)
	b.adopt()
	b.read(20, 0)
	if b.peers.compare() != nil {
		t.Error(b.peers.Err())
	}
}

// What is announced is about the stream that the log is of now, whatever it differed in before.
func TestADifferenceOfAStreamLeftBehindIsNotAnnouncedOfTheNewOne(t *testing.T) {
	a, b, c := newInstance(t), newInstance(t), newInstance(t)
	a.read(60, 50)
	b.read(60, 0)
	c.read(60, 0)
	a.hears("b", b)
	a.adopt()
	a.read(10, 0)
	c.adopt()
	c.read(10, 0)
	heard, err := parse(a.announcement("a"))
	if err != nil || heard.StreamSeq != 10 {
		t.Errorf("%+v, %v", heard, err)
	}
	if !errors.Is(a.peers.Err(), ErrDiffers) {
		t.Error("the difference is forgotten")
	}
}

// An instance that still reads the stream of before has read nothing of the one that there is now.
func TestWhatWasReadOfAnotherStreamIsNotReadOfThisOne(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(100, 0)
	b.read(100, 0)
	a.hears("b", b)
	a.adopt()
	a.read(40, 0)
	for range 2 {
		if err := a.peers.HaveRead(40); !errors.Is(err, ErrBehind) {
			t.Errorf("b has read 100 messages of the stream of before: %v", err)
		}
		if peer := a.peers.List()[0]; peer.State != OtherStream || peer.OK() {
			t.Errorf("%+v", peer)
		}
		a.hears("b", b)
	}
	b.adopt()
	b.read(40, 0)
	a.hears("b", b)
	if err := a.peers.HaveRead(40); err != nil || a.state("b") != Agrees {
		t.Errorf("b has adopted it: %s, %v", a.state("b"), err)
	}
}

func TestAnotherVersionIsComparedAndSaid(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	b.peers.version = "0.2.0"
	a.read(5, 0)
	b.read(5, 0)
	a.hears("b", b)
	a.hears("b", b)
	if n := strings.Count(a.said.String(), "of another version"); a.state("b") != Agrees || n != 1 {
		t.Errorf("%s, said %d times", a.state("b"), n)
	}
}

func TestMemoryOfOthersIsBounded(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(5, 0)
	b.read(5, 0)
	begun := time.Now()
	for n := range 1_000 {
		b.peers.receive(a.announcement(fmt.Sprintf("node-%d", n)), begun.Add(time.Duration(n)*time.Second))
	}
	b.peers.compare()
	list := b.peers.List()
	if len(list) != maxPeers || list[0].Instance != "node-968" || list[0].State != Agrees {
		t.Errorf("%d peers, the first %+v", len(list), list[0])
	}
}
