package ledger

import (
	"bytes"
	"slices"
)

// accountIndex knows which records an account has.
type accountIndex struct {
	names  nameTable // in the order of their first records
	lists  seqLists
	of     []seqList // the records of each account
	sorted sortedList
}

// numberOf gives the number of an account, and opens it when it is new.
func (x *accountIndex) numberOf(name []byte) uint32 {
	number, fresh := x.names.number(name)
	if fresh {
		x.of = append(x.of, seqList{})
	}
	return number
}

// add notes a record; seqs come in ascending order.
func (x *accountIndex) add(number uint32, seq Seq) { x.lists.add(&x.of[number], seq) }

// same tells whether another index says the same.
func (x *accountIndex) same(y *accountIndex) bool {
	if !x.names.same(&y.names) {
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

// window lists names in order, beginning after one.
func (x *accountIndex) window(after string, limit int) []string {
	compare := func(a, b uint32) int { return bytes.Compare(x.names.at(a), x.names.at(b)) }
	above := func(number uint32) bool { return string(x.names.at(number)) > after }
	numbers := x.sorted.window(len(x.of), compare, above, limit)
	names := slices.Grow([]string(nil), len(numbers))
	for _, number := range numbers {
		names = append(names, x.names.name(number))
	}
	return names
}

// AccountSeqs lists the records of an account up to a seq, ascending; those of everybody stand under events.All.
func (l *Log) AccountSeqs(account string, upTo Seq) []Seq {
	return l.AppendAccountSeqs(nil, account, upTo)
}

// AppendAccountSeqs appends what AccountSeqs lists.
func (l *Log) AppendAccountSeqs(seqs []Seq, account string, upTo Seq) []Seq {
	l.mu.RLock()
	defer l.mu.RUnlock()
	number, known := l.accounts.names.find([]byte(account))
	if !known {
		return seqs
	}
	return l.accounts.lists.upTo(seqs, l.accounts.of[number], upTo)
}

// AccountNumber gives the number of an account that has records: accounts are numbered from 0 in the order of their first
// records.
func (l *Log) AccountNumber(account []byte) (number uint32, known bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.names.find(account)
}

// AccountLast gives the number of an account and the seq of its last record, 0 where it has none.
func (l *Log) AccountLast(account string) (number uint32, last Seq) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	number, known := l.accounts.names.find([]byte(account))
	if !known {
		return 0, 0
	}
	return number, l.accounts.of[number].last
}

// AccountName gives the account of a number, which some account has.
func (l *Log) AccountName(number uint32) string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.names.name(number)
}

// AccountCount is how many accounts have numbers.
func (l *Log) AccountCount() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.accounts.of)
}

// Accounts lists the names that events give as their account, events.All among them, sorted and beginning after a name;
// at most limit of them, or all when limit is not above 0.
func (l *Log) Accounts(after string, limit int) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.window(after, limit)
}
