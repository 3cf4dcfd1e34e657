package query

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"zhangben/events/money"
	"zhangben/projections"
)

// share is what one account adds to the totals; without a book, nothing.
type share struct {
	amounts    [6]money.Fen // wallet, shortfall, receivables, overdue, late fees, contract liability
	counts     [14]int32    // accounts, contracts by status, contracts by flag
	exceptions int32
}

// Where the counts by status and by flag begin.
const (
	firstStatus = 1
	firstFlag   = firstStatus + 7
)

// shareOf adds up a book, which may be nil.
func shareOf(book *projections.Book) (s share) {
	if book == nil {
		return s
	}
	s.counts[0] = 1
	s.exceptions = int32(len(book.Account.Exceptions))
	s.amounts[0], s.amounts[1] = book.Account.Wallet, book.Account.WalletShortfall
	for i := range book.Contracts {
		s.addContract(&book.Contracts[i])
	}
	return s
}

func (s *share) addContract(c *projections.Figures) {
	s.amounts[2] += c.Principal
	for _, invoice := range c.Invoices {
		if invoice.OverdueDays > 0 {
			s.amounts[3] += invoice.Principal
		}
	}
	s.amounts[4] += c.LateFee
	s.amounts[5] += c.ContractLiability
	s.exceptions += int32(len(c.Exceptions))
	s.counts[firstStatus+slices.Index(Statuses, c.Status)]++
	for _, flag := range c.Flags {
		s.counts[firstFlag+slices.Index(Flags, flag)]++
	}
}

// tally is a sum of shares: any number of them, added and taken away in any order. Amounts may outgrow 64 bits.
type tally struct {
	amounts    [6]Sum
	counts     [14]int
	exceptions int
}

func (t *tally) add(s *share) {
	for n, amount := range s.amounts {
		t.amounts[n].Add(amount)
	}
	for n, count := range s.counts {
		t.counts[n] += int(count)
	}
	t.exceptions += int(s.exceptions)
}

// take takes a share away that was added before.
func (t *tally) take(s *share) {
	for n, amount := range s.amounts {
		t.amounts[n].Add(-amount)
	}
	for n, count := range s.counts {
		t.counts[n] -= int(count)
	}
	t.exceptions -= int(s.exceptions)
}

// totals spells the sums out; they share nothing with the tally.
func (t *tally) totals(at At) *Totals {
	all := &Totals{AsOf: at.AsOf, KnownAtSeq: uint64(at.KnownAt), Currency: "CNY", Accounts: t.counts[0],
		ByStatus: make(map[projections.Status]int), ByFlag: make(map[projections.Flag]int)}
	for n, sum := range []*Sum{&all.Wallets, &all.WalletShortfalls, &all.Receivables, &all.Overdue, &all.LateFees, &all.ContractLiability} {
		*sum = t.amounts[n]
	}
	all.DueTotal = all.Receivables.plus(all.LateFees)
	for n, status := range Statuses {
		all.ByStatus[status] = t.counts[firstStatus+n]
		all.Contracts += t.counts[firstStatus+n]
	}
	for n, flag := range Flags {
		all.ByFlag[flag] = t.counts[firstFlag+n]
	}
	return all
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

// String gives yuan with two decimals.
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
