package query

import (
	"bytes"
	"context"
	"encoding/json"

	"zhangben/events/civil"
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

// equal tells whether two totals are the same, spelled out.
func (t *Totals) equal(u *Totals) bool {
	one, errOne := json.Marshal(t)
	other, errOther := json.Marshal(u)
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}

// Totals folds every account and adds up: exact at any instants, in a time that grows with the log. TotalsNow is the
// quick way to the present. Those who ask for the same instants at a time share the work.
func (r *Reader) Totals(ctx context.Context, at At) (*Totals, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	return r.totals.ask(ctx, at, func(ctx context.Context, done *progress) (*Totals, error) {
		return r.addUp(ctx, at, done)
	})
}

// addUp folds every account.
func (r *Reader) addUp(ctx context.Context, at At, done *progress) (*Totals, error) {
	var sums tally
	after, all := "", r.log.AccountCount()
	for n := 0; ; {
		done.set(n, all)
		ids := r.log.Accounts(after, window)
		if len(ids) == 0 {
			return sums.totals(at), ctx.Err()
		}
		shares := make([]share, len(ids))
		err := r.each(ctx, workers(), ids, at.KnownAt, func(ctx context.Context, i int, facts *accountFacts) error {
			book, ok, err := facts.book(ctx, at)
			if ok {
				shares[i] = shareOf(&book)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		for i := range shares {
			sums.add(&shares[i])
		}
		n, after = n+len(ids), ids[len(ids)-1]
	}
}
