package index

import (
	"encoding/binary"
	"slices"
)

// seqLists keeps ascending lists of seqs, many short ones and some long: as uvarint differences in chains of small
// blocks, out of pages that hold no pointers. What is written is never changed, so a copy of a list and of the pages
// may be read while others are added to.
type seqLists struct {
	pages []*[pageBlocks]seqBlock
	used  uint32 // blocks
}

type seqBlock struct {
	bytes [28]byte
	next  uint32
}

// pageBlocks is how many blocks a page has: 128 KB.
const pageBlocks = 1 << 12

// seqList is one list. The zero value is an empty one.
type seqList struct {
	last        Seq
	first, tail uint32 // blocks
	size        uint32 // bytes in all
}

func (x *seqLists) block(n uint32) *seqBlock { return &x.pages[n/pageBlocks][n%pageBlocks] }

func (x *seqLists) newBlock() (n uint32) {
	n = x.used
	if n%pageBlocks == 0 {
		x.pages = append(x.pages, new([pageBlocks]seqBlock))
	}
	x.used++
	return n
}

// add appends a seq, which is above the last.
func (x *seqLists) add(l *seqList, seq Seq) {
	var difference [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(difference[:], uint64(seq-l.last))
	x.append(l, difference[:n])
	l.last = seq
}

// append appends the bytes of differences.
func (x *seqLists) append(l *seqList, differences []byte) {
	for len(differences) > 0 {
		fill := l.size % uint32(len(seqBlock{}.bytes))
		if fill == 0 {
			fresh := x.newBlock()
			if l.size == 0 {
				l.first = fresh
			} else {
				x.block(l.tail).next = fresh
			}
			l.tail = fresh
		}
		n := copy(x.block(l.tail).bytes[fill:], differences)
		l.size += uint32(n)
		differences = differences[n:]
	}
}

// bytes appends the bytes of a list's differences.
func (x *seqLists) bytes(dst []byte, l seqList) []byte {
	for at, left := l.first, l.size; left > 0; {
		block := x.block(at)
		n := min(left, uint32(len(block.bytes)))
		dst = append(dst, block.bytes[:n]...)
		if left -= n; left > 0 {
			at = block.next
		}
	}
	return dst
}

// appendUpTo appends the seqs of a list up to one.
func (x *seqLists) appendUpTo(dst []Seq, l seqList, last Seq) []Seq {
	var some [256]byte
	seq := Seq(0)
	for differences := x.bytes(some[:0], l); len(differences) > 0; {
		difference, n := binary.Uvarint(differences)
		if seq += Seq(difference); n <= 0 || seq > last {
			break
		}
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, len(differences)/2+1)
		}
		dst, differences = append(dst, seq), differences[n:]
	}
	return dst
}
