package query

import (
	"context"
	"sync/atomic"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
)

// present keeps the standings by which the totals at the present are known without folding every account: today's, and,
// in the last hour before midnight, those of the day to come, so that 00:00 is no cliff. All of it may be thrown away.
//
// Folding every account whenever somebody asks takes some 9 us of processor a contract of ten events. Sums that each event
// and each midnight change by rules of their own would be a second fold, which could disagree with the first. This folds
// with the one fold there is, and only accounts whose figures may have moved: with a million contracts, three to an account,
// 0.02 ms where there is nothing new, 250 ms where 10,000 accounts all over the log have a new record, and 4.8 s on two
// processors for all of them.
type present struct {
	at       lock       // guards the two below
	today    *standings // nil before the first question
	tomorrow *standings // nil but for the last hour of the day

	progress   progress     // of folding what is stale today
	exceptions atomic.Int64 // as they were last counted, and one more; 0 before the first count
}

// ExceptionCount returns how many exceptions there are at the present, as KeepTotals and those who ask for totals have
// found: it waits for nothing. known is false before every account has been folded once.
func (r *Reader) ExceptionCount() (n int, known bool) {
	n = int(r.present.exceptions.Load())
	return n - 1, n > 0
}

// counted takes in what the standings of today have come to.
func (p *present) counted() {
	p.progress.set(len(p.today.of)-len(p.today.stale), len(p.today.of))
	p.today.whole = p.today.whole || len(p.today.stale) == 0
	if p.today.whole {
		p.exceptions.Store(int64(p.today.tally.exceptions) + 1)
	}
}

// aheadOfMidnight is when work on the day to come begins, at a fifth of a processor enough for ten million accounts.
const aheadOfMidnight = 3600 // seconds

// TotalsNow gives the totals of everything in the log at the present, which it reads once, when its turn has come: what
// Totals gives for the same instants. It folds what is stale, which is little where KeepTotals runs beside it: after
// that has been through all accounts once, only those that had records since it last looked.
func (r *Reader) TotalsNow(ctx context.Context, now func() civil.Instant) (*Totals, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	totals, at, err := r.present.totals(ctx, r, now)
	if totals == nil && err == nil {
		return r.Totals(ctx, at)
	}
	return totals, r.present.progress.unfinished(err)
}

// CheckTotals compares the totals at the present with what folding every account gives, and says what differs, "" for
// nothing. Where something does, the standings are thrown away.
func (r *Reader) CheckTotals(ctx context.Context, now func() civil.Instant) (found string, err error) {
	kept, err := r.TotalsNow(ctx, now)
	if err != nil {
		return "", err
	}
	full, err := r.Totals(ctx, At{AsOf: kept.AsOf, KnownAt: ledger.Seq(kept.KnownAtSeq)})
	if err != nil || kept.equal(full) {
		return "", err
	}
	if err := r.present.forget(ctx); err != nil {
		return "", err
	}
	return "the totals kept at hand were not those of all accounts; they were thrown away, and are right from now on", nil
}

func (p *present) forget(ctx context.Context) error {
	if err := p.at.lock(ctx); err != nil {
		return err
	}
	defer p.at.unlock()
	p.today, p.tomorrow = nil, nil
	return nil
}

// totals gives none at 00:00 itself, which lies between two days: some figures move then, others just after.
func (p *present) totals(ctx context.Context, r *Reader, now func() civil.Instant) (*Totals, At, error) {
	if q := questionOf(ctx); q != nil && len(p.at) > 0 {
		q.needTurn() // to wait for a long fold is to take long
	}
	if err := p.at.lock(ctx); err != nil {
		return nil, At{}, err
	}
	defer p.at.unlock()
	at := At{AsOf: now(), KnownAt: r.log.Last()}
	day := p.day(r.log, at.AsOf)
	if day == nil {
		return nil, at, nil
	}
	if err := day.note(ctx, r.log.Last()); err != nil {
		return nil, at, err
	}
	defer p.counted()
	day.expire(at.AsOf)
	for len(day.stale) > 0 {
		p.counted()
		if err := day.refresh(ctx, r, at.AsOf, window, workers(), keepMissing); err != nil {
			return nil, at, err
		}
	}
	day.folded = at.AsOf
	at.KnownAt = day.noted
	return day.tally.totals(at), at, nil
}

// day gives the standings that are good at t, or nil. It begins anew on a day that nobody prepared, and where the clock
// was set back.
func (p *present) day(log *ledger.Log, t civil.Instant) *standings {
	if p.tomorrow != nil && !t.Before(p.tomorrow.from) {
		p.today, p.tomorrow = p.tomorrow, nil
		p.today.before = nil
	}
	if t == t.Date().Start() {
		return nil
	}
	if p.today == nil || t.Before(p.today.folded) || !t.Before(p.today.to) {
		last := log.Last() // before the accounts are counted, so that whoever comes in between is noted
		p.today, p.tomorrow = newStandings(log, last, t, t.Date().End()), nil
	}
	return p.today
}

// KeepTotals folds what becomes stale, and keeps answers that have lapsed anew, one step after the other with pauses in
// between, until ctx is done or the log is closed: a fifth of one processor, and less while the log grows.
func (r *Reader) KeepTotals(ctx context.Context, now func() civil.Instant) error {
	pause, last := time.Duration(0), r.log.Last()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		start := time.Now()
		worked, err := r.present.step(ctx, r, now)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		took, grew := time.Since(start), r.log.Last() != last
		switch {
		case !worked:
			pause = idlePause
		case grew:
			pause = 19 * took
		default:
			pause = 4 * took
		}
		last = r.log.Last()
	}
}

// idlePause is how long KeepTotals waits when nothing is stale.
const idlePause = 200 * time.Millisecond

// stepAccounts is how many accounts are folded in one step: a question that comes meanwhile waits for its end.
const stepAccounts = 64

// step folds some stale accounts of today, or else of the day to come. worked is false where there were none.
func (p *present) step(ctx context.Context, r *Reader, now func() civil.Instant) (worked bool, err error) {
	if err := p.at.lock(ctx); err != nil {
		return false, err
	}
	defer p.at.unlock()
	t := now() // when its turn has come: to go back behind a question would be to begin anew
	day := p.day(r.log, t)
	if day == nil {
		return false, nil
	}
	if err := day.note(ctx, r.log.Last()); err != nil {
		return false, err
	}
	defer p.counted()
	day.expire(t)
	day.markLapsed(&r.kept, t, stepAccounts)
	if len(day.stale) > 0 {
		return true, day.refresh(ctx, r, t, stepAccounts, 1, keepAll)
	}
	if t.Add(civil.Seconds(aheadOfMidnight)).Before(day.to) {
		return false, nil
	}
	return p.prepare(ctx, r, day)
}

// prepare folds some accounts for the first instant after midnight. Those that rest until then stand as they do today.
func (p *present) prepare(ctx context.Context, r *Reader, today *standings) (worked bool, err error) {
	if p.tomorrow == nil {
		from := today.to.Add(civil.Nanosecond)
		p.tomorrow = newStandings(today.log, today.noted, from, from.Date().End())
		p.tomorrow.before = today
	}
	if err := p.tomorrow.note(ctx, today.noted); err != nil || len(p.tomorrow.stale) == 0 {
		p.tomorrow.whole = err == nil
		return false, err
	}
	return true, p.tomorrow.refresh(ctx, r, p.tomorrow.from, stepAccounts, 1, keepNone)
}
