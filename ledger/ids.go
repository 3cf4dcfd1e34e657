package ledger

import (
	"hash/maphash"

	"github.com/google/uuid"
)

// idIndex finds the seqs that an event id may have. A slot keeps 24 bits of the id's hash and the seq, and the shard ten
// more, so a hit is confirmed against the log; a wrong one comes about once in 1,700 look-ups at 10 million records.
// The hash is keyed afresh in each process: nobody can make ids that collide. Memory is 11 to 21 bytes an event.
type idIndex struct {
	seed   maphash.Seed
	shards []idShard
}

// idShards is how many shards an idIndex has: each doubles alone, so that growing never takes long.
const idShards = 1 << 10

// A slot is fingerprint<<40 | seq; 0 is an empty one.
const (
	slotSeqBits     = 40
	fingerprintBits = 24
	smallestShard   = 4 // log2 of slots
)

func newIDIndex() idIndex {
	return idIndex{maphash.MakeSeed(), make([]idShard, idShards)}
}

// at is the shard of an id, and its fingerprint there.
func (x *idIndex) at(id uuid.UUID) (shard *idShard, fingerprint uint64) {
	h := maphash.Bytes(x.seed, id[:])
	return &x.shards[h&(idShards-1)], h >> (64 - fingerprintBits)
}

// glance reads the slot where a search for an id begins. Glancing at many ids before searching for them lets the cache
// misses overlap, where the searches would wait for one after the other.
func (x *idIndex) glance(id uuid.UUID) uint64 {
	shard, fingerprint := x.at(id)
	if shard.used == 0 {
		return 0
	}
	return shard.slots[fingerprint>>shard.shift]
}

// add notes the id of a record.
func (x *idIndex) add(id uuid.UUID, seq Seq) {
	shard, fingerprint := x.at(id)
	shard.insert(fingerprint, seq)
}

// reserve makes room for n records, so that rebuilding grows nothing.
func (x *idIndex) reserve(n Seq) {
	each := int(n/idShards) + int(n/idShards)/8
	for i := range x.shards {
		x.shards[i].reserve(each)
	}
}

// idShard is a table with open addressing. The upper bits of the fingerprint are the slot where a search begins, so that
// the table doubles without asking the log.
type idShard struct {
	slots []uint64
	shift int // fingerprint >> shift is where a search begins
	used  int
}

// reserve makes room for n entries.
func (s *idShard) reserve(n int) {
	size := smallestShard
	for n > roomIn(1<<size) && size < fingerprintBits {
		size++
	}
	if len(s.slots) < 1<<size {
		s.resize(size)
	}
}

// roomIn is how many entries may stand in so many slots before searches get long.
func roomIn(slots int) int { return slots / 4 * 3 }

func (s *idShard) insert(fingerprint uint64, seq Seq) {
	if s.used >= roomIn(len(s.slots)) {
		s.reserve(max(s.used*2, 1))
	}
	s.put(fingerprint<<slotSeqBits | uint64(seq))
	s.used++
}

func (s *idShard) put(slot uint64) {
	mask := uint64(len(s.slots) - 1)
	i := slot >> slotSeqBits >> s.shift
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = slot
}

func (s *idShard) resize(size int) {
	old := s.slots
	s.slots, s.shift = make([]uint64, 1<<size), fingerprintBits-size
	for _, slot := range old {
		if slot != 0 {
			s.put(slot)
		}
	}
}

// clear empties the table and keeps its memory.
func (s *idShard) clear() {
	clear(s.slots)
	s.used = 0
}

// find calls confirm with each seq that the fingerprint may stand for until it says yes, and gives that one; 0 when it
// never does.
func (s *idShard) find(fingerprint uint64, confirm func(Seq) (bool, error)) (Seq, error) {
	if s.used == 0 {
		return 0, nil
	}
	mask := uint64(len(s.slots) - 1)
	for i := fingerprint >> s.shift; s.slots[i] != 0; i = (i + 1) & mask {
		if s.slots[i]>>slotSeqBits != fingerprint {
			continue
		}
		seq := Seq(s.slots[i] & (1<<slotSeqBits - 1))
		if yes, err := confirm(seq); yes || err != nil {
			return seq, err
		}
	}
	return 0, nil
}
