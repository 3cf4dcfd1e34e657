package boltcheck

import "fmt"

// longList in the header of the list of free pages says that the list begins with its own length, in eight bytes.
const longList = 0xFFFF

// FreeList checks the list of free pages once [Walk.Trees] yielded nothing: it lists no page that is used, and each
// page that is not used.
func (w *Walk) FreeList() error {
	listed, err := w.freePages()
	if err != nil {
		return err
	}
	for len(listed) > 0 {
		if err := w.claim(order.Uint64(listed), 1, free); err != nil {
			return fmt.Errorf("the list of free pages: %w", err)
		}
		listed = listed[8:]
	}
	return w.unlisted()
}

// freePages reads the list: eight bytes for each free page.
func (w *Walk) freePages() ([]byte, error) {
	p, err := w.read(w.meta.freeList, nil)
	if err != nil {
		return nil, err
	}
	if p.kind != freeListPage {
		return nil, wrongPage(p.id, "is of kind %#x where the list of free pages should be", p.kind)
	}
	if overflow := p.pages() - 1; overflow > 0 {
		if err := w.claim(p.id+1, overflow, inTree); err != nil {
			return nil, err
		}
	}
	listed, count := p.content[headerSize:], uint64(p.count)
	if count == longList {
		listed, count = listed[8:], order.Uint64(listed)
	}
	if count > uint64(len(listed)/8) {
		return nil, wrongPage(p.id, "lists %d free pages, more than it holds", count)
	}
	return listed[:count*8], nil
}

// unlisted looks for pages that are neither used nor free. Those after a leaf that was not read are its overflow; where
// free ones follow, the leaf must end there.
func (w *Walk) unlisted() error {
	leaf := uint64(0) // that may continue; 0: none
	for id := uint64(2); id < w.meta.End; id++ {
		switch w.used[id] {
		case unknown:
			if leaf == 0 {
				return wrongPage(id, "is neither used nor free")
			}
		case leafStart:
			leaf = id
		case free:
			if leaf != 0 {
				if err := w.endsBefore(leaf, id); err != nil {
					return err
				}
			}
			leaf = 0
		default:
			leaf = 0
		}
	}
	return nil
}

// endsBefore checks that a leaf continues up to a free page.
func (w *Walk) endsBefore(leaf, next uint64) error {
	p, err := w.read(leaf, w.leaf)
	if err != nil {
		return err
	}
	if end := leaf + p.pages(); end != next {
		return wrongPage(leaf, "continues up to page %d, and page %d is free", end-1, next)
	}
	return nil
}
