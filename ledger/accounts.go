package ledger

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// accountIndex knows which records an account has.
type accountIndex struct {
	numbers map[string]uint32 // from name to place in names and in records
	names   []string          // in the order of their first records
	records []accountRecords
	sorted  sortedList
}

// accountRecords are the records of one account: uvarint differences of ascending seqs. Bytes written are never changed,
// so that a copy of the slice stays what it was.
type accountRecords struct {
	last   Seq
	deltas []byte
}

// numberOf gives the number of an account, and opens it when it is new.
func numberOf[T string | []byte](x *accountIndex, name T) uint32 {
	number, known := x.numbers[string(name)]
	if !known {
		return x.open(string(name), accountRecords{})
	}
	return number
}

func (x *accountIndex) open(name string, records accountRecords) (number uint32) {
	number = uint32(len(x.records))
	x.names = append(x.names, name)
	x.records = append(x.records, records)
	x.numbers[name] = number
	return number
}

// add notes a record; seqs come in ascending order.
func (a *accountRecords) add(seq Seq) {
	a.deltas = binary.AppendUvarint(a.deltas, uint64(seq-a.last))
	a.last = seq
}

func (a accountRecords) equal(b accountRecords) bool {
	return a.last == b.last && bytes.Equal(a.deltas, b.deltas)
}

// window lists names in order, beginning after one.
func (x *accountIndex) window(after string, limit int) []string {
	compare := func(a, b uint32) int { return strings.Compare(x.names[a], x.names[b]) }
	above := func(number uint32) bool { return x.names[number] > after }
	numbers := x.sorted.window(len(x.names), compare, above, limit)
	names := slices.Grow([]string(nil), len(numbers))
	for _, number := range numbers {
		names = append(names, x.names[number])
	}
	return names
}

// appendSeqs appends the records of an account up to a seq.
func (x *accountIndex) appendSeqs(seqs []Seq, name string, upTo Seq) []Seq {
	number, known := x.numbers[name]
	if !known {
		return seqs
	}
	seq, b := Seq(0), x.records[number].deltas
	for seqs = slices.Grow(seqs, len(b)/2+1); len(b) > 0; {
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
	return l.AppendAccountSeqs(nil, account, upTo)
}

// AppendAccountSeqs appends what AccountSeqs lists.
func (l *Log) AppendAccountSeqs(seqs []Seq, account string, upTo Seq) []Seq {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.appendSeqs(seqs, account, upTo)
}

// Accounts lists the names that events give as their account, events.All among them, sorted and beginning after a name;
// at most limit of them, or all when limit is not above 0.
func (l *Log) Accounts(after string, limit int) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.window(after, limit)
}
