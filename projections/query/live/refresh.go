package live

import (
	"context"
	"errors"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// begin marks every account stale that has a record.
func (s *Set) begin() {
	noted := s.log.Last() // before accounts are counted, so that records which come in between are noted later
	s.accounts, s.stale, s.unfilled, s.ends = make([]account, s.log.AccountCount()), nil, nil, nil
	s.sum, s.noted, s.latest, s.next, s.linked = Sums{}, noted, civil.Instant{}, nil, links{}
	s.begun, s.whole = true, false
	s.markAll()
}

// advance marks the accounts stale whose figures may not be those at t.
func (s *Set) advance(ctx context.Context, t civil.Instant) error {
	if !s.begun {
		s.begin()
	}
	if err := s.note(ctx, s.log.Last()); err != nil {
		return err
	}
	if t.Before(s.latest) {
		s.setBack(t)
	}
	for len(s.ends) > 0 && !t.Before(s.ends[0].until) {
		if end := s.ends.pop(); s.accounts[end.number].Until == end.until {
			s.mark(end.number)
		}
	}
	if s.next != nil && !t.Before(s.next.from) {
		s.turnOver(t)
	}
	s.latest = t
	return nil
}

// setBack marks the accounts that were folded for an instant after t, and has endings that have passed lie ahead again:
// the clock was set back.
func (s *Set) setBack(t civil.Instant) {
	s.ends = s.ends[:0]
	for number := range s.accounts {
		a := &s.accounts[number]
		if t.Before(a.From) {
			s.mark(uint32(number))
		}
		if t.Before(a.Until) && a.Until != civil.End {
			s.ends.push(ending{a.Until, uint32(number)})
		}
	}
}

// recordsPerLook is after how many records a context is looked at: some tens of microseconds.
const recordsPerLook = 64

// errStop ends a scan.
var errStop = errors.New("stop")

// note marks the accounts that have records not noted yet, up to one.
func (s *Set) note(ctx context.Context, last ledger.Seq) error {
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
		if err != nil {
			return err
		}
		s.noteRecord(head)
		s.noted = record.Seq
		return nil
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return err
}

// noteRecord marks the accounts that a record concerns: its own and those linked to it, or all of them.
func (s *Set) noteRecord(head events.Head) {
	switch {
	case head.Kind.Role() == events.Ledger: // it changes no figure
	case string(head.Account) == events.All:
		s.markAll()
		if s.next != nil {
			s.next = s.foldAhead(s.next.from)
		}
	default:
		for _, number := range s.concerned(head.Account, head.To) {
			s.mark(number)
			if s.next != nil {
				s.next.again(number)
			}
		}
	}
}

func (s *Set) markAll() {
	for number := range s.accounts {
		s.mark(uint32(number))
	}
}

// mark notes that an account is to be folded again.
func (s *Set) mark(number uint32) {
	for int(number) >= len(s.accounts) {
		s.accounts = append(s.accounts, account{})
	}
	if a := &s.accounts[number]; !a.stale {
		a.stale = true
		s.stale = append(s.stale, number)
	}
}

// refresh folds up to n stale accounts for t. Those that were folded before an error, such as that of an asker who has
// gone, are not stale any more.
func (s *Set) refresh(ctx context.Context, t civil.Instant, n, workers int) error {
	first := len(s.stale) - min(n, len(s.stale))
	some := s.stale[first:]
	fresh, folded, linked := make([]Account, len(some)), make([]bool, len(some)), make([][]string, len(some))
	batch := Batch{Accounts: some, AsOf: t, Known: s.noted, Workers: workers}
	err := s.fold(ctx, batch, func(i int, f Folded) {
		fresh[i], folded[i], linked[i] = AccountOf(f.Book, t, f.Until), true, f.Linked
	})
	left := s.stale[:first]
	for i, number := range some {
		if folded[i] {
			s.put(number, fresh[i])
			s.link(number, linked[i])
		} else {
			left = append(left, number)
		}
	}
	s.stale = left
	return err
}

// put replaces the figures of an account, which is not stale then. The caller takes it off the list of those that are.
func (s *Set) put(number uint32, fresh Account) {
	old := &s.accounts[number]
	s.sum.Subtract(&old.Account)
	s.sum.Add(&fresh)
	if fresh.Until != civil.End && fresh.Until != old.Until {
		s.ends.push(ending{fresh.Until, number})
	}
	*old = account{Account: fresh}
}
