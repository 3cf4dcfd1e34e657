// Package query answers questions about the log: it gathers the facts known, hands them to the fold of package
// projections, and pages through what comes back. It keeps nothing of its own but the decoded facts that concern every
// account, so there is nothing in it that could disagree with the log.
package query

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
)

// Reader answers from one log. It may be used by many goroutines at once, while the log grows.
type Reader struct {
	log       *ledger.Log
	everybody terms
}

// New returns a reader of log, which must stay open for as long as the reader is used.
func New(log *ledger.Log) *Reader { return &Reader{log: log} }

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
func (r *Reader) Contract(id, account string, at At) (projections.Figures, error) {
	candidates := []string{account}
	if account == "" {
		candidates = r.log.ContractAccounts(id)
	}
	var found []projections.Figures
	for _, candidate := range candidates {
		book, _, err := r.book(candidate, at)
		if err != nil {
			return projections.Figures{}, err
		}
		if figures := contractIn(&book, id); figures != nil {
			found = append(found, *figures)
		}
	}
	switch len(found) {
	case 0:
		return projections.Figures{}, fmt.Errorf("contract %s: %w", id, ErrNotFound)
	case 1:
		return found[0], nil
	}
	return projections.Figures{}, ambiguous(id, found)
}

func ambiguous(id string, found []projections.Figures) error {
	e := &AmbiguousError{Contract: id}
	for i := range found {
		e.Accounts = append(e.Accounts, found[i].AccountID)
	}
	return e
}

// Account gives the figures of one customer account.
func (r *Reader) Account(id string, at At) (projections.AccountFigures, error) {
	book, ok, err := r.book(id, at)
	if err == nil && !ok {
		err = fmt.Errorf("account %s: %w", id, ErrNotFound)
	}
	return book.Account, err
}

// book folds one account. The reserved account of everybody's events has no book.
func (r *Reader) book(account string, at At) (book projections.Book, ok bool, err error) {
	if account == events.All {
		return book, false, nil
	}
	own, err := r.facts(r.log.AccountSeqs(account, at.KnownAt))
	if err != nil || len(own) == 0 {
		return book, false, err
	}
	others, err := r.others(account, own, at.KnownAt)
	if err != nil {
		return book, false, err
	}
	book, ok = projections.Fold(account, own, others, at.AsOf)
	book.Account.KnownAtSeq = uint64(at.KnownAt)
	for i := range book.Contracts {
		book.Contracts[i].KnownAtSeq = uint64(at.KnownAt)
	}
	return book, ok, nil
}

// others gives what a fold takes beside the account's own facts: everybody's, and those events of other accounts that a
// void of this one names by mistake.
func (r *Reader) others(account string, own []projections.Fact, known ledger.Seq) ([]projections.Fact, error) {
	others, err := r.everybody.upTo(r, known)
	if err != nil {
		return nil, err
	}
	for _, fact := range own {
		void, ok := fact.Event.Data.(*events.Voided)
		if !ok {
			continue
		}
		seq, found, err := r.log.Find(void.Voids)
		if err != nil {
			return nil, err
		}
		if !found || seq > known {
			continue
		}
		named, err := r.facts([]ledger.Seq{seq})
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
func (r *Reader) facts(seqs []ledger.Seq) ([]projections.Fact, error) {
	facts := make([]projections.Fact, 0, len(seqs))
	err := r.log.Records(seqs, func(record ledger.Record) error {
		event, err := record.Event()
		facts = append(facts, projections.Fact{Seq: uint64(record.Seq), Event: event})
		return err
	})
	return facts, err
}

// contractIn finds a contract in a book, or nil.
func contractIn(book *projections.Book, id string) *projections.Figures {
	i, found := slices.BinarySearchFunc(book.Contracts, id, func(c projections.Figures, id string) int { return strings.Compare(c.ContractID, id) })
	if !found {
		return nil
	}
	return &book.Contracts[i]
}
