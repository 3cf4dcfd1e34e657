package index

// table finds numbers by a hash, such as the seqs that an event id may have. A slot keeps 24 bits of the hash, and
// the shard ten more, so a hit must be confirmed; a wrong one comes about once in 1,700 look-ups among 10 million
// numbers. It takes 11 to 21 bytes a number.
type table struct{ shards []Shard }

// shardCount is how many shards a table has: each doubles alone, so that growing never takes long.
const shardCount = 1 << 10

// newTable returns a table with room for n numbers.
func newTable(n Seq) table {
	x := table{make([]Shard, shardCount)}
	if each := int(n/shardCount) + int(n/shardCount)/8; each > 0 {
		for i := range x.shards {
			x.shards[i].Reserve(each)
		}
	}
	return x
}

// shard returns the shard of a hash.
func (x *table) shard(hash uint64) *Shard { return &x.shards[hash&(shardCount-1)] }
