// Package live keeps the current figures of every contract up to date: what totals, lists, filters and counters need.
// All of it may be thrown away.
//
// Sums that each event and each midnight change by rules of their own would be a second fold, which could disagree with
// the first. A [Set] folds with the one fold there is, and only the accounts that may have moved: those with a record
// that is new to it, and those that reached the instant up to which their last fold was good. Both are marked stale;
// when none is stale the set is what folding every account makes.
//
// Most accounts move at midnight. So in the last hour of a day those that will are folded ahead, for the first instant
// of the next, so that the first question after midnight need not fold every account.
package live

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
)

// Batch is some accounts to be folded for an instant, up to a record.
type Batch struct {
	Accounts []uint32 // numbers in the log
	AsOf     civil.Instant
	Known    ledger.Seq
	Workers  int  // how many goroutines may fold
	Ahead    bool // the instant has not come yet
}

// Folded is what folding an account makes.
type Folded struct {
	Book   *projections.Book // nil for none
	Until  civil.Instant     // before which the book is good
	Linked []string          // other accounts whose records it follows from, too
}

// Fold folds a batch and calls visit, on any goroutine and in any order, with the place of each account in the batch.
// After an error some were not visited.
type Fold func(ctx context.Context, b Batch, visit func(i int, folded Folded)) error

// Set is the current figures of all accounts of a log. Many goroutines may use it.
type Set struct {
	log  *ledger.Log
	fold Fold

	turn     *semaphore.Weighted // held by whoever reads or changes what follows
	begun    bool
	accounts []account  // by number in the log
	sum      Sums       // of the figures of all accounts
	stale    []uint32   // numbers of accounts to be folded again; until then their figures stay in the sum
	unfilled []uint32   // numbers of accounts folded ahead: the cache has no answers of theirs
	ends     endings    // when figures cease to be good
	linked   links      // which accounts follow from records of others
	noted    ledger.Seq // records up to here have been noted, and no others are known to any figures
	latest   civil.Instant
	next     *nextDay // in the last hour of a day
	whole    bool     // no account was stale once

	done, of   atomic.Int64 // how many accounts are not stale, of how many
	exceptions atomic.Int64 // in all figures, and one more; 0 before every account was folded once
}

// account is the figures of an account, and whether they are stale.
type account struct {
	Account
	stale bool
}

// New returns a set of a log, which folds with fold.
func New(log *ledger.Log, fold Fold) *Set {
	return &Set{log: log, fold: fold, turn: semaphore.NewWeighted(1)}
}

// Exceptions returns how many exceptions there are, as far as the set has come: it waits for nothing. known is false
// before every account was folded once.
func (s *Set) Exceptions() (n int, known bool) {
	n = int(s.exceptions.Load())
	return n - 1, n > 0
}

// Progress returns how many accounts are up to date, of how many.
func (s *Set) Progress() (done, of int) { return int(s.done.Load()), int(s.of.Load()) }

// Busy reports whether a question would have to wait for another, or for Follow.
func (s *Set) Busy() bool {
	if !s.turn.TryAcquire(1) {
		return true
	}
	s.turn.Release(1)
	return false
}

// totalsBatch is how many accounts are folded at a time for a question.
const totalsBatch = 4096

// Totals returns the sums at the present, which it reads once, when its turn has come. It folds what is stale, which is
// little where Follow runs.
func (s *Set) Totals(ctx context.Context, now func() civil.Instant, workers int) (*Totals, error) {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer s.turn.Release(1)
	t := now()
	if err := s.advance(ctx, t); err != nil {
		return nil, err
	}
	defer s.publish()
	for len(s.stale) > 0 {
		s.publish()
		if err := s.refresh(ctx, t, totalsBatch, workers); err != nil {
			return nil, err
		}
	}
	return s.sum.Totals(t, s.noted), nil
}

// Forget throws all figures away.
func (s *Set) Forget(ctx context.Context) error {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.turn.Release(1)
	s.begun, s.next = false, nil
	return nil
}

// publish tells those who do not wait how far the set has come.
func (s *Set) publish() {
	s.done.Store(int64(len(s.accounts) - len(s.stale)))
	s.of.Store(int64(len(s.accounts)))
	s.whole = s.whole || len(s.stale) == 0
	if s.whole {
		s.exceptions.Store(int64(s.sum.exceptions) + 1)
	}
}
