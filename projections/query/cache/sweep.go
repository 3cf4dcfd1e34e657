package cache

// sweep moves a hand round the slots until the entries fit; the caller holds mu. An entry that was found since the hand
// came by last is spared once. So no order of entries is kept, and slots that have nothing are passed quickly.
func (c *Cache) sweep() {
	for c.decoded > c.mostDecoded || c.bytes > c.most {
		s := &c.slots[c.hand]
		switch full := c.bytes > c.most; {
		case s.entry == nil || !s.decoded && !full:
		case s.found == 1:
			s.found = 0
		case full:
			c.put(s, new(Entry))
		default:
			c.put(s, &Entry{Basis: s.entry.Basis, Answers: s.entry.Answers})
		}
		c.hand = (c.hand + 1) % len(c.slots)
	}
}
