package query

import (
	"container/heap"
	"context"
	"errors"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// standing is what one account adds to the totals, and until when, if no further record of it comes.
type standing struct {
	share share
	until civil.Instant
	stale bool // it is to be folded again; until then its share stays in the tally
}

// standings are those of all accounts for a part of one day in Shanghai, and their sum. An account becomes stale when a
// record of it comes, or when its standing is over; once none is stale the tally is what folding every account gives, at
// that instant and not at earlier ones. It takes some 150 bytes an account.
type standings struct {
	from, to civil.Instant // from an instant until before another
	folded   civil.Instant // the latest instant that any account was folded for
	noted    ledger.Seq    // records up to here have been noted, and no others are known to any standing
	log      *ledger.Log
	of       []standing // by number of the account in the log
	stale    []uint32   // numbers
	ends     standingEnds
	looked   int // number of the account whose answers were last looked at
	tally    tally
	whole    bool       // every account has been folded for this day once
	before   *standings // of the day before, while it lasts, noted up to the same record; or nil
}

// newStandings begins with every account stale that has a record up to one.
func newStandings(log *ledger.Log, noted ledger.Seq, from, to civil.Instant) *standings {
	s := &standings{from: from, to: to, folded: from, noted: noted, log: log}
	s.of = make([]standing, log.AccountCount())
	s.allStale()
	return s
}

func (s *standings) allStale() {
	for number := range s.of {
		s.mark(uint32(number))
	}
}

// mark notes that an account is to be folded again.
func (s *standings) mark(number uint32) {
	for int(number) >= len(s.of) {
		s.of = append(s.of, standing{})
	}
	if !s.of[number].stale {
		s.of[number].stale = true
		s.stale = append(s.stale, number)
	}
}

// note marks the accounts that have records not noted yet, up to one. New terms concern everybody.
func (s *standings) note(ctx context.Context, last ledger.Seq) error {
	if last <= s.noted {
		return nil
	}
	err := s.log.Scan(s.noted, func(record ledger.Record) error {
		if record.Seq > last {
			return errStop
		}
		head, err := record.Head()
		if record.Seq%recordsPerLook == 0 {
			err = errors.Join(err, ctx.Err())
		}
		switch {
		case err != nil:
			return err
		case head.Kind.Role() == events.Ledger: // it changes no figure
		case string(head.Account) == events.All:
			s.allStale()
		default:
			if number, known := s.log.AccountNumber(head.Account); known {
				s.mark(number)
			}
		}
		s.noted = record.Seq
		return nil
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return err
}

// expire marks the accounts whose standings are over at t.
func (s *standings) expire(t civil.Instant) {
	for len(s.ends) > 0 && !t.Before(s.ends[0].until) {
		end := heap.Pop(&s.ends).(standingEnd)
		if s.of[end.number].until == end.until {
			s.mark(end.number)
		}
	}
}

// markLapsed marks accounts whose answers count no more, as after each midnight, until n are stale: so somebody with time
// keeps them anew. It goes on where it ended, and round and round.
func (s *standings) markLapsed(kept *kept, t civil.Instant, n int) {
	for range min(window, len(s.of)) {
		if len(s.stale) >= n {
			return
		}
		s.looked = (s.looked + 1) % len(s.of)
		if kept.lapsed(uint32(s.looked), t) {
			s.mark(uint32(s.looked))
		}
	}
}

// keeping says which of the answers that a fold gives are kept beside the standing.
type keeping int

const (
	keepNone    keeping = iota // they are not of the present
	keepMissing                // those of accounts that had none: somebody waits
	keepAll
)

// refresh folds up to n stale accounts for t, side by side with several workers. Those that were folded before an error,
// such as that of an asker who has gone, are not stale any more.
func (s *standings) refresh(ctx context.Context, r *Reader, t civil.Instant, n, workers int, keep keeping) error {
	some := s.stale[len(s.stale)-min(n, len(s.stale)):]
	fresh, folded := make([]standing, len(some)), make([]bool, len(some))
	var names []string // of those that have to be folded
	var places []int
	for i, number := range some {
		if fresh[i], folded[i] = s.rested(number, t); !folded[i] {
			names, places = append(names, s.log.AccountName(number)), append(places, i)
		}
	}
	err := r.each(ctx, workers, names, s.noted, func(ctx context.Context, i int, facts *accountFacts) error {
		book, until, lasts, ok, err := facts.bookUntil(ctx, t)
		if err != nil {
			return err
		}
		fresh[places[i]], folded[places[i]] = standing{until: until}, true
		if ok {
			fresh[places[i]].share = shareOf(&book)
		}
		switch number := some[places[i]]; {
		case keep == keepNone:
		case !lasts:
			r.kept.drop(number)
		default:
			last := ledger.Seq(facts.own[len(facts.own)-1].Seq)
			r.kept.keep(number, keptAccount{from: t, until: until, last: last, others: len(facts.others)}, book.Contracts, keep == keepMissing)
		}
		return nil
	})
	s.folded = t
	left := s.stale[:len(s.stale)-len(some)]
	for i, number := range some {
		if folded[i] {
			s.put(number, fresh[i])
		} else {
			left = append(left, number)
		}
	}
	s.stale = left
	return err
}

// rested gives the standing that an account has from the day before, if it is good at t too.
func (s *standings) rested(number uint32, t civil.Instant) (standing, bool) {
	if s.before == nil || int(number) >= len(s.before.of) {
		return standing{}, false
	}
	old := s.before.of[number]
	return old, !old.stale && t.Before(old.until)
}

// put replaces a standing.
func (s *standings) put(number uint32, fresh standing) {
	old := s.of[number]
	s.tally.take(&old.share)
	s.tally.add(&fresh.share)
	s.of[number] = fresh
	if fresh.until.Before(s.to) && fresh.until != old.until {
		heap.Push(&s.ends, standingEnd{fresh.until, number})
	}
}

// standingEnd is when the standing of an account is over; an end that is not the standing's own any more counts for
// nothing.
type standingEnd struct {
	until  civil.Instant
	number uint32
}

// standingEnds is a heap, earliest first, of those within the day.
type standingEnds []standingEnd

func (e standingEnds) Len() int           { return len(e) }
func (e standingEnds) Less(i, j int) bool { return e[i].until.Before(e[j].until) }
func (e standingEnds) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *standingEnds) Push(end any)      { *e = append(*e, end.(standingEnd)) }
func (e *standingEnds) Pop() any {
	all := *e
	end := all[len(all)-1]
	*e = all[:len(all)-1]
	return end
}
