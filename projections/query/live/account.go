package live

import (
	"slices"
	"strings"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// Account is the figures of an account and its contracts, good from an instant until before another if no record comes.
type Account struct {
	From, Until civil.Instant
	Exists      bool // it has an effective event
	Exceptions  int32
	Wallet      money.Fen
	Shortfall   money.Fen
	Principal   money.Fen  // due, of contracts that went to other accounts
	LateFee     money.Fen  // of it
	Contracts   []Contract // by id
}

// Contract is the figures of a contract by which lists select, sort and add up.
type Contract struct {
	ID         string
	Status     uint8 // index in Statuses
	Flags      uint8 // bit n stands for Flags[n]
	Exceptions int32
	Principal  money.Fen
	Overdue    money.Fen // the part of the principal that is past its due date
	LateFee    money.Fen
	Liability  money.Fen
}

// Statuses and Flags list what there is to count, in the order of the figures.
var (
	Statuses = []projections.Status{
		projections.PendingPayment, projections.Effective, projections.Active, projections.Suspended,
		projections.Expired, projections.Terminated, projections.Cancelled,
	}
	Flags = []projections.Flag{
		projections.FlagOverdue, projections.FlagWalletCoversDebt, projections.FlagMayWithhold, projections.FlagMayTerminate,
		projections.FlagMayTerminateImpediment, projections.FlagOutageOpen, projections.FlagPartiallyActive,
	}
)

// AccountOf takes the figures out of a book, which may be nil. It keeps nothing of the book.
func AccountOf(book *projections.Book, from, until civil.Instant) Account {
	a := Account{From: from, Until: until}
	if book == nil {
		return a
	}
	a.Exists, a.Exceptions = true, int32(len(book.Account.Exceptions))
	a.Wallet, a.Shortfall = book.Account.Wallet, book.Account.WalletShortfall
	a.Contracts = make([]Contract, len(book.Contracts))
	a.Principal, a.LateFee = book.Account.Principal, book.Account.LateFee
	for i := range book.Contracts {
		a.Contracts[i] = contractOf(&book.Contracts[i])
		a.Principal -= book.Contracts[i].Principal
		a.LateFee -= book.Contracts[i].LateFee
	}
	return a
}

func contractOf(f *projections.Figures) Contract {
	c := Contract{ID: strings.Clone(f.ContractID), Exceptions: int32(len(f.Exceptions)),
		Principal: f.Principal, LateFee: f.LateFee, Liability: f.ContractLiability}
	c.Status = uint8(slices.Index(Statuses, f.Status))
	for _, flag := range f.Flags {
		c.Flags |= 1 << slices.Index(Flags, flag)
	}
	for _, invoice := range f.Invoices {
		if invoice.OverdueDays > 0 {
			c.Overdue += invoice.Principal
		}
	}
	return c
}
