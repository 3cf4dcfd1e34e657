package index

import (
	"bytes"
	"slices"
)

// accounts knows which records an account has.
type accounts struct {
	names  names // in the order of their first records
	lists  seqLists
	of     []seqList // the records of each account
	sorted sorted
}

// number returns the number of an account, a new one where it has none.
func (x *accounts) number(name []byte) uint32 {
	number, fresh := x.names.number(name)
	if fresh {
		x.of = append(x.of, seqList{})
	}
	return number
}

// add adds a record; seqs come in ascending order.
func (x *accounts) add(number uint32, seq Seq) { x.lists.add(&x.of[number], seq) }

// equal reports whether another index says the same.
func (x *accounts) equal(y *accounts) bool {
	if !x.names.equal(&y.names) {
		return false
	}
	for number := range x.of {
		one, other := x.of[number], y.of[number]
		if one.last != other.last || !bytes.Equal(x.lists.bytes(nil, one), y.lists.bytes(nil, other)) {
			return false
		}
	}
	return true
}

// AccountSeqs lists the records of an account up to a seq, ascending, those of contracts that pass to it among them;
// those that concern all accounts are under events.All.
func (x *Names) AccountSeqs(account string, upTo Seq) []Seq {
	return x.AppendAccountSeqs(nil, account, upTo)
}

// AppendAccountSeqs appends what AccountSeqs lists.
func (x *Names) AppendAccountSeqs(seqs []Seq, account string, upTo Seq) []Seq {
	x.mu.RLock()
	defer x.mu.RUnlock()
	number, known := x.accounts.names.find([]byte(account))
	if !known {
		return seqs
	}
	return x.accounts.lists.appendUpTo(seqs, x.accounts.of[number], upTo)
}

// AccountNumber returns the number of an account that has records: accounts are numbered from 0 in the order of their
// first records.
func (x *Names) AccountNumber(account []byte) (number uint32, known bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.accounts.names.find(account)
}

// AccountLast returns the number of an account and the seq of its last record, 0 where it has none.
func (x *Names) AccountLast(account string) (number uint32, last Seq) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	number, known := x.accounts.names.find([]byte(account))
	if !known {
		return 0, 0
	}
	return number, x.accounts.of[number].last
}

// AccountName returns the account of a number, which some account has.
func (x *Names) AccountName(number uint32) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.accounts.names.name(number)
}

// AccountCount is how many accounts have numbers.
func (x *Names) AccountCount() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.accounts.of)
}

// Accounts lists the names that events have as their account or as that to which a contract passes, events.All among
// them, sorted and beginning after a name; at most limit of them, or all when limit is not above 0.
func (x *Names) Accounts(after string, limit int) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	name := x.accounts.names.at
	numbers := x.accounts.sorted.window(len(x.accounts.of), limit,
		func(a, b uint32) int { return bytes.Compare(name(a), name(b)) },
		func(number uint32) bool { return string(name(number)) > after })
	list := slices.Grow([]string(nil), len(numbers))
	for _, number := range numbers {
		list = append(list, string(name(number)))
	}
	return list
}
