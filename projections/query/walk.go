package query

import (
	"context"
	"slices"

	"zhangben/ledger"
	"zhangben/projections"
)

// contractWalk goes through contracts in the order of their ids, some at a time. A fold makes all contracts of an
// account; those whose turn is to come are kept for it, as many as there is room for, so that an account whose
// contracts lie far apart is not folded each time one of them comes along.
type contractWalk struct {
	reader *Reader
	at     At
	ahead  map[ledger.ContractKey]*projections.Figures
}

// walkAhead is how many figures may wait for their turn: some 30 MB.
const walkAhead = 4 * window

// fold returns the figures of the contracts of some keys that have an effective event. Keys only ever rise.
func (w *contractWalk) fold(ctx context.Context, keys []ledger.ContractKey) ([]*projections.Figures, error) {
	figures := make([]*projections.Figures, len(keys))
	var accounts []string
	places := make(map[string][]int, len(keys)) // account -> indexes in keys
	for i, key := range keys {
		if c := w.ahead[key]; c != nil {
			figures[i] = c
			delete(w.ahead, key)
			continue
		}
		if places[key.Account] == nil {
			accounts = append(accounts, key.Account)
		}
		places[key.Account] = append(places[key.Account], i)
	}
	books := make([]projections.Book, len(accounts))
	fold := func(ctx context.Context, n int, facts *accountFacts) (err error) {
		books[n], _, err = facts.book(ctx, w.at)
		for _, i := range places[accounts[n]] {
			figures[i] = contractIn(&books[n], keys[i].Contract)
		}
		return err
	}
	err := w.reader.each(ctx, workers(), accounts, w.at.KnownAt, fold)
	for n := range books {
		w.keep(&books[n], keys[len(keys)-1])
	}
	return slices.DeleteFunc(figures, func(c *projections.Figures) bool { return c == nil }), err
}

// keep puts the contracts of a book that stand after a key aside.
func (w *contractWalk) keep(book *projections.Book, after ledger.ContractKey) {
	for i := range book.Contracts {
		if len(w.ahead) == walkAhead {
			return
		}
		if c := &book.Contracts[i]; keyOf(c).Compare(after) > 0 {
			w.ahead[keyOf(c)] = c
		}
	}
}
