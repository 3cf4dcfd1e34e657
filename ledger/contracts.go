package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// ContractKey names a contract: two accounts may use one contract id.
type ContractKey struct{ Account, Contract string }

// compareContracts orders keys by contract, then by account.
func compareContracts(a, b ContractKey) int {
	return cmp.Or(strings.Compare(a.Contract, b.Contract), strings.Compare(a.Account, b.Account))
}

// contractIndex knows which accounts use a contract id: nearly always one.
type contractIndex struct {
	contracts []contract          // in the order of their first records
	first     map[string]uint32   // from contract id to the place of the first contract that has it
	later     map[string][]uint32 // and of others that do
	sorted    sortedList
}

// contract is a contract id and the number of the account that uses it.
type contract struct {
	account uint32
	id      string
}

// noteContract adds an event's contract, empty where the event names none.
func noteContract[T string | []byte](x *contractIndex, account uint32, id T) {
	if len(id) == 0 {
		return
	}
	first, known := x.first[string(id)]
	if !known || x.contracts[first].account != account && !x.isLater(account, string(id)) {
		x.open(contract{account, string(id)})
	}
}

func (x *contractIndex) isLater(account uint32, id string) bool {
	return slices.ContainsFunc(x.later[id], func(number uint32) bool { return x.contracts[number].account == account })
}

func (x *contractIndex) open(c contract) {
	number := uint32(len(x.contracts))
	x.contracts = append(x.contracts, c)
	if _, known := x.first[c.id]; known {
		x.later[c.id] = append(x.later[c.id], number)
	} else {
		x.first[c.id] = number
	}
}

// key names a contract by its number.
func (x *indexes) key(number uint32) ContractKey {
	c := x.contracts.contracts[number]
	return ContractKey{x.accounts.names[c.account], c.id}
}

// ContractAccounts lists the accounts that use a contract id, sorted.
func (l *Log) ContractAccounts(contract string) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	first, known := l.contracts.first[contract]
	if !known {
		return nil
	}
	names := []string{l.key(first).Account}
	for _, number := range l.contracts.later[contract] {
		names = append(names, l.key(number).Account)
	}
	slices.Sort(names)
	return names
}

// Contracts lists the contracts that events name, sorted by contract and then by account, beginning after a key; at most
// limit of them, or all when limit is not above 0.
func (l *Log) Contracts(after ContractKey, limit int) []ContractKey {
	l.mu.RLock()
	defer l.mu.RUnlock()
	compare := func(a, b uint32) int { return compareContracts(l.key(a), l.key(b)) }
	above := func(number uint32) bool { return compareContracts(l.key(number), after) > 0 }
	numbers := l.contracts.sorted.window(len(l.contracts.contracts), compare, above, limit)
	keys := slices.Grow([]ContractKey(nil), len(numbers))
	for _, number := range numbers {
		keys = append(keys, l.key(number))
	}
	return keys
}
