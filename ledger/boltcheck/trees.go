package boltcheck

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// spine looks, before bbolt does, at the pages that lead to others: the roots, the branches and, for who will write, the list
// of free pages. bbolt follows them without a doubt: a branch that points to itself is followed until the stack is full,
// which no one can catch, and a page in use that is listed as free is overwritten. The leaves are as good as all of the
// file, and are not read: an hundredth of the pages is, so that opening takes no longer.
//
// It reads the file and not the map of it, where a page that is not there kills the process.
type spine struct {
	file *os.File
	meta Meta
	used []pageUse // by page
}

// pageSize is that of every ledger in bytes.
const pageSize = 4 << 10

// pageUse is what is known of a page.
type pageUse byte

const (
	pageUnknown pageUse = iota // it goes on a leaf, or belongs to nothing
	pageKnown                  // it is a root or a branch, or goes on one; or is of the list of free pages
	pageLeaf                   // a leaf begins here
	pageFree                   // so the list says
)

// mostOverflow is how many pages one page may go on for: more than the longest value of a ledger needs.
const mostOverflow = 1 << 16

// Check gives ErrDamaged with the first thing that is wrong, in a file that nobody writes meanwhile.
func Check(path string, writing bool) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	meta, err := Newest(file)
	if err != nil {
		return err
	}
	switch {
	case meta.size != pageSize:
		return fmt.Errorf("its pages have %d bytes: %w", meta.size, ErrFormat)
	case meta.End > uint64(info.Size())/pageSize:
		return fmt.Errorf("the file has %d bytes, less than its %d pages of %d: %w", info.Size(), meta.End, pageSize, ErrDamaged)
	}
	s := spine{file: file, meta: meta, used: make([]pageUse, meta.End)}
	if err := s.claim(meta.free, 0, pageKnown); err != nil {
		return err
	}
	if err := s.buckets(); err != nil || !writing {
		return err
	}
	return s.freePages()
}

// wrongPage says what is wrong with a page.
func wrongPage(id uint64, format string, args ...any) error {
	return fmt.Errorf("page %d %s: %w", id, fmt.Sprintf(format, args...), ErrDamaged)
}

// page reads a page with all it goes on for.
func (s *spine) page(id uint64) (content []byte, kind, elements int, err error) {
	head, err := s.read(id, pageHeader)
	if err != nil {
		return nil, 0, 0, err
	}
	order := binary.NativeEndian
	if own := order.Uint64(head); own != id {
		return nil, 0, 0, wrongPage(id, "calls itself page %d", own)
	}
	more := uint64(order.Uint32(head[12:]))
	if more > mostOverflow || id+more >= s.meta.End {
		return nil, 0, 0, wrongPage(id, "goes on for %d pages, the file has %d", more, s.meta.End)
	}
	content, err = s.read(id, int(more+1)*pageSize)
	return content, int(order.Uint16(head[8:])), int(order.Uint16(head[10:])), err
}

func (s *spine) read(id uint64, size int) ([]byte, error) {
	content := make([]byte, size)
	_, err := s.file.ReadAt(content, int64(id)*pageSize)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = wrongPage(id, "lies beyond the end of the file")
	}
	return content, err
}

// claim notes the use of a page and of those it goes on for. None has two uses.
func (s *spine) claim(id, more uint64, use pageUse) error {
	for ; ; id, more = id+1, more-1 {
		switch {
		case id < 2 || id >= s.meta.End:
			return wrongPage(id, "is pointed to, the file has %d", s.meta.End)
		case s.used[id] != pageUnknown:
			return wrongPage(id, "is used twice")
		}
		s.used[id] = use
		if more == 0 {
			return nil
		}
	}
}

// buckets looks at the tree of the buckets' names, and from there at theirs.
func (s *spine) buckets() error {
	depth, err := s.depth(s.meta.root)
	if err != nil {
		return err
	}
	return s.branches(s.meta.root, depth, func(leaf uint64) error {
		content, kind, elements, err := s.page(leaf)
		if err != nil {
			return err
		}
		if kind != leafPage {
			return wrongPage(leaf, "is of kind %#x where the names of the buckets should be", kind)
		}
		return s.roots(leaf, content, elements)
	})
}

// roots looks at the trees of the buckets that a leaf names. A small bucket has none, and lies in the leaf itself.
func (s *spine) roots(leaf uint64, content []byte, elements int) error {
	order := binary.NativeEndian
	for n := range elements {
		at := pageHeader + n*elementSize
		if at+elementSize > len(content) {
			return wrongPage(leaf, "has %d elements, more than it holds", elements)
		}
		e := content[at:]
		value := uint64(at) + uint64(order.Uint32(e[4:])) + uint64(order.Uint32(e[8:]))
		if value+8 > uint64(len(content)) {
			return wrongPage(leaf, "element %d reaches beyond it", n)
		}
		root := order.Uint64(content[value:])
		if order.Uint32(e)&bucketElement == 0 || root == 0 {
			continue
		}
		depth, err := s.depth(root)
		if err == nil {
			err = s.branches(root, depth, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mostDepth is more levels than a tree of all atoms has.
const mostDepth = 32

// depth counts the levels of branches above the leaves of a tree; they are the same everywhere.
func (s *spine) depth(id uint64) (depth int, err error) {
	for ; depth < mostDepth; depth++ {
		if id < 2 || id >= s.meta.End {
			return 0, wrongPage(id, "is pointed to, the file has %d", s.meta.End)
		}
		content, kind, elements, err := s.page(id)
		switch {
		case err != nil:
			return 0, err
		case kind == leafPage:
			return depth, nil
		case kind != branchPage:
			return 0, wrongPage(id, "is of kind %#x where a tree should go on", kind)
		case elements == 0 || pageHeader+elementSize > len(content):
			return 0, wrongPage(id, "is a branch without any element")
		}
		id = binary.NativeEndian.Uint64(content[pageHeader+8:])
	}
	return 0, wrongPage(id, "lies %d levels deep", depth)
}

// branches walks the branches of a tree, and gives its leaves to fn, where there is one.
func (s *spine) branches(id uint64, depth int, fn func(leaf uint64) error) error {
	if depth == 0 {
		if err := s.claim(id, 0, pageLeaf); err != nil || fn == nil {
			return err
		}
		return fn(id)
	}
	if id < 2 || id >= s.meta.End {
		return wrongPage(id, "is pointed to, the file has %d", s.meta.End)
	}
	content, kind, elements, err := s.page(id)
	if err != nil {
		return err
	}
	if kind != branchPage {
		return wrongPage(id, "is of kind %#x where a branch should be", kind)
	}
	if err := s.claim(id, uint64(len(content)/pageSize-1), pageKnown); err != nil {
		return err
	}
	return eachBranch(id, content, elements, func(to uint64) error { return s.branches(to, depth-1, fn) })
}

// eachBranch calls fn with what the elements of a branch point to. Their keys ascend.
func eachBranch(id uint64, content []byte, elements int, fn func(to uint64) error) error {
	order := binary.NativeEndian
	var before []byte
	for n := range elements {
		at := pageHeader + n*elementSize
		if at+elementSize > len(content) {
			return wrongPage(id, "has %d elements, more than it holds", elements)
		}
		e := content[at:]
		from := uint64(at) + uint64(order.Uint32(e))
		to := from + uint64(order.Uint32(e[4:]))
		if to > uint64(len(content)) {
			return wrongPage(id, "element %d reaches beyond it", n)
		}
		key := content[from:to]
		if n > 0 && bytes.Compare(before, key) >= 0 {
			return wrongPage(id, "element %d is out of order", n)
		}
		before = key
		if err := fn(order.Uint64(e[8:])); err != nil {
			return err
		}
	}
	return nil
}

// freePages looks at the list of free pages: it ascends, has none that is used, and leaves none out.
func (s *spine) freePages() error {
	id := s.meta.free
	content, kind, count, err := s.page(id)
	if err != nil {
		return err
	}
	if kind != freePagesPage {
		return wrongPage(id, "is of kind %#x where the list of free pages should be", kind)
	}
	if more := uint64(len(content)/pageSize - 1); more > 0 {
		if err := s.claim(id+1, more-1, pageKnown); err != nil {
			return err
		}
	}
	list := content[pageHeader:]
	if count == longList {
		count, list = int(min(binary.NativeEndian.Uint64(list), uint64(len(content)))), list[8:]
	}
	if count > len(list)/8 {
		return wrongPage(id, "lists %d free pages, more than it holds", count)
	}
	for ; count > 0; count, list = count-1, list[8:] {
		if err := s.claim(binary.NativeEndian.Uint64(list), 0, pageFree); err != nil {
			return fmt.Errorf("the list of free pages: %w", err)
		}
	}
	return s.gaps()
}

// longList stands for a count that does not fit a page's header; the list begins with it then.
const longList = 0xFFFF

// gaps looks at the pages of which nothing is known: they go on leaves. Where the next one is free, the leaf must end there.
func (s *spine) gaps() error {
	leaf := uint64(0) // the one that may go on; 0: none
	for id := uint64(2); id < s.meta.End; id++ {
		switch use := s.used[id]; {
		case use == pageUnknown && leaf == 0:
			return wrongPage(id, "is neither used nor free")
		case use == pageFree && leaf != 0:
			if err := s.leafEnds(leaf, id); err != nil {
				return err
			}
			leaf = 0
		case use == pageLeaf:
			leaf = id
		case use == pageKnown, use == pageFree:
			leaf = 0
		}
	}
	return nil
}

// leafEnds asks that a leaf goes on up to a page that is free.
func (s *spine) leafEnds(leaf, free uint64) error {
	head, err := s.read(leaf, pageHeader)
	if err != nil {
		return err
	}
	if end := leaf + uint64(binary.NativeEndian.Uint32(head[12:])) + 1; end != free {
		return wrongPage(leaf, "goes on up to page %d, and page %d is free", end-1, free)
	}
	return nil
}
