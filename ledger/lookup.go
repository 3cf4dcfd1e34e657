package ledger

import (
	"fmt"

	"github.com/google/uuid"

	"zhangben/ledger/index"
)

// ContractKey names a contract: two accounts may use one contract id.
type ContractKey = index.ContractKey

// AccountSeqs lists the records of an account up to a seq, ascending; those that concern all accounts are under
// events.All.
func (l *Log) AccountSeqs(account string, upTo Seq) []Seq {
	return l.AppendAccountSeqs(nil, account, upTo)
}

// AppendAccountSeqs appends what AccountSeqs lists.
func (l *Log) AppendAccountSeqs(seqs []Seq, account string, upTo Seq) []Seq {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.AppendSeqs(seqs, account, upTo)
}

// AccountNumber returns the number of an account that has records: accounts are numbered from 0 in the order of their
// first records.
func (l *Log) AccountNumber(account []byte) (number uint32, known bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.AccountNumber(account)
}

// AccountLast returns the number of an account and the seq of its last record, 0 where it has none.
func (l *Log) AccountLast(account string) (number uint32, last Seq) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	number, known := l.index.AccountNumber([]byte(account))
	if !known {
		return 0, 0
	}
	return number, l.index.AccountLast(number)
}

// AccountName returns the account of a number, which some account has.
func (l *Log) AccountName(number uint32) string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.AccountName(number)
}

// AccountCount is how many accounts have numbers.
func (l *Log) AccountCount() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.AccountCount()
}

// Accounts lists the names that events have as their account, events.All among them, sorted and beginning after a name;
// at most limit of them, or all when limit is not above 0.
func (l *Log) Accounts(after string, limit int) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.Accounts(after, limit)
}

// ContractAccounts lists the accounts that use a contract id, sorted.
func (l *Log) ContractAccounts(contract string) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.ContractAccounts(contract)
}

// Contracts lists the contracts that events name, sorted by contract and then by account, beginning after a key; at
// most limit of them, or all when limit is not above 0.
func (l *Log) Contracts(after ContractKey, limit int) []ContractKey {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.Contracts(after, limit)
}

// Find looks an event id up.
func (l *Log) Find(id uuid.UUID) (seq Seq, found bool, err error) {
	var candidates [8]Seq
	for _, seq := range l.candidates(id, candidates[:0]) {
		r, err := l.Record(seq)
		if err != nil {
			return 0, false, err
		}
		head, err := r.Head()
		if err != nil {
			return 0, false, fmt.Errorf("record %d: %w: %w", seq, ErrDamaged, err)
		}
		if head.ID == id {
			return seq, true, nil
		}
	}
	return 0, false, nil
}

// candidates lists the seqs that an id may have; hardly ever more than one.
func (l *Log) candidates(id uuid.UUID, into []Seq) []Seq {
	l.mu.RLock()
	defer l.mu.RUnlock()
	_, _ = l.index.FindID(l.index.Hash(id), func(seq Seq) (bool, error) {
		into = append(into, seq)
		return false, nil
	})
	return into
}
