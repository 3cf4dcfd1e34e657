package scenario

import (
	"math/rand/v2"

	"zhangben/events"
	"zhangben/projections"
)

// Facts are the first known events, numbered in the order in which they arrived.
func (s *Scenario) Facts(known int) []projections.Fact {
	facts := make([]projections.Fact, known)
	for i := range facts {
		facts[i] = projections.Fact{Seq: uint64(i + 1), Event: s.Events[i].Event}
	}
	return facts
}

// Shuffled are the same facts as if they had arrived in another order, which the seed decides.
func Shuffled(facts []projections.Fact, seed uint64) []projections.Fact {
	shuffled := make([]projections.Fact, len(facts))
	for to, from := range rand.New(rand.NewPCG(seed, 0)).Perm(len(facts)) {
		shuffled[to] = projections.Fact{Seq: uint64(to + 1), Event: facts[from].Event}
	}
	return shuffled
}

// Fold works out an account's book at a check's instant from facts of whatever accounts.
func (c Check) Fold(account string, facts []projections.Fact) projections.Book {
	var own, everybody []projections.Fact
	for _, f := range facts {
		switch f.Event.Account {
		case account:
			own = append(own, f)
		case events.All:
			everybody = append(everybody, f)
		}
	}
	book, _ := projections.Fold(account, own, everybody, c.AsOf)
	return book
}
