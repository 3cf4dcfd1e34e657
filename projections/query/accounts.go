package query

import (
	"context"

	"zhangben/projections"
)

// AccountPage is a part of the list of accounts, by id. Next is the id after which the list goes on, or nil.
type AccountPage struct {
	Accounts []*projections.AccountFigures `json:"accounts"`
	Next     *string                       `json:"next"`
}

// AppendJSON appends what encoding/json makes of the page, without escapes for HTML.
func (p *AccountPage) AppendJSON(dst []byte) []byte {
	return appendPage(dst, "accounts", p.Accounts, p.Next)
}

// Accounts lists the figures of up to limit accounts after an id ("" for the first).
func (r *Reader) Accounts(ctx context.Context, at At, after string, limit int) (AccountPage, error) {
	page := AccountPage{Accounts: []*projections.AccountFigures{}}
	for {
		ids := r.log.Accounts(after, limit)
		if len(ids) == 0 {
			return page, ctx.Err()
		}
		books, err := r.books(ctx, ids, at)
		if err != nil {
			return page, err
		}
		for _, book := range books {
			if book == nil {
				continue
			}
			if len(page.Accounts) == limit {
				page.Next = &page.Accounts[limit-1].AccountID
				return page, nil
			}
			page.Accounts = append(page.Accounts, &book.Account)
		}
		after = ids[len(ids)-1]
	}
}

// books folds accounts; an account without an effective event has none.
func (r *Reader) books(ctx context.Context, ids []string, at At) ([]*projections.Book, error) {
	books := make([]*projections.Book, len(ids))
	err := r.each(ctx, workers(), ids, at.KnownAt, func(ctx context.Context, i int, facts *accountFacts) error {
		book, ok, err := facts.book(ctx, at)
		if ok {
			books[i] = &book
		}
		return err
	})
	return books, err
}
