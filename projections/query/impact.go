package query

import (
	"context"
	"errors"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// ErrImpactEvents says that an impact was asked of hypothetical events of single accounts.
var ErrImpactEvents = errors.New("for all accounts only params and terms.published may be supposed")

// Amounts are what an impact compares: sums over the contracts of one account, or of all.
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
	a[2], a[3] = book.Account.Principal, book.Account.LateFee
	for i := range book.Contracts {
		c := &book.Contracts[i]
		for n, amount := range [...]money.Fen{c.Refund, c.Forfeited, c.Revenue, c.ContractLiability} {
			a[4+n] += amount
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
	sums := [...]*Sum{&s.Wallet, &s.WalletShortfall, &s.Principal, &s.LateFee, &s.Refund, &s.Forfeited, &s.Revenue,
		&s.ContractLiability}
	for n, sum := range sums {
		sum.Add(a[n])
	}
}

// Contrast is amounts without and with the hypothesis, and with less without.
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

// ImpactAccount is a row of an impact: an account for which it makes a difference.
type ImpactAccount struct {
	AccountID string `json:"account_id"`
	Contrast
}

// ImpactProgress is a row that says how far an impact has come, in accounts.
type ImpactProgress struct {
	Done int `json:"done"`
	Of   int `json:"of"`
}

// ImpactTotal is the last row of an impact: sums over all accounts.
type ImpactTotal struct {
	AsOf       civil.Instant `json:"as_of"`
	KnownAtSeq uint64        `json:"known_at_seq"`
	Accounts   int           `json:"accounts"`
	Differing  int           `json:"differing"`
	Contrast
}

// ImpactRow is one of the three kinds of rows; the others are nil.
type ImpactRow struct {
	Account  *ImpactAccount  `json:"account,omitempty"`
	Progress *ImpactProgress `json:"progress,omitempty"`
	Total    *ImpactTotal    `json:"total,omitempty"`
}

// Impact folds the whole ledger twice, without and with the hypothesis, and emits the accounts that differ, by id, its
// progress after each of some of them, and the total. Nothing is written anywhere.
func (r *Reader) Impact(ctx context.Context, s *Hypothesis, at At, emit func(ImpactRow) error) error {
	if len(s.accounts()) > 0 {
		return ErrImpactEvents
	}
	fresh, err := r.check(ctx, s, at.KnownAt)
	if err != nil {
		return err
	}
	replay := impact{r, fresh, s.Params, at, emit, &ImpactTotal{AsOf: at.AsOf, KnownAtSeq: uint64(at.KnownAt)}}
	ids := r.log.Accounts("", 0)
	for done := 0; done < len(ids); {
		some := ids[done:min(done+impactWindow, len(ids))]
		if err := replay.some(ctx, some); err != nil {
			return err
		}
		done += len(some)
		if err := emit(ImpactRow{Progress: &ImpactProgress{done, len(ids)}}); err != nil {
			return err
		}
	}
	return emit(ImpactRow{Total: replay.total})
}

// impactWindow is how many accounts are held folded at a time.
const impactWindow = 512

// impact is a comparison under way.
type impact struct {
	reader *Reader
	fresh  []*events.Event
	params *events.Params
	at     At
	emit   func(ImpactRow) error
	total  *ImpactTotal
}

// some compares some accounts, adds them to the total, and emits those that differ.
func (s *impact) some(ctx context.Context, ids []string) error {
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
		if err := s.emit(ImpactRow{Account: row}); err != nil {
			return err
		}
	}
	return nil
}

// take adds an account to the total, and returns its row where it differs.
func (t *ImpactTotal) take(id string, books *comparison) *ImpactAccount {
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
	row := &ImpactAccount{AccountID: id}
	row.add(without, with)
	return row
}
