package ledger

import (
	"slices"
	"sync"
)

// sortedList is a list that is appended to often and read in order now and then: what is new is sorted in when somebody
// reads.
type sortedList[T any] struct {
	compare func(a, b T) int

	mu     sync.Mutex // readers sort while they hold Log.mu for reading only
	sorted []T        // never changed in place: a reader may still go through it
	fresh  []T
}

// add appends an item that is not in the list. The caller keeps readers out.
func (s *sortedList[T]) add(item T) { s.fresh = append(s.fresh, item) }

// window gives the items above after, at most limit of them, or all when limit is not above 0.
func (s *sortedList[T]) window(after T, limit int) []T {
	all := s.all()
	from, found := slices.BinarySearchFunc(all, after, s.compare)
	if found {
		from++
	}
	if rest := len(all) - from; limit <= 0 || limit > rest {
		limit = rest
	}
	return slices.Clone(all[from : from+limit])
}

func (s *sortedList[T]) all() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fresh) > 0 {
		slices.SortFunc(s.fresh, s.compare)
		s.sorted = merge(s.sorted, s.fresh, s.compare)
		s.fresh = nil
	}
	return s.sorted
}

// merge makes one sorted list of two.
func merge[T any](a, b []T, compare func(a, b T) int) []T {
	merged := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}
