package ledger

import (
	"runtime"
	"slices"

	"zhangben/events"
)

// indexes are what the log keeps in memory of all records. They follow from the records alone.
type indexes struct {
	ids       idIndex
	accounts  accountIndex
	contracts contractIndex
}

// newIndexes are those of no records, with room for n ids, accounts and contracts.
func newIndexes(key hashKey, ids Seq, accounts, contracts int) *indexes {
	return &indexes{
		newIDIndex(key, ids),
		accountIndex{names: newNameTable(accounts)},
		contractIndex{ids: newNameTable(contracts), later: map[uint32][]uint32{}},
	}
}

// noteIDs adds the ids of a chunk. Several short loops are faster than one long one: the cache misses of one loop
// overlap.
func (x *indexes) noteIDs(first Seq, heads []events.Head) {
	var hashes [chunkRecords]uint64
	seen := uint64(0)
	for i := range heads {
		hashes[i] = x.ids.key.hash(heads[i].ID)
		seen |= x.ids.glance(hashes[i])
	}
	runtime.KeepAlive(seen)
	for i := range heads {
		x.ids.add(hashes[i], first+Seq(i))
	}
}

// noteNames adds the accounts and the contracts of a chunk, in short loops for the same reason.
func (x *indexes) noteNames(first Seq, heads []events.Head) {
	var numbers [chunkRecords]uint32
	for i := range heads {
		numbers[i] = x.accounts.numberOf(heads[i].Account)
	}
	for i := range heads {
		x.accounts.add(numbers[i], first+Seq(i))
	}
	for i := range heads {
		x.contracts.note(numbers[i], heads[i].Contract)
	}
}

// note adds one event.
func (x *indexes) note(seq Seq, e *events.Event) {
	x.ids.add(x.ids.key.hash(e.ID), seq)
	number := x.accounts.numberOf([]byte(e.Account))
	x.accounts.add(number, seq)
	x.contracts.note(number, []byte(e.Contract))
}

// equal tells whether two indexes with one key say the same. The slots of a shard lie as they came.
func (x *indexes) equal(y *indexes) bool {
	for i := range x.ids.shards {
		if !slices.Equal(x.ids.shards[i].ordered(), y.ids.shards[i].ordered()) {
			return false
		}
	}
	return x.accounts.same(&y.accounts) && x.contracts.same(&y.contracts)
}
