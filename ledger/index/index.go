package index

import (
	"runtime"
	"slices"

	"github.com/google/uuid"

	"zhangben/events"
)

// Seq is the number of a record in the log, from 1.
type Seq uint64

// Index is what is known in memory of all records. Any number of goroutines may read it while none adds to it.
type Index struct {
	key       Key
	ids       table
	accounts  accounts
	contracts contracts
	numbers   []uint32 // buffer: of the accounts of the records being added
}

// New returns an index of no records, with room for some ids, accounts and contracts.
func New(key Key, ids Seq, accountCount, contractCount int) *Index {
	return &Index{
		key:       key,
		ids:       newTable(ids),
		accounts:  accounts{names: newNames(accountCount)},
		contracts: contracts{ids: newNames(contractCount), later: map[uint32][]uint32{}},
	}
}

// Key returns the key of the ids' hash.
func (x *Index) Key() Key { return x.key }

// Hash returns the hash of an event id.
func (x *Index) Hash(id uuid.UUID) uint64 { return x.key.hash(id) }

// Prefetch brings the slots in which ids will be looked up into the processor's cache: the misses of several overlap,
// where the searches would wait for one after the other.
func (x *Index) Prefetch(hashes []uint64) {
	seen := uint64(0)
	for _, hash := range hashes {
		seen |= x.ids.prefetch(hash)
	}
	runtime.KeepAlive(seen)
}

// FindID calls confirm with each seq that the id of a hash may have until it reports true, and returns that seq; 0
// when it never does.
func (x *Index) FindID(hash uint64, confirm func(Seq) (bool, error)) (Seq, error) {
	return x.ids.shard(hash).Find(hash, confirm)
}

// AddIDs adds the ids of records in succession, by their hashes.
func (x *Index) AddIDs(first Seq, hashes []uint64) {
	for i, hash := range hashes {
		x.ids.shard(hash).Insert(hash, first+Seq(i))
	}
}

// AddHeads adds the accounts and contracts of records in succession. Several short loops are faster than one long
// one: the cache misses of one loop overlap.
func (x *Index) AddHeads(first Seq, heads []events.Head) {
	numbers := x.numbers[:0]
	for i := range heads {
		numbers = append(numbers, x.accounts.number(heads[i].Account))
	}
	x.addSeqs(first, numbers)
	for i := range heads {
		x.contracts.add(numbers[i], heads[i].Contract)
	}
}

// AddEvents does the same as AddHeads for events.
func (x *Index) AddEvents(first Seq, list []*events.Event) {
	numbers := x.numbers[:0]
	for _, e := range list {
		numbers = append(numbers, x.accounts.number([]byte(e.Account)))
	}
	x.addSeqs(first, numbers)
	for i, e := range list {
		x.contracts.add(numbers[i], []byte(e.Contract))
	}
}

// addSeqs adds the records in succession of accounts, by their numbers.
func (x *Index) addSeqs(first Seq, numbers []uint32) {
	for i, number := range numbers {
		x.accounts.add(number, first+Seq(i))
	}
	x.numbers = numbers
}

// Add adds one record.
func (x *Index) Add(seq Seq, e *events.Event) {
	x.AddIDs(seq, []uint64{x.Hash(e.ID)})
	x.AddEvents(seq, []*events.Event{e})
}

// Equal reports whether two indexes with one key say the same. The slots of a shard lie in the order in which they
// came.
func (x *Index) Equal(y *Index) bool {
	for i := range x.ids.shards {
		if !slices.Equal(x.ids.shards[i].sorted(), y.ids.shards[i].sorted()) {
			return false
		}
	}
	return x.accounts.equal(&y.accounts) && x.contracts.equal(&y.contracts)
}
