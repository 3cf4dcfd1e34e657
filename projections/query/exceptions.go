package query

import (
	"context"
	"strconv"
	"strings"

	"zhangben/events"
	"zhangben/projections"
)

// ExceptionRow is an event that has no effect, or only a part of it. ContractID is "" for one of an account.
type ExceptionRow struct {
	AccountID  string                    `json:"account_id"`
	ContractID string                    `json:"contract_id,omitempty"`
	Code       projections.ExceptionCode `json:"code"`
	EventID    string                    `json:"event_id"`
	Message    string                    `json:"message"`
}

// ExceptionPage is a part of the exceptions of the ledger, by account and contract. Next says where to go on, or is
// nil.
type ExceptionPage struct {
	Exceptions []ExceptionRow `json:"exceptions"`
	Next       *string        `json:"next"`
}

// exceptionCursor is a place in the list: the account, and how many of its exceptions came before.
type exceptionCursor struct {
	account string
	past    int
}

func (c exceptionCursor) String() string { return c.account + "/" + strconv.Itoa(c.past) }

// parseExceptionCursor reads a cursor; "" is the beginning.
func parseExceptionCursor(text string) (c exceptionCursor, err error) {
	if text == "" {
		return c, nil
	}
	account, past, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(past, 10, 31)
	if err != nil || account == "" {
		return c, ErrCursor
	}
	return exceptionCursor{account, int(n)}, nil
}

// Exceptions lists up to limit exceptions after a cursor ("" for the first), of one account or, for "", of all. Pages
// fit together where the clocks are given.
func (r *Reader) Exceptions(ctx context.Context, at At, account, after string, limit int) (ExceptionPage, error) {
	page := ExceptionPage{Exceptions: []ExceptionRow{}}
	cursor, err := parseExceptionCursor(after)
	if err != nil {
		return page, err
	}
	err = r.eachExceptions(ctx, at, account, cursor.account, func(id string, rows []ExceptionRow) bool {
		past := 0
		if id == cursor.account {
			past = min(cursor.past, len(rows))
		}
		take := min(len(rows)-past, limit-len(page.Exceptions))
		page.Exceptions = append(page.Exceptions, rows[past:past+take]...)
		if past+take < len(rows) {
			next := exceptionCursor{id, past + take}.String()
			page.Next = &next
		}
		return page.Next == nil
	})
	return page, err
}

// eachExceptions calls fn with the exceptions of each account from one on, by id, until it is false.
func (r *Reader) eachExceptions(ctx context.Context, at At, only, from string,
	fn func(account string, rows []ExceptionRow) bool) error {
	ids := []string{only}
	if only == "" {
		ids = r.log.Accounts(from, window-1)
		if from != "" {
			ids = append([]string{from}, ids...)
		}
	}
	for len(ids) > 0 {
		books, err := r.books(ctx, ids, at)
		if err != nil {
			return err
		}
		for i, book := range books {
			if ids[i] == events.All {
				if book, err = r.bookOfAll(ctx, at); err != nil {
					return err
				}
			}
			if book != nil && !fn(ids[i], exceptionRows(book)) {
				return nil
			}
		}
		if only != "" {
			break
		}
		ids = r.log.Accounts(ids[len(ids)-1], window)
	}
	return ctx.Err()
}

// bookOfAll folds the events that concern all accounts. The reserved account has no figures; only its exceptions are
// served.
func (r *Reader) bookOfAll(ctx context.Context, at At) (*projections.Book, error) {
	own, err := r.facts(ctx, r.log.AccountSeqs(events.All, at.KnownAt))
	if err != nil {
		return nil, err
	}
	named, err := r.named(ctx, events.All, own, at.KnownAt, r.log.Find)
	if err != nil {
		return nil, err
	}
	book, ok, err := projections.Fold(ctx, events.All, own, named, at.AsOf)
	if err != nil || !ok {
		return nil, err
	}
	return &book, nil
}

// exceptionRows lists an account's own exceptions, and then those of its contracts.
func exceptionRows(book *projections.Book) (rows []ExceptionRow) {
	id := book.Account.AccountID
	for _, x := range book.Account.Exceptions {
		rows = append(rows, ExceptionRow{id, "", x.Code, x.EventID, x.Message})
	}
	for i := range book.Contracts {
		c := &book.Contracts[i]
		for _, x := range c.Exceptions {
			rows = append(rows, ExceptionRow{id, c.ContractID, x.Code, x.EventID, x.Message})
		}
	}
	return rows
}
