package index

import (
	"crypto/rand"
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/minio/highwayhash"

	"zhangben/events"
)

// Seq is the number of a record in the log, from 1.
type Seq uint64

// Key keys the hash of event ids: without it a publisher cannot make ids that collide, and so slow the log down. The
// seeds of hash/maphash can be stored nowhere, and what was hashed under them is of no use to the next process.
type Key [highwayhash.Size]byte

// NewKey returns a key at random.
func NewKey() (k Key) {
	rand.Read(k[:]) // never fails
	return k
}

// Index is what is known in memory of all records. Any number of goroutines may read it while none adds to it.
type Index struct {
	key Key
	ids table
	*Names
}

// Names are the accounts and contracts that records name.
type Names struct {
	mu        *sync.RWMutex // held while they are read
	accounts  accounts
	contracts contracts
}

// GuardWith has the names read under a lock other than the index's own.
func (x *Names) GuardWith(mu *sync.RWMutex) { x.mu = mu }

// New returns an index of no records, with room for some ids, accounts and contracts.
func New(key Key, ids Seq, accountCount, contractCount int) *Index {
	return &Index{
		key: key,
		ids: newTable(ids),
		Names: &Names{
			mu:        new(sync.RWMutex),
			accounts:  accounts{names: newNames(accountCount)},
			contracts: contracts{ids: newNames(contractCount), later: map[uint32][]uint32{}},
		},
	}
}

// Key returns the key of the ids' hash.
func (x *Index) Key() Key { return x.key }

// Hash returns the hash of an event id.
func (x *Index) Hash(id uuid.UUID) uint64 { return highwayhash.Sum64(id[:], x.key[:]) }

// FindID calls confirm with each seq that the id of a hash may have until it reports true, and returns that seq; 0
// when it never does.
func (x *Index) FindID(hash uint64, confirm func(Seq) (bool, error)) (Seq, error) {
	return x.ids.shard(hash).Find(hash, confirm)
}

// AddID adds the id of a record.
func (x *Index) AddID(seq Seq, id uuid.UUID) {
	hash := x.Hash(id)
	x.ids.shard(hash).Insert(hash, seq)
}

// AddNames adds a record to those of its account, and the contract that it names, if any; where a contract passes to
// another account, to those of that account too. Seqs come in ascending order.
func (x *Index) AddNames(seq Seq, of events.Head) {
	x.addName(seq, of.Account, of.Contract)
	if of.To != "" {
		x.addName(seq, []byte(of.To), of.Contract)
	}
}

func (x *Index) addName(seq Seq, account, contract []byte) {
	number := x.accounts.number(account)
	x.accounts.add(number, seq)
	x.contracts.add(number, contract)
}

// Add adds a record.
func (x *Index) Add(seq Seq, e *events.Event) {
	x.AddID(seq, e.ID)
	x.AddNames(seq, events.Head{Account: []byte(e.Account), Contract: []byte(e.Contract), To: e.PassesTo()})
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
