package query

import (
	"context"
	"errors"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// ErrShadowEvents says that a shadow replay was to suppose events of single accounts.
var ErrShadowEvents = errors.New("for all accounts only params and terms.published may be supposed")

// Amounts are what a shadow replay compares: sums over the contracts of one account, or of all.
type Amounts struct {
	Wallet            Sum `json:"wallet"`
	WalletShortfall   Sum `json:"wallet_shortfall"`
	Principal         Sum `json:"principal"`
	LateFee           Sum `json:"late_fee"`
	Refund            Sum `json:"refund"`
	Forfeited         Sum `json:"forfeited"`
	Revenue           Sum `json:"revenue"`
	ContractLiability Sum `json:"contract_liability"`
}

// amounts are those of one account, in the order of Amounts.
type amounts [8]money.Fen

func amountsOf(book *projections.Book) (a amounts) {
	if book == nil {
		return a
	}
	a[0], a[1] = book.Account.Wallet, book.Account.WalletShortfall
	for i := range book.Contracts {
		c := &book.Contracts[i]
		for n, amount := range [...]money.Fen{c.Principal, c.LateFee, c.Refund, c.Forfeited, c.Revenue, c.ContractLiability} {
			a[2+n] += amount
		}
	}
	return a
}

func (a amounts) less(b amounts) amounts {
	for n := range a {
		a[n] -= b[n]
	}
	return a
}

// add adds one account's amounts.
func (s *Amounts) add(a amounts) {
	sums := [...]*Sum{&s.Wallet, &s.WalletShortfall, &s.Principal, &s.LateFee, &s.Refund, &s.Forfeited, &s.Revenue, &s.ContractLiability}
	for n, sum := range sums {
		sum.Add(a[n])
	}
}

// Contrast is amounts without and with what is supposed, and with less without.
type Contrast struct {
	Without    Amounts `json:"without"`
	With       Amounts `json:"with"`
	Difference Amounts `json:"difference"`
}

func (c *Contrast) add(without, with amounts) {
	c.Without.add(without)
	c.With.add(with)
	c.Difference.add(with.less(without))
}

// ShadowAccount is a row of a shadow replay: an account for which it makes a difference.
type ShadowAccount struct {
	AccountID string `json:"account_id"`
	Contrast
}

// ShadowProgress is a row that says how far a shadow replay has come, in accounts.
type ShadowProgress struct {
	Done int `json:"done"`
	Of   int `json:"of"`
}

// ShadowTotal is the last row of a shadow replay: sums over all accounts.
type ShadowTotal struct {
	AsOf       civil.Instant `json:"as_of"`
	KnownAtSeq uint64        `json:"known_at_seq"`
	Accounts   int           `json:"accounts"`
	Differing  int           `json:"differing"`
	Contrast
}

// ShadowRow is one of the three kinds of rows; the others are nil.
type ShadowRow struct {
	Account  *ShadowAccount  `json:"account,omitempty"`
	Progress *ShadowProgress `json:"progress,omitempty"`
	Total    *ShadowTotal    `json:"total,omitempty"`
}

// Shadow folds the whole ledger twice, without and with what is supposed, and emits the accounts that differ, by id, its
// progress after each of some of them, and the total. Nothing is written anywhere.
func (r *Reader) Shadow(ctx context.Context, s *Supposition, at At, emit func(ShadowRow) error) error {
	if len(s.accounts()) > 0 {
		return ErrShadowEvents
	}
	fresh, err := r.check(ctx, s, at.KnownAt)
	if err != nil {
		return err
	}
	replay := shadow{r, fresh, s.Params, at, emit, &ShadowTotal{AsOf: at.AsOf, KnownAtSeq: uint64(at.KnownAt)}}
	ids := r.log.Accounts("", 0)
	for done := 0; done < len(ids); {
		some := ids[done:min(done+shadowWindow, len(ids))]
		if err := replay.some(ctx, some); err != nil {
			return err
		}
		done += len(some)
		if err := emit(ShadowRow{Progress: &ShadowProgress{done, len(ids)}}); err != nil {
			return err
		}
	}
	return emit(ShadowRow{Total: replay.total})
}

// shadowWindow is how many accounts are held folded at a time.
const shadowWindow = 512

// shadow is a shadow replay on its way.
type shadow struct {
	reader *Reader
	fresh  []*events.Event
	params *events.Params
	at     At
	emit   func(ShadowRow) error
	total  *ShadowTotal
}

// some compares some accounts, adds them to the total, and emits those that differ.
func (s *shadow) some(ctx context.Context, ids []string) error {
	books := make([]comparison, len(ids))
	err := s.reader.parallel(ctx, workers(), len(ids), func(ctx context.Context, i int) (err error) {
		books[i], err = s.reader.compare(ctx, ids[i], s.fresh, s.params, s.at)
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range ids {
		row := s.total.take(id, &books[i])
		if row == nil {
			continue
		}
		if err := s.emit(ShadowRow{Account: row}); err != nil {
			return err
		}
	}
	return nil
}

// take adds an account to the total, and gives its row where it differs.
func (t *ShadowTotal) take(id string, books *comparison) *ShadowAccount {
	if books.without == nil && books.with == nil {
		return nil
	}
	without, with := amountsOf(books.without), amountsOf(books.with)
	t.Accounts++
	t.add(without, with)
	if without == with {
		return nil
	}
	t.Differing++
	row := &ShadowAccount{AccountID: id}
	row.add(without, with)
	return row
}
