package replica

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"zhangben/ledger"
)

func TestWhereADifferenceBeginsIsFoundWithFewQuestions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		altered := 1 + random.Uint64N(1_000)
		a, b := newInstance(t), newInstance(t)
		a.read(1_000, altered)
		b.read(1_000, 0)
		a.hears("b", b)
		asked := 0
		ask := func(_ context.Context, r headRequest) (ledger.TreeHead, error) {
			asked++
			return b.peers.head(r)
		}
		first, err := a.peers.bisect(t.Context(), a.peers.difference, ask)
		if err != nil || first.mine.StreamSeq != altered || first.mine.Root == first.theirs.Root || asked > 10 {
			t.Errorf("altered at %d, found %+v after %d questions, %v", altered, first, asked, err)
		}
	}
}

func TestAPeerThatGivesNoAnswerLeavesTheDifferenceAsItIs(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(100, 50)
	b.read(100, 0)
	a.hears("b", b)
	gone := errors.New("gone")
	_, err := a.peers.bisect(t.Context(), a.peers.difference, func(context.Context, headRequest) (ledger.TreeHead, error) {
		return ledger.TreeHead{}, gone
	})
	if !errors.Is(err, gone) || a.peers.difference.point() != 100 {
		t.Errorf("%v, %d", err, a.peers.difference.point())
	}
}

// A log that goes on with another stream in between has other messages under the sequences asked for.
func TestADifferenceOfAStreamLeftBehindIsNotBisected(t *testing.T) {
	a, b := newInstance(t), newInstance(t)
	a.read(100, 50)
	b.read(100, 0)
	a.hears("b", b)
	d := a.peers.difference
	a.adopt()
	a.read(100, 0)
	ask := func(_ context.Context, r headRequest) (ledger.TreeHead, error) {
		return b.log.TreeHead(r.StreamSeq)
	}
	if first, err := a.peers.bisect(t.Context(), d, ask); !errors.Is(err, errOtherStream) {
		t.Errorf("%+v, %v", first, err)
	}
}
