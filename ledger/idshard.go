package ledger

import "slices"

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

// seqIn is the seq of a slot, 0 when it is empty.
func seqIn(slot uint64) Seq { return Seq(slot & (1<<slotSeqBits - 1)) }

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
		seq := seqIn(s.slots[i])
		if yes, err := confirm(seq); yes || err != nil {
			return seq, err
		}
	}
	return 0, nil
}

// ordered lists the slots that are taken, in their order.
func (s *idShard) ordered() []uint64 {
	slots := slices.DeleteFunc(slices.Clone(s.slots), func(slot uint64) bool { return slot == 0 })
	slices.Sort(slots)
	return slots
}
