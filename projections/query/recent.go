package query

import (
	"container/list"
	"sync"

	"zhangben/ledger"
	"zhangben/projections"
)

// recent keeps the decoded facts of the accounts asked about last, so that who asks again pays for the fold alone:
// reading and decoding ten events takes 5 us, as long as everything between the fold and the network. It holds facts,
// which never change, and no figures: nothing in it can be out of date. Questions about all accounts pass it by.
type recent struct {
	mu        sync.Mutex
	byAccount map[string]*list.Element // of *recentFacts
	order     list.List                // asked about last first
	bytes     int
}

// recentFacts are the first facts of an account, in the order of the log. The slice is never appended to in place.
type recentFacts struct {
	account string
	facts   []projections.Fact
	bytes   int
}

// recentBytes is about how much memory recent takes: some ten thousand accounts of ten events.
const recentBytes = 64 << 20

// factBytes is about what a decoded fact takes beside the text it was decoded from.
const factBytes = 512

// upTo gives the facts of the records given, which are an account's first; only those it does not hold are read.
func (c *recent) upTo(r *Reader, account string, seqs []ledger.Seq) ([]projections.Fact, error) {
	held := c.find(account)
	if len(held.facts) >= len(seqs) {
		return held.facts[:len(seqs):len(seqs)], nil
	}
	fresh, size, err := r.measuredFacts(seqs[len(held.facts):])
	if err != nil {
		return nil, err
	}
	held.facts = append(held.facts[:len(held.facts):len(held.facts)], fresh...)
	held.bytes += size
	c.keep(held)
	return held.facts, nil
}

// find gives what is held of an account.
func (c *recent) find(account string) recentFacts {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.byAccount[account]
	if element == nil {
		return recentFacts{account: account}
	}
	c.order.MoveToFront(element)
	return *element.Value.(*recentFacts)
}

// keep takes the facts of an account in, and lets go of those asked about longest ago. One account may take an eighth
// of the room.
func (c *recent) keep(facts recentFacts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.byAccount[facts.account]; element != nil {
		c.drop(element)
	}
	if facts.bytes > recentBytes/8 {
		return
	}
	if c.byAccount == nil {
		c.byAccount = map[string]*list.Element{}
	}
	c.byAccount[facts.account] = c.order.PushFront(&facts)
	for c.bytes += facts.bytes; c.bytes > recentBytes; {
		c.drop(c.order.Back())
	}
}

func (c *recent) drop(element *list.Element) {
	facts := c.order.Remove(element).(*recentFacts)
	delete(c.byAccount, facts.account)
	c.bytes -= facts.bytes
}
