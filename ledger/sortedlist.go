package ledger

import (
	"slices"
	"sort"
	"sync"
)

// sortedList puts things in order that are numbered as they come, often, and read in order now and then: what is new is
// sorted in when somebody reads.
type sortedList struct {
	mu     sync.Mutex // readers sort while they hold Log.mu for reading only
	sorted []uint32   // the numbers of the first things, in order; never changed in place
}

// window gives numbers in the order of compare, from the first one that is above what the reader has, at most limit of
// them, or all when limit is not above 0. There are many in all.
func (s *sortedList) window(many int, compare func(a, b uint32) int, above func(uint32) bool, limit int) []uint32 {
	all := s.all(many, compare)
	from := sort.Search(len(all), func(i int) bool { return above(all[i]) })
	if rest := len(all) - from; limit <= 0 || limit > rest {
		limit = rest
	}
	return all[from : from+limit]
}

func (s *sortedList) all(many int, compare func(a, b uint32) int) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if many > len(s.sorted) {
		fresh := make([]uint32, many-len(s.sorted))
		for i := range fresh {
			fresh[i] = uint32(len(s.sorted) + i)
		}
		slices.SortFunc(fresh, compare)
		s.sorted = merge(s.sorted, fresh, compare)
	}
	return s.sorted
}

// merge makes one sorted list of two.
func merge(a, b []uint32, compare func(a, b uint32) int) []uint32 {
	merged := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}
