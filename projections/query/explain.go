package query

import (
	"context"
	"fmt"

	"zhangben/projections"
)

// Explain returns the lines that add up to the figures of a contract, or to the one named, which is found as Contract
// finds it.
func (r *Reader) Explain(ctx context.Context, id, account, figure string, at At) (projections.Explanation, error) {
	ask := func(ctx context.Context, f accountFacts) (projections.Explanation, bool, error) {
		return projections.Explain(ctx, f.account, id, figure, f.own, f.others, at.AsOf)
	}
	x, err := factsAnswer(ctx, r, id, account, at, ask)
	x.KnownAtSeq = uint64(at.KnownAt)
	return x, err
}

// ExplainWallet returns the lines that add up to an account's wallet.
func (r *Reader) ExplainWallet(ctx context.Context, account string, at At) (projections.Explanation, error) {
	ctx, end := r.turn(ctx)
	defer end()
	facts, err := r.load(ctx, account, at.KnownAt)
	if err != nil {
		return projections.Explanation{}, err
	}
	x, ok, err := projections.ExplainWallet(ctx, account, facts.own, facts.others, at.AsOf)
	if err != nil {
		return x, err
	}
	if !ok {
		return x, fmt.Errorf("account %s: %w", account, ErrNotFound)
	}
	x.KnownAtSeq = uint64(at.KnownAt)
	return x, nil
}

// WhyNot answers a question about a contract condition by condition.
func (r *Reader) WhyNot(ctx context.Context, id, account string, q projections.Question,
	at At) (projections.WhyNot, error) {
	ask := func(ctx context.Context, f accountFacts) (projections.WhyNot, bool, error) {
		return projections.WhyNotOf(ctx, f.account, id, q, f.own, f.others, at.AsOf)
	}
	w, err := factsAnswer(ctx, r, id, account, at, ask)
	w.KnownAtSeq = uint64(at.KnownAt)
	return w, err
}

// Timeline lists what changes by itself in a contract's life.
func (r *Reader) Timeline(ctx context.Context, id, account string, at At) (projections.Timeline, error) {
	ask := func(ctx context.Context, f accountFacts) (projections.Timeline, bool, error) {
		return projections.TimelineOf(ctx, f.account, id, f.own, f.others, at.AsOf)
	}
	t, err := factsAnswer(ctx, r, id, account, at, ask)
	t.KnownAtSeq = uint64(at.KnownAt)
	return t, err
}

// factsAnswer asks about a contract in the facts of each account that may have it, and returns the only answer there
// is.
func factsAnswer[T any](ctx context.Context, r *Reader, id, account string, at At,
	ask func(context.Context, accountFacts) (T, bool, error)) (T, error) {
	return contractAnswer(ctx, r, id, account, func(ctx context.Context, account string) (answer T, ok bool, err error) {
		facts, err := r.load(ctx, account, at.KnownAt)
		if err != nil {
			return answer, false, err
		}
		return ask(ctx, facts)
	})
}
