package projections

import (
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
)

// Contracts pass from one account to another (11.5). What becomes of one under its new account follows from all that
// happened under the old one, so accounts between which contracts passed are folded side by side, their facts in one
// order: however often a contract goes back and forth, each fact is applied once. An account of which no contract ever
// passed is folded alone.

// parties are accounts that are folded together, by id.
type parties map[string]*account

// passes reports whether any of the facts is that a contract passed.
func passes(facts []Fact) bool {
	return slices.ContainsFunc(facts, func(f Fact) bool { return f.Event.Kind() == events.KindAssigned })
}

// Linked returns the facts of other accounts that a fold of an account takes because contracts passed between them: all
// those of the accounts that contracts came from, and those of accounts that contracts went to where these may have had
// one of the id already. The accounts are all whose facts decide. Facts of an account, own or those that factsOf
// returns, include contracts passing to it.
func Linked(account string, own []Fact,
	factsOf func(account string) ([]Fact, error)) (others []Fact, accounts []string, err error) {
	if !passes(own) {
		return nil, nil, nil
	}
	search := linkedSearch{
		factsOf: factsOf, looked: map[string][]Fact{account: own}, taken: map[string]bool{account: true},
	}
	for next := []string{account}; len(next) > 0; {
		first := next[0]
		more, err := search.beside(first)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range more {
			others = append(others, search.looked[id]...)
		}
		next = append(next[1:], more...)
	}
	delete(search.looked, account)
	return others, slices.Sorted(maps.Keys(search.looked)), nil
}

// linkedSearch finds the accounts that are linked.
type linkedSearch struct {
	factsOf func(account string) ([]Fact, error)
	looked  map[string][]Fact // at, by account
	taken   map[string]bool
}

// beside takes the accounts that an account needs beside it and were not taken before.
func (s *linkedSearch) beside(account string) (taken []string, err error) {
	for _, f := range s.looked[account] {
		d, ok := f.Event.Data.(*events.Assigned)
		if !ok {
			continue
		}
		other, needed := f.Event.Account, true
		if other == account {
			other = d.To
		}
		if s.taken[other] {
			continue
		}
		if s.looked[other] == nil {
			if s.looked[other], err = s.factsOf(other); err != nil {
				return nil, err
			}
		}
		if f.Event.Account == account {
			needed = mayHave(s.looked[other], account, f.Event.Contract)
		}
		if needed {
			s.taken[other] = true
			taken = append(taken, other)
		}
	}
	return taken, nil
}

// mayHave reports whether by its facts an account may have had a contract of an id before one came from another.
func mayHave(facts []Fact, from, contract string) bool {
	return slices.ContainsFunc(facts, func(f Fact) bool {
		kind := f.Event.Kind()
		return f.Event.Contract == contract &&
			(kind == events.KindOrdered || kind == events.KindAssigned && f.Event.Account != from)
	})
}

// join has the account folded beside those of other facts, where any contract passed between them.
func (a *account) join(own, others []Fact) (mine []Fact, theirs map[string][]Fact) {
	if !passes(own) && !passes(others) {
		return own, nil
	}
	theirs = map[string][]Fact{}
	for _, list := range [][]Fact{own, others} {
		for _, f := range list {
			switch id := f.Event.Account; {
			case id == a.id:
				mine = append(mine, f)
			case id != events.All:
				theirs[id] = append(theirs[id], f)
			}
		}
	}
	a.parties = parties{a.id: a}
	a.kept = map[invoiceKey]bool{}
	for id := range theirs {
		theirs[id] = distinct(theirs[id])
		a.party(id)
	}
	return distinct(mine), theirs
}

// distinct leaves out facts that are there twice.
func distinct(facts []Fact) []Fact {
	seen := make(map[uuid.UUID]bool, len(facts))
	list := make([]Fact, 0, len(facts))
	for _, f := range facts {
		if !seen[f.Event.ID] {
			seen[f.Event.ID] = true
			list = append(list, f)
		}
	}
	return list
}

// party is the account of an id that is folded beside this one. One of which no facts are needed has none.
func (a *account) party(id string) *account {
	if p := a.parties[id]; p != nil {
		return p
	}
	p := &account{interrupt: a.interrupt, id: id, contracts: map[string]*contract{}, terms: a.terms, parties: a.parties,
		kept: a.kept, debiting: a.debiting, spent: a.spent, ends: a.ends, now: a.now}
	if a.explanation != nil && a.explanation.figure != figureWallet {
		p.explanation = a.explanation
	}
	a.parties[id] = p
	return p
}

// of is the account that an event is of.
func (a *account) of(e *events.Event) *account {
	if a.parties == nil {
		return a
	}
	return a.parties[e.Account]
}

// all goes through the accounts that are folded together.
func (a *account) all() iter.Seq[*account] {
	if a.parties == nil {
		return func(yield func(*account) bool) { yield(a) }
	}
	return maps.Values(a.parties)
}

// joinAs has the account folded beside others as another one is.
func (a *account) joinAs(b *account) {
	if b.parties == nil {
		return
	}
	a.parties, a.kept = parties{a.id: a}, map[invoiceKey]bool{}
	for id, p := range b.parties {
		a.party(id).reclassifications = p.reclassifications
	}
}

// inOneOrder lists the events of all facts up to asOf in the order of folding.
func (a *account) inOneOrder(mine []Fact, theirs map[string][]Fact, asOf civil.Instant) []*events.Event {
	all := slices.Clone(mine)
	for id, facts := range theirs {
		valid := unvoided(id, facts, nil)
		a.party(id).reclassifications = reclassified(valid)
		all = append(all, valid...)
	}
	return a.inOrder(whenTheyAct(all), asOf)
}

// actsAt is when an assignment acts: not before notice of it, where it needs one (CC 546).
func actsAt(e *events.Event) civil.Instant {
	if d, ok := e.Data.(*events.Assigned); ok && d.Ground != events.GroundAgreed {
		return civil.Later(e.Time, d.NotifiedAt.At)
	}
	return e.Time
}

// whenTheyAct has each assignment among the facts at the instant at which it acts.
func whenTheyAct(facts []Fact) []Fact {
	for n, f := range facts {
		if t := actsAt(f.Event); t != f.Event.Time {
			moved := *f.Event
			moved.Time = t
			facts[n].Event = &moved
		}
	}
	return facts
}
