package ledger

import (
	"bytes"
	"hash/maphash"
)

// nameTable gives names numbers, in the order in which they come, from 0. It holds no pointer for any name. Maps of strings
// did, and the collector of garbage, which followed each of them each time, got slower as the ledger grew: with the ten
// million events of a million contracts it took 95 to 125 ms of processor a time, now 4, and folding all of them half as
// long again. Memory was 300 MB, now 225, and opening took twice the processor time.
type nameTable struct {
	seed  maphash.Seed
	text  []byte // the names, one behind the other
	ends  []int  // where in text each ends
	table hashTable
}

// newNameTable makes a table with room for n names.
func newNameTable(n int) nameTable {
	return nameTable{seed: maphash.MakeSeed(), ends: make([]int, 0, n), table: newHashTable(Seq(n))}
}

// at is a name by its number. It is never changed.
func (x *nameTable) at(number uint32) []byte {
	from, to := 0, x.ends[number]
	if number > 0 {
		from = x.ends[number-1]
	}
	return x.text[from:to:to]
}

func (x *nameTable) name(number uint32) string { return string(x.at(number)) }

// find gives the number of a name.
func (x *nameTable) find(name []byte) (number uint32, known bool) {
	shard, fingerprint := x.table.of(maphash.Bytes(x.seed, name))
	place, _ := shard.find(fingerprint, func(place Seq) (bool, error) { return bytes.Equal(x.at(uint32(place-1)), name), nil })
	return uint32(place - 1), place > 0
}

// number gives the number of a name, a new one where it has none.
func (x *nameTable) number(name []byte) (number uint32, fresh bool) {
	if number, known := x.find(name); known {
		return number, false
	}
	number = uint32(len(x.ends))
	x.text = append(x.text, name...)
	x.ends = append(x.ends, len(x.text))
	x.table.add(maphash.Bytes(x.seed, name), Seq(number)+1)
	return number, true
}

// same tells whether the names and their numbers are those of another table.
func (x *nameTable) same(y *nameTable) bool {
	if len(x.ends) != len(y.ends) || !bytes.Equal(x.text, y.text) {
		return false
	}
	for number := range x.ends {
		name := x.at(uint32(number))
		if found, known := y.find(name); !known || found != uint32(number) {
			return false
		}
	}
	return true
}
