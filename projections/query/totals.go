package query

import (
	"context"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/query/live"
)

// Totals are sums over all accounts, and a Sum is one of them.
type (
	Totals = live.Totals
	Sum    = live.Sum
)

// Statuses and Flags list what Totals count, in the order of the figures.
var (
	Statuses = live.Statuses
	Flags    = live.Flags
)

// TotalsNow returns the totals of everything in the log at the present, which it reads once, when its turn has come:
// what Totals returns for the same instants. It folds what is stale, which is little where KeepTotals runs beside it.
func (r *Reader) TotalsNow(ctx context.Context, now func() civil.Instant) (*Totals, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	if q := questionOf(ctx); q != nil && r.live.Busy() {
		q.needTurn() // to wait for a long fold is to take long
	}
	totals, err := r.live.Totals(ctx, now, workers())
	return totals, unfinished(err, r.live.Progress)
}

// KeepTotals keeps the totals at the present up to date, and the answers about contracts, until ctx is done or the log
// is closed.
func (r *Reader) KeepTotals(ctx context.Context, now func() civil.Instant) error {
	return r.live.Follow(ctx, now)
}

// ExceptionCount returns how many exceptions there are at the present, as KeepTotals and those who ask for totals have
// found: it waits for nothing. known is false before every account has been folded once.
func (r *Reader) ExceptionCount() (n int, known bool) { return r.live.Exceptions() }

// CheckTotals compares the totals at the present with what folding every account makes, and says what differs, "" for
// nothing. Where something does, what was kept is thrown away.
func (r *Reader) CheckTotals(ctx context.Context, now func() civil.Instant) (found string, err error) {
	kept, err := r.TotalsNow(ctx, now)
	if err != nil {
		return "", err
	}
	full, err := r.Totals(ctx, At{AsOf: kept.AsOf, KnownAt: ledger.Seq(kept.KnownAtSeq)})
	if err != nil || kept.Equal(full) {
		return "", err
	}
	if err := r.live.Forget(ctx); err != nil {
		return "", err
	}
	return "the totals kept at hand were not those of all accounts; they were thrown away, and are right from now on", nil
}

// Totals folds every account and adds up: exact at any instants, in a time that grows with the log. TotalsNow is the
// quick way to the present. Those who ask for the same instants at a time share the work.
func (r *Reader) Totals(ctx context.Context, at At) (*Totals, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	return r.totals.ask(ctx, at, func(ctx context.Context, done *progress) (*Totals, error) {
		return r.addUp(ctx, at, done)
	})
}

// addUp folds every account.
func (r *Reader) addUp(ctx context.Context, at At, done *progress) (*Totals, error) {
	var sums live.Sums
	after, all := "", r.log.AccountCount()
	for n := 0; ; {
		done.set(n, all)
		ids := r.log.Accounts(after, window)
		if len(ids) == 0 {
			return sums.Totals(at.AsOf, at.KnownAt), ctx.Err()
		}
		figures := make([]live.Account, len(ids))
		err := r.each(ctx, workers(), ids, at.KnownAt, func(ctx context.Context, i int, facts *accountFacts) error {
			book, ok, err := facts.book(ctx, at)
			if ok {
				figures[i] = live.AccountOf(&book, at.AsOf, at.AsOf)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		for i := range figures {
			sums.Add(&figures[i])
		}
		n, after = n+len(ids), ids[len(ids)-1]
	}
}
