// Package cache holds what was worked out about single accounts: their decoded facts, the book folded from them, and
// the answers about their contracts spelled as JSON. There is one entry an account, under the account's number in the
// log.
//
// An entry never says what a fold would not say. Facts are the first records of the account, which never change. Book
// and answers are good on one [Basis] only: the account's last record, the facts that concern all accounts, and the
// instants from one until before another. So the cache need not be emptied when the log grows, terms are published or a
// day ends: what has lapsed is not good any more, and is replaced by the next fold.
//
// It is filled from two sides:
//
//   - a question about one account (query.Reader.book) puts in its facts, its book and its answers, whatever the
//     instant: who asks again gets them;
//   - a fold of the current figures (query.Reader.foldLive, on behalf of package live) puts in the answers alone. So
//     once totals were asked for, and while a server runs, contracts asked about at random are found.
//
// Questions about many accounts at other instants pass by, or they would sweep everything out.
//
// It is emptied by size only (see sweep.go). What is decoded has one bound, and everything together another: over the
// first, accounts that were not asked about lately lose facts and book; over the second, all.
package cache

import (
	"sync"
	"sync/atomic"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
)

// Basis is what a book was folded from, and when it is good.
type Basis struct {
	Last        ledger.Seq    // the account's last record
	Global      int           // facts that concern all accounts
	From, Until civil.Instant // from an instant until before another
}

// Holds reports whether a fold at an instant, up to a last record and beside a number of global facts, makes the same
// book.
func (b *Basis) Holds(at civil.Instant, last ledger.Seq, global int) bool {
	return b.Last == last && b.Global == global && !at.Before(b.From) && at.Before(b.Until)
}

// Entry is what is known of an account; its zero value is nothing. What it refers to is never changed.
type Entry struct {
	Facts     []projections.Fact // the account's first, in order of the log
	FactBytes int                // about how much memory they take
	Basis     Basis              // of the two below
	Book      *projections.Book
	Answers   Answers
}

// contractBytes is about how much memory the figures of a contract take.
const contractBytes = 2048

// decodedBytes is about how much memory facts and book take.
func (e *Entry) decodedBytes() int {
	if e.Book == nil {
		return e.FactBytes
	}
	return e.FactBytes + contractBytes*len(e.Book.Contracts)
}

// Cache is one cache. Its zero value is of no use: New makes one.
type Cache struct {
	mostDecoded, most int // bytes

	mu      sync.RWMutex
	slots   []slot // by number of the account
	decoded int    // bytes of facts and books
	bytes   int    // of everything
	hand    int    // see sweep
}

// slot is where the entry of an account is kept.
type slot struct {
	entry   *Entry // nil for none
	found   uint32 // 1 where it was found since the hand came by
	decoded bool   // it has facts or a book
}

// The usual bounds: the facts of some five thousand accounts of ten events, and the answers about half a million
// contracts.
const (
	MostDecoded = 64 << 20
	MostBytes   = 512 << 20
)

// New returns an empty cache with its bounds in bytes: of facts and books, and of everything.
func New(mostDecoded, most int) *Cache { return &Cache{mostDecoded: mostDecoded, most: most} }

// Get returns the entry of an account.
func (c *Cache) Get(account uint32) Entry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if int(account) >= len(c.slots) || c.slots[account].entry == nil {
		return Entry{}
	}
	s := &c.slots[account]
	if atomic.LoadUint32(&s.found) == 0 {
		atomic.StoreUint32(&s.found, 1)
	}
	return *s.entry
}

// Change changes the entry of an account.
func (c *Cache) Change(account uint32, change func(*Entry)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for int(account) >= len(c.slots) {
		c.slots = append(c.slots, slot{})
	}
	var e Entry
	if held := c.slots[account].entry; held != nil {
		e = *held
	}
	change(&e)
	if e.decodedBytes() > c.mostDecoded/8 { // one account takes an eighth at most
		e.Facts, e.FactBytes, e.Book = nil, 0, nil
	}
	c.put(&c.slots[account], &e)
	c.sweep()
}

// put replaces the entry of a slot; the caller holds mu.
func (c *Cache) put(s *slot, e *Entry) {
	if s.entry != nil {
		c.decoded -= s.entry.decodedBytes()
		c.bytes -= s.entry.decodedBytes() + len(s.entry.Answers)
	}
	decoded := e.decodedBytes()
	if decoded+len(e.Answers) == 0 {
		*s = slot{}
		return
	}
	c.decoded += decoded
	c.bytes += decoded + len(e.Answers)
	s.entry, s.decoded = e, decoded > 0
	if s.decoded {
		s.found = 1
	}
}
