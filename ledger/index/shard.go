package index

import "slices"

// Shard finds seqs by a hash, in a table with open addressing. The upper bits of the fingerprint are the slot where a
// search begins, so that the table doubles without asking the log. The zero value is empty.
type Shard struct {
	slots []uint64 // fingerprint<<seqBits | seq; 0: empty
	shift int      // fingerprint >> shift is where a search begins
	used  int
}

const (
	seqBits         = 40
	fingerprintBits = 24
	minShardBits    = 4 // log2 of slots
)

// fingerprint is what a shard keeps of a hash.
func fingerprint(hash uint64) uint64 { return hash >> (64 - fingerprintBits) }

// seqOf is the seq of a slot, 0 when it is empty.
func seqOf(slot uint64) Seq { return Seq(slot & (1<<seqBits - 1)) }

// capacity is how many entries may stand in a number of slots before searches get long.
func capacity(slots int) int { return slots / 4 * 3 }

// Reserve makes room for n entries.
func (s *Shard) Reserve(n int) {
	bits := minShardBits
	for n > capacity(1<<bits) && bits < fingerprintBits {
		bits++
	}
	if len(s.slots) < 1<<bits {
		s.resize(bits)
	}
}

// Insert adds the seq of a hash.
func (s *Shard) Insert(hash uint64, seq Seq) {
	if s.used >= capacity(len(s.slots)) {
		s.Reserve(max(s.used*2, 1))
	}
	s.put(fingerprint(hash)<<seqBits | uint64(seq))
	s.used++
}

func (s *Shard) put(slot uint64) {
	mask := uint64(len(s.slots) - 1)
	i := slot >> seqBits >> s.shift
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = slot
}

func (s *Shard) resize(bits int) {
	old := s.slots
	s.slots, s.shift = make([]uint64, 1<<bits), fingerprintBits-bits
	for _, slot := range old {
		if slot != 0 {
			s.put(slot)
		}
	}
}

// Clear empties the table and keeps its memory.
func (s *Shard) Clear() {
	clear(s.slots)
	s.used = 0
}

// Find calls confirm with each seq that the hash may stand for until it reports true, and returns that seq; 0 when it
// never does.
func (s *Shard) Find(hash uint64, confirm func(Seq) (bool, error)) (Seq, error) {
	if s.used == 0 {
		return 0, nil
	}
	mask := uint64(len(s.slots) - 1)
	want := fingerprint(hash)
	for i := want >> s.shift; s.slots[i] != 0; i = (i + 1) & mask {
		if s.slots[i]>>seqBits != want {
			continue
		}
		seq := seqOf(s.slots[i])
		if yes, err := confirm(seq); yes || err != nil {
			return seq, err
		}
	}
	return 0, nil
}

// sorted lists the slots that are taken, in their order.
func (s *Shard) sorted() []uint64 {
	slots := slices.DeleteFunc(slices.Clone(s.slots), func(slot uint64) bool { return slot == 0 })
	slices.Sort(slots)
	return slots
}
