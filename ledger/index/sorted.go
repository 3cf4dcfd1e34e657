package index

import (
	"slices"
	"sort"
	"sync"
)

// sorted orders things that are numbered as they come: what came since the last question is merged in at the next.
type sorted struct {
	mu      sync.Mutex // readers merge
	numbers []uint32   // of the first things, in order; never changed in place
}

// window returns numbers in the order of compare, from the first one that is above what the reader has, at most limit
// of them, or all when limit is not above 0. There are count things.
func (s *sorted) window(count, limit int, compare func(a, b uint32) int, above func(uint32) bool) []uint32 {
	all := s.all(count, compare)
	from := sort.Search(len(all), func(i int) bool { return above(all[i]) })
	if rest := len(all) - from; limit <= 0 || limit > rest {
		limit = rest
	}
	return all[from : from+limit]
}

func (s *sorted) all(count int, compare func(a, b uint32) int) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if count > len(s.numbers) {
		fresh := make([]uint32, count-len(s.numbers))
		for i := range fresh {
			fresh[i] = uint32(len(s.numbers) + i)
		}
		slices.SortFunc(fresh, compare)
		s.numbers = merge(s.numbers, fresh, compare)
	}
	return s.numbers
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
