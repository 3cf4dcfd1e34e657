package query

import (
	"context"

	"zhangben/projections"
)

// Terms returns the terms in force at two clocks.
func (r *Reader) Terms(ctx context.Context, at At) (projections.TermsInForce, error) {
	facts, err := r.global.upTo(ctx, r, at.KnownAt)
	if err != nil {
		return projections.TermsInForce{}, err
	}
	in, err := projections.InForce(ctx, facts, at.AsOf)
	in.KnownAtSeq = uint64(at.KnownAt)
	return in, err
}
