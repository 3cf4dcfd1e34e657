package query

import (
	"math/big"
	"slices"

	"zhangben/events/money"
	"zhangben/projections"
)

// share is what one account adds to the totals; without a book, nothing.
type share struct {
	amounts [6]money.Fen // wallet, shortfall, receivables, overdue, late fees, contract liability
	counts  [14]int32    // accounts, contracts by status, contracts by flag
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
	s.counts[firstStatus+slices.Index(Statuses, c.Status)]++
	for _, flag := range c.Flags {
		s.counts[firstFlag+slices.Index(Flags, flag)]++
	}
}

// tally is a sum of shares: any number of them, added and taken away in any order. Amounts may outgrow 64 bits.
type tally struct {
	amounts [6]Sum
	counts  [14]int
}

func (t *tally) add(s *share) {
	for n, amount := range s.amounts {
		t.amounts[n].Add(amount)
	}
	for n, count := range s.counts {
		t.counts[n] += int(count)
	}
}

// take takes a share away that was added before.
func (t *tally) take(s *share) {
	for n, amount := range s.amounts {
		t.amounts[n].Add(-amount)
	}
	for n, count := range s.counts {
		t.counts[n] -= int(count)
	}
}

// totals spells the sums out; they share nothing with the tally.
func (t *tally) totals(at At) *Totals {
	all := &Totals{AsOf: at.AsOf, KnownAtSeq: uint64(at.KnownAt), Currency: "CNY", Accounts: t.counts[0],
		ByStatus: make(map[projections.Status]int), ByFlag: make(map[projections.Flag]int)}
	for n, sum := range []*Sum{&all.Wallets, &all.WalletShortfalls, &all.Receivables, &all.Overdue, &all.LateFees, &all.ContractLiability} {
		sum.fen.Set(&t.amounts[n].fen)
	}
	all.DueTotal.fen.Add(&all.Receivables.fen, &all.LateFees.fen)
	for n, status := range Statuses {
		all.ByStatus[status] = t.counts[firstStatus+n]
		all.Contracts += t.counts[firstStatus+n]
	}
	for n, flag := range Flags {
		all.ByFlag[flag] = t.counts[firstFlag+n]
	}
	return all
}

// Sum is an amount of any size: as many of the largest amounts as there may be do not fit 64 bits.
type Sum struct{ fen big.Int }

// Add adds an amount, which may be below zero.
func (s *Sum) Add(f money.Fen) {
	if f != 0 {
		s.fen.Add(&s.fen, big.NewInt(int64(f)))
	}
}

// String gives yuan with two decimals.
func (s *Sum) String() string {
	return new(big.Rat).SetFrac(&s.fen, big.NewInt(100)).FloatString(2)
}

// MarshalText makes sums JSON strings in yuan with two decimals.
func (s *Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
