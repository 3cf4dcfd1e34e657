package scenario

import (
	"context"
	"math/rand/v2"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/projections"
)

// Facts are the first known events, numbered in the order in which they arrived.
func (s *Scenario) Facts(known int) []projections.Fact {
	facts := make([]projections.Fact, known)
	for i := range facts {
		e := s.Events[i].Event
		facts[i] = projections.Fact{Seq: uint64(i + 1), Event: e, Recorded: e.Recorded, ByLedger: s.Events[i].ByLedger}
	}
	return facts
}

// Shuffled are the same facts as if they had arrived in another order, which the seed decides.
func Shuffled(facts []projections.Fact, seed uint64) []projections.Fact {
	shuffled := make([]projections.Fact, len(facts))
	for to, from := range rand.New(rand.NewPCG(seed, 0)).Perm(len(facts)) {
		shuffled[to] = facts[from]
		shuffled[to].Seq = uint64(to + 1)
	}
	return shuffled
}

// Fold works out an account's book at a check's instant from facts of whatever accounts.
func (c Check) Fold(account string, facts []projections.Fact) projections.Book {
	own, others := Sort(account, facts)
	book, _, _ := projections.Fold(context.Background(), account, own, others, c.AsOf)
	return book
}

// Sort picks, as [projections.Fold] wants them, an account's own facts, and the others that matter to it: everybody's,
// those of other accounts that it tries to void, and those of accounts that contracts came from.
func Sort(account string, facts []projections.Fact) (own, others []projections.Fact) {
	voided := map[uuid.UUID]bool{}
	for _, f := range facts {
		if v, ok := f.Event.Data.(*events.Voided); ok && f.Event.Account == account {
			voided[v.Voids] = true
		}
	}
	for _, f := range facts {
		switch {
		case f.Event.Account == account:
			own = append(own, f)
		case f.Event.Account == events.All, voided[f.Event.ID]:
			others = append(others, f)
		}
	}
	linked, _, _ := projections.Linked(account, ofAccount(account, facts), func(id string) ([]projections.Fact, error) {
		return ofAccount(id, facts), nil
	})
	return own, append(others, linked...)
}

// ofAccount picks the facts of an account, contracts passing to it included.
func ofAccount(account string, facts []projections.Fact) (list []projections.Fact) {
	for _, f := range facts {
		d, ok := f.Event.Data.(*events.Assigned)
		if f.Event.Account == account || ok && d.To == account {
			list = append(list, f)
		}
	}
	return list
}
