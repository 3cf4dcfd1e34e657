// Package query answers questions about the log: it reads the facts known, hands them to the fold of package
// projections, and pages through what comes back.
//
// A question about one contract goes this way: [Reader.AppendContract] looks for the answer in the cache (book.go,
// query/cache). Where there is none that is good, the account's facts are read (facts.go), but for those the cache has;
// they are folded, and facts, book and answers put into the cache. Questions about many accounts read the facts in
// batches (batch.go), side by side (parallel.go). Totals at the present are kept by query/live (totals.go). Questions
// that take long make room for others (question.go, throttle.go).
package query

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query/cache"
	"zhangben/projections/query/live"
)

// Reader answers from one log. It may be used by many goroutines at once, while the log grows.
type Reader struct {
	log      *ledger.Log
	global   globalFacts
	cache    *cache.Cache
	reading  lock // held while many records of one account are read
	live     *live.Set
	totals   sharedTotals
	throttle throttle
}

// New returns a reader of log, which must stay open for as long as the reader is used.
func New(log *ledger.Log) *Reader {
	r := &Reader{
		log:      log,
		global:   globalFacts{growing: newLock()},
		cache:    cache.New(cache.MostDecoded, cache.MostBytes),
		reading:  newLock(),
		throttle: throttle{log: log},
	}
	r.live = live.New(log, r.foldLive)
	return r
}

// ErrNotFound says that nothing of the name has an effective event at the instants asked about.
var ErrNotFound = errors.New("not found")

// AmbiguousError says that several accounts use one contract id; they are listed in order of their ids.
type AmbiguousError struct {
	Contract string
	Accounts []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("contract %s belongs to several accounts: %s", e.Contract, strings.Join(e.Accounts, ", "))
}

// AppendContract appends the figures of one contract in JSON: those that Contract returns.
func (r *Reader) AppendContract(ctx context.Context, dst []byte, id, account string, at At) ([]byte, error) {
	if candidates := r.candidates(id, account); len(candidates) == 1 {
		held, good := r.held(ctx, candidates[0], at)
		if good {
			answer, found := held.Answers.Append(dst, id, candidates[0], at.AsOf, uint64(at.KnownAt))
			if found {
				return answer, nil
			}
		}
	}
	figures, err := r.Contract(ctx, id, account, at)
	if err != nil {
		return dst, err
	}
	return figures.AppendJSON(dst), nil
}

// Contract returns the figures of one contract. Contract ids are unique within an account: with account "" the contract
// is looked for in all of them, and an *AmbiguousError answers where several have one of that id.
func (r *Reader) Contract(ctx context.Context, id, account string, at At) (projections.Figures, error) {
	ask := func(ctx context.Context, account string) (f projections.Figures, ok bool, err error) {
		book, err := r.book(ctx, account, at)
		if err != nil || book == nil {
			return f, false, err
		}
		found := contractIn(book, id)
		if found == nil {
			return f, false, nil
		}
		return contractAt(found, at), true, nil
	}
	return contractAnswer(ctx, r, id, account, ask)
}

// candidates lists the accounts that may have a contract: the one named, or for "" all that use its id.
func (r *Reader) candidates(id, account string) []string {
	if account != "" {
		return []string{account}
	}
	return r.log.ContractAccounts(id)
}

// contractAnswer asks about a contract in each account that may have it, and returns the only answer there is.
func contractAnswer[T any](ctx context.Context, r *Reader, id, account string,
	ask func(ctx context.Context, account string) (T, bool, error)) (answer T, err error) {
	ctx, end := r.turn(ctx)
	defer end()
	var found []string
	for _, candidate := range r.candidates(id, account) {
		one, ok, err := ask(ctx, candidate)
		if err != nil {
			return answer, err
		}
		if ok {
			answer, found = one, append(found, candidate)
		}
	}
	return answer, onlyOne(id, found)
}

// onlyOne is nil where exactly one account was found to have a contract.
func onlyOne(id string, found []string) error {
	switch len(found) {
	case 0:
		return fmt.Errorf("contract %s: %w", id, ErrNotFound)
	case 1:
		return nil
	}
	return &AmbiguousError{Contract: id, Accounts: found}
}

// Account returns the figures of one customer account.
func (r *Reader) Account(ctx context.Context, id string, at At) (figures projections.AccountFigures, err error) {
	ctx, end := r.turn(ctx)
	defer end()
	book, err := r.book(ctx, id, at)
	if err != nil {
		return figures, err
	}
	if book == nil {
		return figures, fmt.Errorf("account %s: %w", id, ErrNotFound)
	}
	figures = book.Account
	figures.AsOf, figures.KnownAtSeq = at.AsOf, uint64(at.KnownAt)
	return figures, nil
}

// contractIn finds a contract in a book, or nil.
func contractIn(book *projections.Book, id string) *projections.Figures {
	i, found := slices.BinarySearchFunc(book.Contracts, id, func(c projections.Figures, id string) int {
		return strings.Compare(c.ContractID, id)
	})
	if !found {
		return nil
	}
	return &book.Contracts[i]
}

// contractAt returns a copy of figures with the clocks of a question.
func contractAt(c *projections.Figures, at At) projections.Figures {
	figures := *c
	figures.AsOf, figures.KnownAtSeq = at.AsOf, uint64(at.KnownAt)
	return figures
}
