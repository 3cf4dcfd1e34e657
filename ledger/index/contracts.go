package index

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// ContractKey names a contract: two accounts may use one contract id.
type ContractKey struct{ Account, Contract string }

// Compare orders keys by contract, then by account.
func (k ContractKey) Compare(other ContractKey) int {
	return cmp.Or(strings.Compare(k.Contract, other.Contract), strings.Compare(k.Account, other.Account))
}

// contracts knows which accounts use a contract id: nearly always one.
type contracts struct {
	ids    names
	all    []contract          // in the order of their first records
	first  []uint32            // by number of the id, the first contract that has it
	later  map[uint32][]uint32 // and others that do
	sorted sorted
}

// contract is the number of a contract id, and of the account that uses it.
type contract struct{ account, id uint32 }

// add adds a contract, empty where the event names none, and reports whether it is new.
func (x *contracts) add(account uint32, id []byte) (fresh bool) {
	if len(id) == 0 {
		return false
	}
	number, fresh := x.ids.number(id)
	switch next := uint32(len(x.all)); {
	case fresh:
		x.first = append(x.first, next)
	case x.all[x.first[number]].account == account || x.isLater(account, number):
		return false
	default:
		x.later[number] = append(x.later[number], next)
	}
	x.all = append(x.all, contract{account, number})
	return true
}

func (x *contracts) isLater(account, id uint32) bool {
	return slices.ContainsFunc(x.later[id], func(n uint32) bool { return x.all[n].account == account })
}

// equal reports whether another index says the same.
func (x *contracts) equal(y *contracts) bool {
	return x.ids.equal(&y.ids) && slices.Equal(x.all, y.all)
}

// contractKey names the nth contract.
func (x *Names) contractKey(n uint32) ContractKey {
	c := x.contracts.all[n]
	return ContractKey{x.accounts.names.name(c.account), x.contracts.ids.name(c.id)}
}

// compareContracts orders contracts as Compare orders their keys.
func (x *Names) compareContracts(a, b uint32) int {
	one, other := x.contracts.all[a], x.contracts.all[b]
	return cmp.Or(bytes.Compare(x.contracts.ids.at(one.id), x.contracts.ids.at(other.id)),
		bytes.Compare(x.accounts.names.at(one.account), x.accounts.names.at(other.account)))
}

// ContractAccounts lists the accounts that use a contract id, sorted.
func (x *Names) ContractAccounts(contract string) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	number, known := x.contracts.ids.find([]byte(contract))
	if !known {
		return nil
	}
	list := []string{x.contractKey(x.contracts.first[number]).Account}
	for _, n := range x.contracts.later[number] {
		list = append(list, x.contractKey(n).Account)
	}
	slices.Sort(list)
	return list
}

// Contracts lists the contracts that events name, sorted by contract and then by account, beginning after a key; at
// most limit of them, or all when limit is not above 0.
func (x *Names) Contracts(after ContractKey, limit int) []ContractKey {
	x.mu.RLock()
	defer x.mu.RUnlock()
	numbers := x.contracts.sorted.window(len(x.contracts.all), limit, x.compareContracts,
		func(n uint32) bool { return x.contractKey(n).Compare(after) > 0 })
	keys := slices.Grow([]ContractKey(nil), len(numbers))
	for _, n := range numbers {
		keys = append(keys, x.contractKey(n))
	}
	return keys
}
