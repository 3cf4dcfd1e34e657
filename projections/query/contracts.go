package query

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhangben/ledger"
	"zhangben/projections"
)

// ErrCursor says that a cursor is none that a list gave out.
var ErrCursor = errors.New("not a cursor of this list")

// ContractFilter selects contracts; an empty field selects all.
type ContractFilter struct {
	Account string
	Status  projections.Status
	Flag    projections.Flag
}

func (f ContractFilter) takes(c *projections.Figures) bool {
	return (f.Account == "" || f.Account == c.AccountID) &&
		(f.Status == "" || f.Status == c.Status) &&
		(f.Flag == "" || slices.Contains(c.Flags, f.Flag))
}

// ContractPage is a part of the list of contracts, by contract id and then account id. Next is the cursor of the part
// that follows, or nil.
type ContractPage struct {
	Contracts []*projections.Figures `json:"contracts"`
	Next      *string                `json:"next"`
}

// AppendJSON appends what encoding/json makes of the page, without escapes for HTML.
func (p *ContractPage) AppendJSON(dst []byte) []byte {
	return appendPage(dst, "contracts", p.Contracts, p.Next)
}

// Contracts lists the figures of up to limit contracts that stand after a cursor ("" for the first).
func (r *Reader) Contracts(ctx context.Context, f ContractFilter, at At, after string,
	limit int) (ContractPage, error) {
	page := ContractPage{Contracts: []*projections.Figures{}}
	key, err := parseCursor(after)
	if err != nil {
		return page, err
	}
	err = r.eachContract(ctx, f.Account, at, key, limit+1, func(c *projections.Figures) error {
		if !f.takes(c) {
			return nil
		}
		if len(page.Contracts) == limit {
			page.Next = cursorOf(page.Contracts[limit-1])
			return errStop
		}
		page.Contracts = append(page.Contracts, c)
		return nil
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return page, err
}

// errStop ends a walk that has found enough.
var errStop = errors.New("stop")

// eachContract walks the contracts after a key, of one account or ("") of all; size is how many to fold at a time.
func (r *Reader) eachContract(ctx context.Context, account string, at At, after ledger.ContractKey, size int,
	fn func(*projections.Figures) error) error {
	if account != "" {
		return r.eachOfAccount(ctx, account, at, after, fn)
	}
	walk := contractWalk{r, at, map[ledger.ContractKey]*projections.Figures{}}
	for {
		keys := r.log.Contracts(after, size)
		if len(keys) == 0 {
			return ctx.Err()
		}
		figures, err := walk.fold(ctx, keys)
		if err != nil {
			return err
		}
		for _, c := range figures {
			if err := fn(c); err != nil {
				return err
			}
		}
		after = keys[len(keys)-1]
	}
}

func (r *Reader) eachOfAccount(ctx context.Context, account string, at At, after ledger.ContractKey,
	fn func(*projections.Figures) error) error {
	ctx, end := r.turn(ctx)
	defer end()
	book, err := r.book(ctx, account, at)
	if err != nil || book == nil {
		return err
	}
	for i := range book.Contracts {
		if keyOf(&book.Contracts[i]).Compare(after) <= 0 {
			continue
		}
		c := contractAt(&book.Contracts[i], at)
		if err := fn(&c); err != nil {
			return err
		}
	}
	return nil
}

func keyOf(c *projections.Figures) ledger.ContractKey {
	return ledger.ContractKey{Account: c.AccountID, Contract: c.ContractID}
}

// cursorOf spells a place in the list as "contract.account": no id holds a point.
func cursorOf(c *projections.Figures) *string {
	cursor := c.ContractID + "." + c.AccountID
	return &cursor
}

func parseCursor(s string) (ledger.ContractKey, error) {
	if s == "" {
		return ledger.ContractKey{}, nil
	}
	contract, account, ok := strings.Cut(s, ".")
	if !ok || contract == "" || account == "" || strings.Contains(account, ".") {
		return ledger.ContractKey{}, ErrCursor
	}
	return ledger.ContractKey{Account: account, Contract: contract}, nil
}
