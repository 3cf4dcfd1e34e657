package projections

import (
	"zhangben/events"
	"zhangben/events/civil"
)

// Fact is an event as the log knows it.
type Fact struct {
	Seq   uint64
	Event *events.Event
}

// Book is what an account comes to at one instant.
type Book struct {
	Account   AccountFigures
	Contracts []Figures // by contract id
}

// Fold works out an account at asOf from the facts known: the account's own and those of everybody (terms), in any
// order. Facts later than asOf do not count. ok is false when no fact of the account counts at asOf.
func Fold(account string, own, everybody []Fact, asOf civil.Instant) (book Book, ok bool) {
	return Book{}, false
}
