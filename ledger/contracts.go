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
	first map[string]string   // from contract id to the account that used it first
	later map[string][]string // and to others that did
	keys  sortedList[ContractKey]
}

func newContractIndex() contractIndex {
	return contractIndex{
		first: map[string]string{}, later: map[string][]string{},
		keys: sortedList[ContractKey]{compare: compareContracts},
	}
}

// noteContract adds an event's contract, empty where the event names none.
func noteContract[T string | []byte](x *contractIndex, account, contract T) {
	if len(contract) == 0 {
		return
	}
	first, known := x.first[string(contract)]
	if known && (first == string(account) || slices.Contains(x.later[string(contract)], string(account))) {
		return
	}
	key := ContractKey{string(account), string(contract)}
	x.keys.add(key)
	if known {
		x.later[key.Contract] = append(x.later[key.Contract], key.Account)
	} else {
		x.first[key.Contract] = key.Account
	}
}

// ContractAccounts lists the accounts that use a contract id, sorted.
func (l *Log) ContractAccounts(contract string) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	first, known := l.contracts.first[contract]
	if !known {
		return nil
	}
	names := append([]string{first}, l.contracts.later[contract]...)
	slices.Sort(names)
	return names
}

// Contracts lists the contracts that events name, sorted by contract and then by account, beginning after a key; at most
// limit of them, or all when limit is not above 0.
func (l *Log) Contracts(after ContractKey, limit int) []ContractKey {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.contracts.keys.window(after, limit)
}
