package ledger

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

// ContractKey names a contract: two accounts may use one contract id.
type ContractKey struct{ Account, Contract string }

// compareContracts orders keys by contract, then by account.
func compareContracts(a, b ContractKey) int {
	return cmp.Or(strings.Compare(a.Contract, b.Contract), strings.Compare(a.Account, b.Account))
}

// accountIndex knows which records an account has, and which accounts a contract id has.
type accountIndex struct {
	numbers   map[string]uint32   // from name to place in accounts
	accounts  []account           // in the order of their first records
	contracts map[string][]uint32 // from contract id to accounts, in the order of their first records
	names     sortedList[string]
	keys      sortedList[ContractKey]
}

// account is the records of one account: uvarint differences of ascending seqs.
type account struct {
	name   string
	last   Seq
	deltas []byte
}

func newAccountIndex() accountIndex {
	return accountIndex{
		numbers: map[string]uint32{}, contracts: map[string][]uint32{},
		names: sortedList[string]{compare: strings.Compare}, keys: sortedList[ContractKey]{compare: compareContracts},
	}
}

// note adds a record to the index; seqs come in ascending order. contract is empty where the event names none.
func note[T string | []byte](x *accountIndex, name, contract T, seq Seq) {
	number, known := x.numbers[string(name)]
	if !known {
		number = x.newAccount(string(name))
	}
	a := &x.accounts[number]
	a.deltas = binary.AppendUvarint(a.deltas, uint64(seq-a.last))
	a.last = seq
	if len(contract) == 0 {
		return
	}
	if users := x.contracts[string(contract)]; !slices.Contains(users, number) {
		x.newContract(users, number, string(contract))
	}
}

func (x *accountIndex) newAccount(name string) (number uint32) {
	number = uint32(len(x.accounts))
	x.accounts = append(x.accounts, account{name: name})
	x.numbers[name] = number
	x.names.add(name)
	return number
}

func (x *accountIndex) newContract(users []uint32, number uint32, contract string) {
	x.contracts[contract] = append(users, number)
	x.keys.add(ContractKey{x.accounts[number].name, contract})
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

// ContractAccounts lists the accounts that use a contract id, sorted.
func (l *Log) ContractAccounts(contract string) (names []string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, number := range l.accounts.contracts[contract] {
		names = append(names, l.accounts.accounts[number].name)
	}
	slices.Sort(names)
	return names
}

// Accounts lists the names that events give as their account, events.All among them, sorted and beginning after a name;
// at most limit of them, or all when limit is not above 0.
func (l *Log) Accounts(after string, limit int) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.names.window(after, limit)
}

// Contracts lists the contracts that events name, sorted by contract and then by account, beginning after a key; at most
// limit of them, or all when limit is not above 0.
func (l *Log) Contracts(after ContractKey, limit int) []ContractKey {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.accounts.keys.window(after, limit)
}

// sortedList is a list that is appended to often and read in order now and then: what is new is sorted in when somebody
// reads.
type sortedList[T any] struct {
	compare func(a, b T) int

	mu     sync.Mutex // readers sort while they hold l.mu for reading only
	sorted []T        // never changed in place: windows share it
	fresh  []T
}

func (s *sortedList[T]) add(item T) { s.fresh = append(s.fresh, item) }

// window gives the items above after, at most limit of them.
func (s *sortedList[T]) window(after T, limit int) []T {
	all := s.all()
	from, found := slices.BinarySearchFunc(all, after, s.compare)
	if found {
		from++
	}
	if rest := len(all) - from; limit <= 0 || limit > rest {
		limit = rest
	}
	return slices.Clone(all[from : from+limit])
}

func (s *sortedList[T]) all() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fresh) > 0 {
		slices.SortFunc(s.fresh, s.compare)
		s.sorted = merge(s.sorted, s.fresh, s.compare)
		s.fresh = nil
	}
	return s.sorted
}

// merge makes one sorted list of two.
func merge[T any](a, b []T, compare func(a, b T) int) []T {
	merged := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}
