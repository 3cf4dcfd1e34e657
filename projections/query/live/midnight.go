package live

import (
	"context"
	"slices"

	"zhangben/events/civil"
)

// aheadOfMidnight is when folding for the next day begins: at a fifth of a processor enough for ten million accounts.
const aheadOfMidnight = 3600 // seconds

// nextDay is the figures of accounts that move at midnight, as they will be at the first instant after it.
type nextDay struct {
	from    civil.Instant
	figures map[uint32]Account // by number; zero for those that are to be folded
	left    []uint32           // the numbers of these
}

// firstOfNextDay is the first instant at which all that moves at the midnight after t has moved: some figures do so at
// 00:00, others right after it.
func firstOfNextDay(t civil.Instant) civil.Instant { return t.Date().End().Add(civil.Nanosecond) }

// foldAhead begins to fold for an instant.
func (s *Set) foldAhead(from civil.Instant) *nextDay {
	day := &nextDay{from: from, figures: map[uint32]Account{}}
	for number := range s.accounts {
		if a := &s.accounts[number]; a.stale || !from.Before(a.Until) {
			day.again(uint32(number))
		}
	}
	return day
}

// again has an account folded, as for a new record of it.
func (d *nextDay) again(number uint32) {
	if a, in := d.figures[number]; !in || !a.From.IsZero() {
		d.figures[number] = Account{}
		d.left = append(d.left, number)
	}
}

// step folds up to n accounts ahead, and reports whether there were any.
func (d *nextDay) step(ctx context.Context, s *Set, n int) (worked bool, err error) {
	some := d.left[len(d.left)-min(n, len(d.left)):]
	if len(some) == 0 {
		return false, nil
	}
	fresh, linked := make([]Account, len(some)), make([][]string, len(some))
	batch := Batch{Accounts: some, AsOf: d.from, Known: s.noted, Workers: 1, Ahead: true}
	err = s.fold(ctx, batch, func(i int, f Folded) {
		fresh[i], linked[i] = AccountOf(f.Book, d.from, f.Until), f.Linked
	})
	if err != nil {
		return false, err
	}
	for i, number := range some {
		d.figures[number] = fresh[i]
		s.link(number, linked[i])
	}
	d.left = d.left[:len(d.left)-len(some)]
	return true, nil
}

// turnOver takes over what was folded ahead for stale accounts and is good at t.
func (s *Set) turnOver(t civil.Instant) {
	s.stale = slices.DeleteFunc(s.stale, func(number uint32) bool {
		ahead := s.next.figures[number]
		if !t.Before(ahead.Until) {
			return false
		}
		s.put(number, ahead)
		s.unfilled = append(s.unfilled, number)
		return true
	})
	s.next = nil
}
