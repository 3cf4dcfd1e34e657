package projections

import (
	"slices"
	"sort"

	"zhangben/events/civil"
)

// interval is the time from an instant, included, to another, excluded. While to is none it lasts.
type interval struct{ from, to civil.Instant }

// until is the interval cut at t.
func (i interval) until(t civil.Instant) interval {
	if i.to.IsZero() || t.Before(i.to) {
		i.to = t
	}
	return i
}

func (i interval) length() civil.Duration {
	if !i.from.Before(i.to) {
		return civil.Duration{}
	}
	return i.to.Sub(i.from)
}

// intervals are disjoint, in order, and apart from each other.
type intervals []interval

// add is the union with one interval.
func (set intervals) add(i interval) intervals {
	if !i.from.Before(i.to) {
		return set
	}
	first := sort.Search(len(set), func(n int) bool { return !set[n].to.Before(i.from) })
	last := first
	for last < len(set) && !set[last].from.After(i.to) {
		i.from, i.to = civil.Earlier(i.from, set[last].from), civil.Later(i.to, set[last].to)
		last++
	}
	return slices.Replace(set, first, last, i)
}

// less is what of one interval lies outside the set.
func (set intervals) less(i interval) intervals {
	var rest intervals
	first := sort.Search(len(set), func(n int) bool { return i.from.Before(set[n].to) })
	for _, s := range set[first:] {
		if !s.from.Before(i.to) {
			break
		}
		if i.from.Before(s.from) {
			rest = append(rest, interval{i.from, s.from})
		}
		i.from = civil.Later(i.from, s.to)
	}
	if i.from.Before(i.to) {
		rest = append(rest, i)
	}
	return rest
}

// minus is what of the set lies outside another.
func (set intervals) minus(other intervals) intervals {
	if len(other) == 0 {
		return set
	}
	var rest intervals
	for _, i := range set {
		rest = append(rest, other.less(i)...)
	}
	return rest
}

// contain reports whether an instant lies in the set.
func (set intervals) contain(t civil.Instant) bool {
	n := sort.Search(len(set), func(n int) bool { return t.Before(set[n].to) })
	return n < len(set) && !t.Before(set[n].from)
}

func (set intervals) length() civil.Duration {
	var sum civil.Duration
	for _, i := range set {
		sum = sum.Add(i.length())
	}
	return sum
}
