package projections_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhangben/events/civil"
	"zhangben/projections"
)

// fold is projections.Fold for a caller that stays.
func fold(account string, own, others []projections.Fact, asOf civil.Instant) (projections.Book, bool) {
	book, ok, err := projections.Fold(context.Background(), account, own, others, asOf)
	if err != nil {
		panic(err)
	}
	return book, ok
}

// TestWorkEndsWithItsCaller asks everything there is to ask about long histories. The caller is gone from the first
// look at its context on; or it stays, and is looked at often, even on a machine that is busy with other tests.
func TestWorkEndsWithItsCaller(t *testing.T) {
	for _, h := range longHistories(1_000) {
		for name, ask := range questionsOf(h) {
			t.Run(h.name+"/"+name, func(t *testing.T) {
				gone, cancel := context.WithCancel(t.Context())
				cancel()
				if err := ask(gone); !errors.Is(err, context.Canceled) {
					t.Errorf("for a caller that is gone: %v", err)
				}
				staying := &looks{Context: t.Context(), last: time.Now()}
				if err := ask(staying); err != nil && !errors.Is(err, projections.ErrTooMuchToExplain) {
					t.Fatal(err)
				}
				if _ = staying.Err(); staying.longest > 500*time.Millisecond {
					t.Errorf("%v without a look at the context", staying.longest)
				}
			})
		}
	}
}

// looks is a context that notes the longest time between two looks at it.
type looks struct {
	context.Context
	last    time.Time
	longest time.Duration
}

func (l *looks) Err() error {
	now := time.Now()
	l.longest = max(l.longest, now.Sub(l.last))
	l.last = now
	return l.Context.Err()
}

// questionsOf lists everything that can be asked about a history.
func questionsOf(h longHistory) map[string]func(context.Context) error {
	last := func(_, _ any, err error) error { return err }
	return map[string]func(context.Context) error{
		"fold": func(ctx context.Context) error {
			return last(projections.Fold(ctx, account, h.facts, nil, h.asOf))
		},
		"until": func(ctx context.Context) error {
			_, _, _, _, err := projections.FoldUntil(ctx, account, h.facts, nil, h.asOf)
			return err
		},
		"explain": func(ctx context.Context) error {
			return last(projections.Explain(ctx, account, contract, "", h.facts, nil, h.asOf))
		},
		"wallet": func(ctx context.Context) error {
			return last(projections.ExplainWallet(ctx, account, h.facts, nil, h.asOf))
		},
		"timeline": func(ctx context.Context) error {
			return last(projections.TimelineOf(ctx, account, contract, h.facts, nil, h.asOf))
		},
		"why not": func(ctx context.Context) error {
			return last(projections.WhyNotOf(ctx, account, contract, projections.WhyNotLateFee, h.facts, nil, h.asOf))
		},
	}
}
