package ledger

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
)

// ContractKey names a contract: two accounts may use one contract id.
type ContractKey struct{ Account, Contract string }

// Compare orders keys by contract, then by account.
func (k ContractKey) Compare(other ContractKey) int {
	return cmp.Or(strings.Compare(k.Contract, other.Contract), strings.Compare(k.Account, other.Account))
}

// contractIndex knows which accounts use a contract id: nearly always one.
type contractIndex struct {
	ids       nameTable
	contracts []contract          // in the order of their first records
	first     []uint32            // by number of the id, the first contract that has it
	later     map[uint32][]uint32 // and others that do
	sorted    sortedList
}

// contract is the number of a contract id, and of the account that uses it.
type contract struct{ account, id uint32 }

// note adds an event's contract, empty where the event names none, and tells whether it is new.
func (x *contractIndex) note(account uint32, id []byte) (fresh bool) {
	if len(id) == 0 {
		return false
	}
	number, fresh := x.ids.number(id)
	switch place := uint32(len(x.contracts)); {
	case fresh:
		x.first = append(x.first, place)
	case x.contracts[x.first[number]].account == account || x.isLater(account, number):
		return false
	default:
		x.later[number] = append(x.later[number], place)
	}
	x.contracts = append(x.contracts, contract{account, number})
	return true
}

func (x *contractIndex) isLater(account, id uint32) bool {
	return slices.ContainsFunc(x.later[id], func(place uint32) bool { return x.contracts[place].account == account })
}

// same tells whether another index says the same.
func (x *contractIndex) same(y *contractIndex) bool {
	return x.ids.same(&y.ids) && slices.Equal(x.contracts, y.contracts) && slices.Equal(x.first, y.first) &&
		maps.EqualFunc(x.later, y.later, slices.Equal)
}

// key names a contract by its place.
func (x *indexes) key(place uint32) ContractKey {
	c := x.contracts.contracts[place]
	return ContractKey{x.accounts.names.name(c.account), x.contracts.ids.name(c.id)}
}

// compareKeys orders contracts by their places as Compare orders their keys.
func (x *indexes) compareKeys(a, b uint32) int {
	one, other := x.contracts.contracts[a], x.contracts.contracts[b]
	return cmp.Or(bytes.Compare(x.contracts.ids.at(one.id), x.contracts.ids.at(other.id)),
		bytes.Compare(x.accounts.names.at(one.account), x.accounts.names.at(other.account)))
}

// ContractAccounts lists the accounts that use a contract id, sorted.
func (l *Log) ContractAccounts(contract string) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	number, known := l.contracts.ids.find([]byte(contract))
	if !known {
		return nil
	}
	names := []string{l.key(l.contracts.first[number]).Account}
	for _, place := range l.contracts.later[number] {
		names = append(names, l.key(place).Account)
	}
	slices.Sort(names)
	return names
}

// Contracts lists the contracts that events name, sorted by contract and then by account, beginning after a key; at most
// limit of them, or all when limit is not above 0.
func (l *Log) Contracts(after ContractKey, limit int) []ContractKey {
	l.mu.RLock()
	defer l.mu.RUnlock()
	above := func(place uint32) bool { return l.key(place).Compare(after) > 0 }
	places := l.contracts.sorted.window(len(l.contracts.contracts), l.compareKeys, above, limit)
	keys := slices.Grow([]ContractKey(nil), len(places))
	for _, place := range places {
		keys = append(keys, l.key(place))
	}
	return keys
}
