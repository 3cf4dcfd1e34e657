package query

import (
	"context"
	"math/big"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// Totals are sums over all accounts.
type Totals struct {
	AsOf              civil.Instant              `json:"as_of"`
	KnownAtSeq        uint64                     `json:"known_at_seq"`
	Currency          string                     `json:"currency"`
	Accounts          int                        `json:"accounts"`
	Contracts         int                        `json:"contracts"`
	Receivables       Sum                        `json:"receivables"`        // principal unpaid, due now or later
	Overdue           Sum                        `json:"overdue"`            // the part of it that is past its due date
	LateFees          Sum                        `json:"late_fees"`          // outstanding (2.2.2)
	DueTotal          Sum                        `json:"due_total"`          // receivables and late fees
	Wallets           Sum                        `json:"wallets"`            //
	WalletShortfalls  Sum                        `json:"wallet_shortfalls"`  //
	ContractLiability Sum                        `json:"contract_liability"` // paid or due, not yet earned
	ByStatus          map[projections.Status]int `json:"by_status"`
	ByFlag            map[projections.Flag]int   `json:"by_flag"`
}

// Sum is an amount of any size: as many of the largest amounts as there may be do not fit 64 bits.
type Sum struct{ fen big.Int }

// Add adds an amount.
func (s *Sum) Add(f money.Fen) { s.fen.Add(&s.fen, big.NewInt(int64(f))) }

// String gives yuan with two decimals.
func (s *Sum) String() string {
	return new(big.Rat).SetFrac(&s.fen, big.NewInt(100)).FloatString(2)
}

// MarshalText makes sums JSON strings in yuan with two decimals.
func (s *Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Statuses and Flags list what there is to count, in the order of the figures.
var (
	Statuses = []projections.Status{
		projections.PendingPayment, projections.Effective, projections.Active, projections.Suspended,
		projections.Expired, projections.Terminated, projections.Cancelled,
	}
	Flags = []projections.Flag{
		projections.FlagOverdue, projections.FlagMayWithhold, projections.FlagMayTerminate,
		projections.FlagMayTerminateImpediment, projections.FlagOutageOpen, projections.FlagPartiallyActive,
	}
)

// Totals folds every account and adds up.
func (r *Reader) Totals(ctx context.Context, at At) (*Totals, error) {
	totals := newTotals(at)
	after := ""
	for {
		ids := r.log.Accounts(after, window)
		if len(ids) == 0 {
			return totals, ctx.Err()
		}
		books, err := r.books(ctx, ids, at)
		if err != nil {
			return nil, err
		}
		for _, book := range books {
			if book != nil {
				totals.add(book)
			}
		}
		after = ids[len(ids)-1]
	}
}

func newTotals(at At) *Totals {
	t := &Totals{AsOf: at.AsOf, KnownAtSeq: uint64(at.KnownAt), Currency: "CNY",
		ByStatus: make(map[projections.Status]int), ByFlag: make(map[projections.Flag]int)}
	for _, s := range Statuses {
		t.ByStatus[s] = 0
	}
	for _, f := range Flags {
		t.ByFlag[f] = 0
	}
	return t
}

func (t *Totals) add(book *projections.Book) {
	t.Accounts++
	t.Wallets.Add(book.Account.Wallet)
	t.WalletShortfalls.Add(book.Account.WalletShortfall)
	for i := range book.Contracts {
		t.addContract(&book.Contracts[i])
	}
}

func (t *Totals) addContract(c *projections.Figures) {
	t.Contracts++
	t.Receivables.Add(c.Principal)
	t.LateFees.Add(c.LateFee)
	t.DueTotal.Add(c.DueTotal)
	t.ContractLiability.Add(c.ContractLiability)
	for _, invoice := range c.Invoices {
		if invoice.OverdueDays > 0 {
			t.Overdue.Add(invoice.Principal)
		}
	}
	t.ByStatus[c.Status]++
	for _, flag := range c.Flags {
		t.ByFlag[flag]++
	}
}
