package index

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// names numbers names in the order in which they come, from 0. It holds no pointer for any of them, where a map of
// strings would have the garbage collector follow each one each time.
type names struct {
	seed  maphash.Seed
	text  []byte // the names, one behind the other
	ends  []int  // where in text each ends
	table table
}

// newNames returns a table with room for n names.
func newNames(n int) names {
	return names{seed: maphash.MakeSeed(), ends: make([]int, 0, n), table: newTable(Seq(n))}
}

// at returns a name by its number. It is never changed.
func (x *names) at(number uint32) []byte {
	from, to := 0, x.ends[number]
	if number > 0 {
		from = x.ends[number-1]
	}
	return x.text[from:to:to]
}

func (x *names) name(number uint32) string { return string(x.at(number)) }

// find returns the number of a name.
func (x *names) find(name []byte) (number uint32, known bool) {
	hash := maphash.Bytes(x.seed, name)
	next, _ := x.table.shard(hash).Find(hash, func(next Seq) (bool, error) {
		return bytes.Equal(x.at(uint32(next-1)), name), nil
	})
	return uint32(next - 1), next > 0
}

// number returns the number of a name, a new one where it has none.
func (x *names) number(name []byte) (number uint32, fresh bool) {
	if number, known := x.find(name); known {
		return number, false
	}
	number = uint32(len(x.ends))
	x.text = append(x.text, name...)
	x.ends = append(x.ends, len(x.text))
	hash := maphash.Bytes(x.seed, name)
	x.table.shard(hash).Insert(hash, Seq(number)+1)
	return number, true
}

// equal reports whether the names and their numbers are those of another table.
func (x *names) equal(y *names) bool {
	return bytes.Equal(x.text, y.text) && slices.Equal(x.ends, y.ends)
}
