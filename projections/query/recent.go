package query

import (
	"container/list"
	"context"
	"slices"
	"sync"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
)

// recent keeps what was worked out for the accounts asked about last: their decoded facts, which never change, and the
// book folded last with the instants between which nothing in it moves (projections.FoldUntil). Who asks again in between
// gets that book with his own instant; a new record, new terms, the next midnight make it be folded anew.
//
// Over a kept connection, server and client together take some 23 us of processor for a fixed body of that size. Figures
// of a contract of ten events took 12 to 20 us beside it: 6 for reading and decoding, 4 to 11 for the fold, and 3 for the
// address, the clocks, the metrics and the JSON, which are what stays for a book that is kept. Facts alone were kept at
// first; that left the fold. An account nobody asked about lately costs more the larger the log is, for its records lie in
// as many chunks, cold ones: with a million contracts loaded and asked about at random, some 100 us for thirty events.
// Questions about all accounts pass by, or they would sweep everything out.
type recent struct {
	mu        sync.Mutex
	byAccount map[string]*list.Element // of *recentAccount
	order     list.List                // asked about last first
	bytes     int
}

// recentAccount is the first facts of an account, in the order of the log, and a book. It is never changed in place.
type recentAccount struct {
	account string
	facts   []projections.Fact
	bytes   int         // of the facts
	book    *recentBook // nil where none is kept
}

// recentBook is a book of so many own facts and so many others, good from one instant until before another.
type recentBook struct {
	projections.Book
	own, others int
	from, until civil.Instant
}

// recentBytes is about how much memory recent takes: some five thousand accounts of ten events.
const recentBytes = 64 << 20

// factBytes is about what a decoded fact takes beside the text it was decoded from, contractBytes what the figures of a
// contract do.
const (
	factBytes     = 512
	contractBytes = 2048
)

// manyRecords are read by one asker at a time, and serve those who waited: what many would read at once, most of it for
// clients that are gone by then, filled the memory.
const manyRecords = 2_000

// upTo gives the facts of the records given, which are an account's first; only those it does not hold are read.
func (c *recent) upTo(ctx context.Context, r *Reader, account string, seqs []ledger.Seq) ([]projections.Fact, error) {
	held := c.find(account)
	if len(seqs)-len(held.facts) >= manyRecords {
		if err := r.reading.lockInTurn(ctx); err != nil {
			return nil, err
		}
		defer r.reading.unlock()
		held = c.find(account)
	}
	if len(held.facts) >= len(seqs) {
		return held.facts[:len(seqs):len(seqs)], nil
	}
	fresh, size, err := r.measuredFacts(ctx, seqs[len(held.facts):])
	if err != nil {
		return nil, err
	}
	held.facts = append(held.facts[:len(held.facts):len(held.facts)], fresh...)
	held.bytes += size
	c.keep(held)
	return held.facts, nil
}

// book gives the book of facts that upTo gave, folded now or kept.
func (c *recent) book(ctx context.Context, facts *accountFacts, at civil.Instant) (book projections.Book, ok bool, err error) {
	held := c.find(facts.account)
	if held.book != nil && held.book.isOf(facts, at) {
		return held.book.Book, true, nil
	}
	book, until, lasts, ok, err := facts.bookUntil(ctx, at)
	if lasts {
		held.book = &recentBook{book, len(facts.own), len(facts.others), at, until}
		c.keep(held)
	}
	return book, ok, err
}

func (b *recentBook) isOf(facts *accountFacts, at civil.Instant) bool {
	return b.own == len(facts.own) && b.others == len(facts.others) && !at.Before(b.from) && at.Before(b.until)
}

// bookUntil folds the facts, and tells until when the book is good if no further fact comes. lasts is false where it moves
// with every instant, or where facts of other accounts may change it.
func (f *accountFacts) bookUntil(ctx context.Context, at civil.Instant) (book projections.Book, until civil.Instant, lasts, ok bool, err error) {
	book, until, steady, ok, err := projections.FoldUntil(ctx, f.account, f.own, f.others, at)
	return book, until, ok && steady && !f.voids(), ok, err
}

// voids tells whether any of the facts is a void, which may concern other accounts.
func (f *accountFacts) voids() bool {
	return slices.ContainsFunc(f.own, func(fact projections.Fact) bool { return fact.Event.Kind() == events.KindVoided })
}

// find gives what is held of an account.
func (c *recent) find(account string) recentAccount {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.byAccount[account]
	if element == nil {
		return recentAccount{account: account}
	}
	c.order.MoveToFront(element)
	return *element.Value.(*recentAccount)
}

// keep takes the facts of an account in, and lets go of those asked about longest ago. One account may take an eighth
// of the room.
func (c *recent) keep(facts recentAccount) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.byAccount[facts.account]; element != nil {
		c.drop(element)
	}
	if facts.size() > recentBytes/8 {
		return
	}
	if c.byAccount == nil {
		c.byAccount = map[string]*list.Element{}
	}
	c.byAccount[facts.account] = c.order.PushFront(&facts)
	for c.bytes += facts.size(); c.bytes > recentBytes; {
		c.drop(c.order.Back())
	}
}

func (c *recent) drop(element *list.Element) {
	facts := c.order.Remove(element).(*recentAccount)
	delete(c.byAccount, facts.account)
	c.bytes -= facts.size()
}

// size is about how much memory an account takes, in bytes.
func (a *recentAccount) size() int {
	if a.book == nil {
		return a.bytes
	}
	return a.bytes + contractBytes*len(a.book.Contracts)
}
