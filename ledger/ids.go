package ledger

import "github.com/google/uuid"

// idIndex finds the seqs that an event id may have. A slot keeps 24 bits of the id's hash and the seq, and the shard ten
// more, so a hit is confirmed against the log; a wrong one comes about once in 1,700 look-ups at 10 million records.
// Memory is 11 to 21 bytes an event.
type idIndex struct {
	key hashKey
	hashTable
}

// hashTable finds numbers by a hash.
type hashTable struct{ shards []idShard }

// idShards is how many shards a hashTable has: each doubles alone, so that growing never takes long.
const idShards = 1 << 10

// A slot is fingerprint<<40 | seq; 0 is an empty one.
const (
	slotSeqBits     = 40
	fingerprintBits = 24
	smallestShard   = 4 // log2 of slots
)

// newIDIndex makes an index with room for n records, so that rebuilding grows nothing.
func newIDIndex(key hashKey, n Seq) idIndex { return idIndex{key, newHashTable(n)} }

// newHashTable makes a table with room for n numbers.
func newHashTable(n Seq) hashTable {
	x := hashTable{make([]idShard, idShards)}
	if each := int(n/idShards) + int(n/idShards)/8; each > 0 {
		for i := range x.shards {
			x.shards[i].reserve(each)
		}
	}
	return x
}

// at is the shard of an id, and its fingerprint there.
func (x *idIndex) at(id uuid.UUID) (shard *idShard, fingerprint uint64) {
	return x.of(x.key.hash(id))
}

// of is the shard of a hash, and its fingerprint there.
func (x *hashTable) of(hash uint64) (shard *idShard, fingerprint uint64) {
	return &x.shards[hash&(idShards-1)], fingerprintOf(hash)
}

// fingerprintOf is what a shard keeps of a hash.
func fingerprintOf(hash uint64) uint64 { return hash >> (64 - fingerprintBits) }

// glance reads the slot where a search begins. Glancing for many ids before searching for them lets the cache misses
// overlap, where the searches would wait for one after the other.
func (x *hashTable) glance(hash uint64) uint64 {
	shard, fingerprint := x.of(hash)
	if shard.used == 0 {
		return 0
	}
	return shard.slots[fingerprint>>shard.shift]
}

// add notes the number of a hash: the seq of an id's record.
func (x *hashTable) add(hash uint64, seq Seq) {
	shard, fingerprint := x.of(hash)
	shard.insert(fingerprint, seq)
}
