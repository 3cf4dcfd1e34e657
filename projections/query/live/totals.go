package live

import (
	"bytes"
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

// Equal reports whether two totals are the same, spelled out.
func (t *Totals) Equal(u *Totals) bool {
	one, errOne := json.Marshal(t)
	other, errOther := json.Marshal(u)
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}
