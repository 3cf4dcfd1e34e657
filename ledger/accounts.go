package ledger

import (
	"encoding/binary"
	"strings"
)

// accountIndex knows which records an account has.
type accountIndex struct {
	numbers  map[string]uint32 // from name to place in accounts
	accounts []account         // in the order of their first records
	names    sortedList[string]
}

// account is the records of one account: uvarint differences of ascending seqs.
type account struct {
	last   Seq
	deltas []byte
}

func newAccountIndex() accountIndex {
	return accountIndex{numbers: map[string]uint32{}, names: sortedList[string]{compare: strings.Compare}}
}

// numberOf gives the number of an account, and opens it when it is new.
func numberOf[T string | []byte](x *accountIndex, name T) uint32 {
	number, known := x.numbers[string(name)]
	if !known {
		return x.open(string(name))
	}
	return number
}

func (x *accountIndex) open(name string) (number uint32) {
	number = uint32(len(x.accounts))
	x.accounts = append(x.accounts, account{})
	x.numbers[name] = number
	x.names.add(name)
	return number
}

// add notes a record; seqs come in ascending order.
func (a *account) add(seq Seq) {
	a.deltas = binary.AppendUvarint(a.deltas, uint64(seq-a.last))
	a.last = seq
}

// seqs lists the records of an account up to a seq.
func (x *accountIndex) seqs(name string, upTo Seq) (seqs []Seq) {
	number, known := x.numbers[name]
	if !known {
		return nil
	}
	seq := Seq(0)
	for b := x.accounts[number].deltas; len(b) > 0; {
		delta, n := binary.Uvarint(b)
		if seq += Seq(delta); seq > upTo {
			break
		}
		seqs, b = append(seqs, seq), b[n:]
	}
	return seqs
}

// AccountSeqs lists the records of an account up to a seq, ascending; those of everybody stand under events.All.
func (l *Log) AccountSeqs(account string, upTo Seq) []Seq {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.seqs(account, upTo)
}

// Accounts lists the names that events give as their account, events.All among them, sorted and beginning after a name;
// at most limit of them, or all when limit is not above 0.
func (l *Log) Accounts(after string, limit int) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.names.window(after, limit)
}
