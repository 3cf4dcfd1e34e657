// Package query answers questions about the log: it gathers the facts known, hands them to the fold of package
// projections, and pages through what comes back. What it keeps may be thrown away at any moment: decoded facts, which
// never change (terms.go); the books of the accounts asked about last (recent.go); the answers about contracts
// at the present, packed (kept.go); and what each account adds to the totals of the day, by which the totals at the present
// are known without folding every account (present.go).
package query

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
)

// Reader answers from one log. It may be used by many goroutines at once, while the log grows.
type Reader struct {
	log      *ledger.Log
	global   globalFacts
	recent   recent
	reading  lock // held while many records of one account are read
	kept     kept
	present  present
	totals   sharedTotals
	throttle throttle
}

// New returns a reader of log, which must stay open for as long as the reader is used.
func New(log *ledger.Log) *Reader {
	return &Reader{
		log:      log,
		global:   globalFacts{growing: newLock()},
		reading:  newLock(),
		present:  present{at: newLock()},
		throttle: throttle{log: log},
	}
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

// Contract gives the figures of one contract. Contract ids are unique within an account: with account "" the contract is
// looked for in all of them, and an *AmbiguousError answers where several have one of that id.
func (r *Reader) Contract(ctx context.Context, id, account string, at At) (projections.Figures, error) {
	return contractAnswer(ctx, r, id, account, at, func(ctx context.Context, facts accountFacts) (figures projections.Figures, ok bool, err error) {
		book, _, err := r.recent.book(ctx, &facts, at.AsOf)
		found := contractIn(&book, id)
		if found == nil {
			return figures, false, err
		}
		figures = *found
		figures.AsOf, figures.KnownAtSeq = at.AsOf, uint64(at.KnownAt)
		return figures, true, nil
	})
}

// contractAnswer asks about a contract in each account that may have it, and gives the only answer there is.
func contractAnswer[T any](ctx context.Context, r *Reader, id, account string, at At, ask func(context.Context, accountFacts) (T, bool, error)) (answer T, err error) {
	ctx, end := r.turn(ctx)
	defer end()
	candidates := []string{account}
	if account == "" {
		candidates = r.log.ContractAccounts(id)
	}
	var found []string
	for _, candidate := range candidates {
		facts, err := r.gather(ctx, candidate, at.KnownAt)
		if err != nil {
			return answer, err
		}
		one, ok, err := ask(ctx, facts)
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

// Account gives the figures of one customer account.
func (r *Reader) Account(ctx context.Context, id string, at At) (projections.AccountFigures, error) {
	ctx, end := r.turn(ctx)
	defer end()
	facts, err := r.gather(ctx, id, at.KnownAt)
	if err != nil {
		return projections.AccountFigures{}, err
	}
	book, ok, err := r.recent.book(ctx, &facts, at.AsOf)
	if err != nil {
		return book.Account, err
	}
	if !ok {
		return book.Account, fmt.Errorf("account %s: %w", id, ErrNotFound)
	}
	book.Account.AsOf, book.Account.KnownAtSeq = at.AsOf, uint64(at.KnownAt)
	return book.Account, nil
}

// accountFacts are what a fold of one account takes.
type accountFacts struct {
	account     string
	own, others []projections.Fact
}

// gather finds the facts of an account that is asked about for itself, and may be asked about again.
func (r *Reader) gather(ctx context.Context, account string, known ledger.Seq) (accountFacts, error) {
	if account == events.All {
		return accountFacts{account: account}, nil
	}
	own, err := r.recent.upTo(ctx, r, account, r.log.AccountSeqs(account, known))
	if err != nil {
		return accountFacts{}, err
	}
	return r.withOthers(ctx, account, own, known)
}

// gatherInPassing finds the facts of one of many accounts.
func (r *Reader) gatherInPassing(ctx context.Context, account string, known ledger.Seq) (accountFacts, error) {
	own, err := r.facts(ctx, r.log.AccountSeqs(account, known))
	if err != nil {
		return accountFacts{}, err
	}
	return r.withOthers(ctx, account, own, known)
}

// withOthers adds what a fold takes beside an account's own facts. The reserved account of everybody's events has no
// book, and no facts here.
func (r *Reader) withOthers(ctx context.Context, account string, own []projections.Fact, known ledger.Seq) (accountFacts, error) {
	if account == events.All || len(own) == 0 {
		return accountFacts{account: account}, nil
	}
	others, err := r.others(ctx, account, own, known)
	return accountFacts{account, own, others}, err
}

// book folds the facts; without any there is none.
func (f *accountFacts) book(ctx context.Context, at At) (projections.Book, bool, error) {
	return f.bookUnder(ctx, at, nil)
}

// bookUnder folds the facts as if parameters had been part of all terms.
func (f *accountFacts) bookUnder(ctx context.Context, at At, params *events.Params) (book projections.Book, ok bool, err error) {
	if len(f.own) == 0 {
		return book, false, nil
	}
	book, ok, err = projections.FoldUnder(ctx, f.account, f.own, f.others, at.AsOf, params)
	book.Account.KnownAtSeq = uint64(at.KnownAt)
	for i := range book.Contracts {
		book.Contracts[i].KnownAtSeq = uint64(at.KnownAt)
	}
	return book, ok, err
}

// others gives what a fold takes beside the account's own facts: everybody's, and those events of other accounts that a
// void of this one names by mistake.
func (r *Reader) others(ctx context.Context, account string, own []projections.Fact, known ledger.Seq) ([]projections.Fact, error) {
	everybody, err := r.global.upTo(ctx, r, known)
	if err != nil {
		return nil, err
	}
	named, err := r.named(ctx, account, own, known, r.log.Find)
	return append(everybody, named...), err
}

// named gives the events of other accounts that voids of this one name; find looks an event id up.
func (r *Reader) named(ctx context.Context, account string, own []projections.Fact, known ledger.Seq, find func(uuid.UUID) (ledger.Seq, bool, error)) (others []projections.Fact, err error) {
	for _, fact := range own {
		void, ok := fact.Event.Data.(*events.Voided)
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		seq, found, err := find(void.Voids)
		if err != nil {
			return nil, err
		}
		if !found || seq > known {
			continue
		}
		named, err := r.facts(ctx, []ledger.Seq{seq})
		if err != nil {
			return nil, err
		}
		if whose := named[0].Event.Account; whose != account && whose != events.All {
			others = append(others, named...)
		}
	}
	return others, nil
}

// facts decodes the records of the sequence numbers given.
func (r *Reader) facts(ctx context.Context, seqs []ledger.Seq) ([]projections.Fact, error) {
	facts, _, err := r.measuredFacts(ctx, seqs)
	return facts, err
}

// measuredFacts decodes the records of the sequence numbers given, and tells about how much memory they take, in bytes.
func (r *Reader) measuredFacts(ctx context.Context, seqs []ledger.Seq) ([]projections.Fact, int, error) {
	d := decoding{events: make([]events.Event, len(seqs)), facts: make([]projections.Fact, len(seqs))}
	err := d.read(ctx, r.log, seqs, func(n int) int { return n })
	return d.facts, len(seqs)*factBytes + d.texts.Len(), err
}

// contractIn finds a contract in a book, or nil.
func contractIn(book *projections.Book, id string) *projections.Figures {
	i, found := slices.BinarySearchFunc(book.Contracts, id, func(c projections.Figures, id string) int { return strings.Compare(c.ContractID, id) })
	if !found {
		return nil
	}
	return &book.Contracts[i]
}
