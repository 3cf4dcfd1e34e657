package boltcheck

import (
	"bytes"
	"errors"
	"iter"
	"os"
)

// Walk is one walk over the pages of a file that nothing writes meanwhile: first [Walk.Trees], then [Walk.FreeList].
type Walk struct {
	file   *os.File
	meta   Meta
	used   []use // by page
	leaves bool
	leaf   []byte   // buffer for leaves
	roots  []uint64 // of buckets not walked yet
}

// use is what is known of a page.
type use byte

const (
	unknown   use = iota // an overflow page of a leaf that was not read, or nothing's
	inTree               // a root, branch or leaf with its overflow, or the list of free pages
	leafStart            // a leaf that was not read begins here
	free                 // listed as free
)

// Check returns the first problem of the pages that lead to others, and where writing those of the list of free pages.
func Check(path string, writing bool) error {
	w, err := Open(path)
	if err != nil {
		return err
	}
	defer w.Close()
	for err := range w.Trees(false) {
		return err
	}
	if writing {
		return w.FreeList()
	}
	return nil
}

// Open begins a walk. It returns ErrFormat where no meta page is valid or pages have another size, and ErrDamaged
// where the file is shorter than its meta page says.
func Open(path string) (*Walk, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	meta, err := ReadMeta(file, info.Size())
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &Walk{file: file, meta: meta, used: make([]use, meta.End)}, nil
}

// Close closes the file.
func (w *Walk) Close() error { return w.file.Close() }

// Trees yields what is wrong with the trees of the buckets: each pointer leads to a page of the right kind in the
// file, to which no other leads; keys ascend, and elements lie in their pages. Leaves are read only if leaves is set;
// without them, buckets within buckets are not found. An error that is not ErrDamaged comes of reading the file.
func (w *Walk) Trees(leaves bool) iter.Seq[error] {
	return func(yield func(error) bool) {
		w.leaves = leaves
		if err := w.claim(w.meta.freeList, 1, inTree); err != nil && !yield(err) {
			return
		}
		names := true // the tree of the buckets' names, whose leaves are always read
		for w.roots = []uint64{w.meta.root}; len(w.roots) > 0; names = false {
			last := len(w.roots) - 1
			root := w.roots[last]
			w.roots = w.roots[:last]
			depth, err := w.depth(root)
			if err != nil && !yield(err) || err == nil && !w.subtree(root, depth, names || leaves, yield) {
				return
			}
		}
	}
}

// claim records the use of count pages from id on. None has two.
func (w *Walk) claim(id, count uint64, as use) error {
	for ; count > 0; id, count = id+1, count-1 {
		if err := w.within(id); err != nil {
			return err
		}
		if w.used[id] != unknown {
			return wrongPage(id, "is used twice")
		}
		w.used[id] = as
	}
	return nil
}

// within checks that a page that is pointed to is in the file and no meta page.
func (w *Walk) within(id uint64) error {
	if id < 2 || id >= w.meta.End {
		return wrongPage(id, "is pointed to, the file has %d", w.meta.End)
	}
	return nil
}

// read reads a page that is pointed to.
func (w *Walk) read(id uint64, buffer []byte) (page, error) {
	if err := w.within(id); err != nil {
		return page{}, err
	}
	return readPage(w.file, id, w.meta.End, buffer)
}

// maxDepth is more levels than a tree of all atoms has.
const maxDepth = 32

// depth counts the levels of branches above the leaves of a tree; it is the same for all leaves.
func (w *Walk) depth(id uint64) (int, error) {
	for depth := range maxDepth {
		p, err := w.read(id, nil)
		switch {
		case p.kind == leafPage: // what is wrong with it shows when it is read as one
			return depth, nil
		case err != nil:
			return 0, err
		case p.kind != branchPage:
			return 0, wrongPage(id, "is of kind %#x where a tree should continue", p.kind)
		case p.count == 0:
			return 0, wrongPage(id, "is a branch without elements")
		}
		if _, id, err = p.element(0); err != nil {
			return 0, err
		}
	}
	return 0, wrongPage(id, "lies %d levels deep", maxDepth)
}

// subtree walks a tree, and reports whether the walk goes on.
func (w *Walk) subtree(id uint64, depth int, leaves bool, yield func(error) bool) bool {
	if depth == 0 && !leaves {
		err := w.claim(id, 1, leafStart)
		return err == nil || yield(err)
	}
	kind, buffer := branchPage, []byte(nil)
	if depth == 0 {
		kind, buffer = leafPage, w.leaf
	}
	p, err := w.node(id, kind, buffer)
	if err != nil {
		return yield(err)
	}
	if depth == 0 {
		w.leaf = p.content
	}
	var before []byte
	for n := range p.count {
		key, child, err := p.element(n)
		if err == nil && n > 0 && bytes.Compare(before, key) >= 0 {
			err = wrongPage(id, "element %d is out of order", n)
		}
		before = key
		switch {
		case err != nil:
			return yield(err)
		case depth > 0:
			if !w.subtree(child, depth-1, leaves, yield) {
				return false
			}
		case child != 0:
			w.roots = append(w.roots, child)
		}
	}
	return true
}

// node reads and claims a page of a tree.
func (w *Walk) node(id uint64, kind int, buffer []byte) (page, error) {
	p, err := w.read(id, buffer)
	if err != nil {
		return p, err
	}
	if p.kind != kind {
		return p, wrongPage(id, "is of kind %#x, and should be of kind %#x", p.kind, kind)
	}
	return p, w.claim(id, p.pages(), inTree)
}
