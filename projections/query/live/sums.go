package live

import (
	"math"
	"math/big"
	"math/bits"
	"strings"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/projections"
)

// Sums adds accounts up, any number of them, added and subtracted in any order. The zero value is of none.
type Sums struct {
	wallets, shortfalls, principal, overdue, lateFees, liability Sum

	accounts, contracts, exceptions int
	byStatus                        [8]int // by index in Statuses
	byFlag                          [8]int // by index in Flags
}

// Add adds an account.
func (s *Sums) Add(a *Account) { s.count(a, 1) }

// Subtract takes an account away that was added before.
func (s *Sums) Subtract(a *Account) { s.count(a, -1) }

// count adds an account, or for -1 subtracts it.
func (s *Sums) count(a *Account, sign int) {
	if !a.Exists {
		return
	}
	fen := money.Fen(sign)
	s.accounts += sign
	s.exceptions += sign * int(a.Exceptions)
	s.wallets.Add(fen * a.Wallet)
	s.shortfalls.Add(fen * a.Shortfall)
	s.principal.Add(fen * a.Principal)
	s.overdue.Add(fen * a.Principal)
	s.lateFees.Add(fen * a.LateFee)
	for i := range a.Contracts {
		c := &a.Contracts[i]
		s.contracts += sign
		s.exceptions += sign * int(c.Exceptions)
		s.principal.Add(fen * c.Principal)
		s.overdue.Add(fen * c.Overdue)
		s.lateFees.Add(fen * c.LateFee)
		s.liability.Add(fen * c.Liability)
		s.byStatus[c.Status] += sign
		for flags := c.Flags; flags != 0; flags &= flags - 1 {
			s.byFlag[bits.TrailingZeros8(flags)] += sign
		}
	}
}

// Totals returns the sums as they are served; the two share nothing.
func (s *Sums) Totals(asOf civil.Instant, known ledger.Seq) *Totals {
	t := &Totals{AsOf: asOf, KnownAtSeq: uint64(known), Currency: "CNY", Accounts: s.accounts, Contracts: s.contracts,
		Receivables: s.principal, Overdue: s.overdue, LateFees: s.lateFees, DueTotal: s.principal.plus(s.lateFees),
		Wallets: s.wallets, WalletShortfalls: s.shortfalls, ContractLiability: s.liability,
		ByStatus: make(map[projections.Status]int), ByFlag: make(map[projections.Flag]int)}
	for n, status := range Statuses {
		t.ByStatus[status] = s.byStatus[n]
	}
	for n, flag := range Flags {
		t.ByFlag[flag] = s.byFlag[n]
	}
	return t
}

// Sum is an amount in 128 bits: as many of the largest amounts as there may be do not fit 64. The zero value is zero.
type Sum struct {
	high int64
	low  uint64
}

// Add adds an amount, which may be below zero.
func (s *Sum) Add(f money.Fen) { *s = s.plus(Sum{int64(f) >> 63, uint64(f)}) }

func (s Sum) plus(t Sum) Sum {
	low, carry := bits.Add64(s.low, t.low, 0)
	return Sum{s.high + t.high + int64(carry), low}
}

// String returns yuan with two decimals.
func (s Sum) String() string {
	fen := new(big.Int).Lsh(big.NewInt(s.high), 64)
	fen.Add(fen, new(big.Int).SetUint64(s.low))
	return new(big.Rat).SetFrac(fen, big.NewInt(100)).FloatString(2)
}

// MarshalText makes sums JSON strings in yuan with two decimals.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (s *Sum) UnmarshalText(text []byte) error {
	fen, ok := new(big.Int).SetString(strings.Replace(string(text), ".", "", 1), 10)
	if !ok || fen.BitLen() > 127 {
		return money.ErrSyntax
	}
	low := new(big.Int).And(fen, new(big.Int).SetUint64(math.MaxUint64))
	parsed := Sum{new(big.Int).Rsh(fen, 64).Int64(), low.Uint64()}
	if parsed.String() != string(text) {
		return money.ErrSyntax
	}
	*s = parsed
	return nil
}
