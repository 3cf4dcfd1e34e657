package query

import (
	"context"
	"fmt"
	"slices"

	"zhangben/events/civil"
	"zhangben/projections"
)

// ContractPreview is a contract as it is and as it would be; nil where it has no effective event.
type ContractPreview struct {
	AccountID  string               `json:"account_id"`
	ContractID string               `json:"contract_id"`
	AsOf       civil.Instant        `json:"as_of"`
	KnownAtSeq uint64               `json:"known_at_seq"`
	Without    *projections.Figures `json:"without"`
	With       *projections.Figures `json:"with"`
}

// AccountPreview is an account with all its contracts, as it is and as it would be; nil where it has no effective
// event.
type AccountPreview struct {
	AccountID  string        `json:"account_id"`
	AsOf       civil.Instant `json:"as_of"`
	KnownAtSeq uint64        `json:"known_at_seq"`
	Without    *AccountBook  `json:"without"`
	With       *AccountBook  `json:"with"`
}

// AccountBook are the figures of an account and of each of its contracts, by contract id.
type AccountBook struct {
	Account   projections.AccountFigures `json:"account"`
	Contracts []projections.Figures      `json:"contracts"`
}

// PreviewContract compares a contract without and with the hypothesis. It is found as Contract finds it, by the facts
// known or by hypothetical ones.
func (r *Reader) PreviewContract(ctx context.Context, id, account string, s *Hypothesis,
	at At) (preview ContractPreview, err error) {
	ctx, end := r.turn(ctx)
	defer end()
	fresh, err := r.check(ctx, s, at.KnownAt)
	if err != nil {
		return preview, err
	}
	candidates := []string{account}
	if account == "" {
		candidates = r.mayHave(id, s)
	}
	var found []string
	for _, candidate := range candidates {
		books, err := r.compare(ctx, candidate, fresh, s.Params, at)
		if err != nil {
			return preview, err
		}
		without, with := books.contract(id)
		if without != nil || with != nil {
			found = append(found, candidate)
			preview = ContractPreview{candidate, id, at.AsOf, uint64(at.KnownAt), without, with}
		}
	}
	return preview, onlyOne(id, found)
}

// mayHave lists the accounts that have, or would have, a contract of an id.
func (r *Reader) mayHave(id string, s *Hypothesis) []string {
	names := slices.Clone(r.log.ContractAccounts(id))
	for _, e := range s.Events {
		if e.Contract != id {
			continue
		}
		names = append(names, e.Account)
		if to := e.PassesTo(); to != "" {
			names = append(names, to)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *comparison) contract(id string) (without, with *projections.Figures) {
	if c.without != nil {
		without = contractIn(c.without, id)
	}
	if c.with != nil {
		with = contractIn(c.with, id)
	}
	return without, with
}

// PreviewAccount compares an account and all its contracts without and with the hypothesis.
func (r *Reader) PreviewAccount(ctx context.Context, id string, s *Hypothesis,
	at At) (preview AccountPreview, err error) {
	ctx, end := r.turn(ctx)
	defer end()
	fresh, err := r.check(ctx, s, at.KnownAt)
	if err != nil {
		return preview, err
	}
	books, err := r.compare(ctx, id, fresh, s.Params, at)
	if err != nil {
		return preview, err
	}
	if books.without == nil && books.with == nil {
		return preview, fmt.Errorf("account %s: %w", id, ErrNotFound)
	}
	return AccountPreview{id, at.AsOf, uint64(at.KnownAt), accountBook(books.without), accountBook(books.with)}, nil
}

func accountBook(book *projections.Book) *AccountBook {
	if book == nil {
		return nil
	}
	return &AccountBook{book.Account, book.Contracts}
}
