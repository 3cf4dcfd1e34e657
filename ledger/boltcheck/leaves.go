package boltcheck

import (
	"encoding/binary"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// pageCheck looks whether the pages of a file that nobody writes make trees: that each goes on, points and is pointed to
// within the file, and is pointed to once. On others bbolt would read beyond the file, or in circles.
type pageCheck struct {
	tx     *bolt.Tx
	file   *os.File
	size   int   // of a page in bytes
	kinds  []int // by page: what it begins with, or none
	refers []int // by page: how often it is pointed to
	add    func(page int, format string, args ...any)
}

// The kinds of pages, as their flags have them, and the flag of a leaf's element that is a bucket.
const (
	branchPage    = 1
	leafPage      = 2
	freePagesPage = 0x10
	bucketElement = 1
	elementSize   = 16
)

// Leaves gives what is wrong with the pages to add.
func Leaves(tx *bolt.Tx, add func(page int, format string, args ...any)) error {
	file, err := os.Open(tx.DB().Path())
	if err != nil {
		return fmt.Errorf("check the pages: %w", err)
	}
	defer file.Close()
	c := pageCheck{tx: tx, file: file, size: tx.DB().Info().PageSize, add: add}
	end := int(tx.Size()) / c.size
	c.kinds, c.refers = make([]int, end), make([]int, end)
	c.refer(0, uint64(tx.Cursor().Bucket().Root()))
	for id := 2; id < end; id++ {
		page, err := tx.Page(id)
		if err != nil {
			return fmt.Errorf("check page %d: %w", id, err)
		}
		if page.Type == "free" { // what it holds is of before
			continue
		}
		if page.OverflowCount >= end-id {
			add(id, "goes on for %d pages, the file has %d", page.OverflowCount, end)
			return nil
		}
		if err := c.page(id, page.Count, (1+page.OverflowCount)*c.size); err != nil {
			return fmt.Errorf("check page %d: %w", id, err)
		}
		id += page.OverflowCount
	}
	for id, kind := range c.kinds {
		if inTree := kind == branchPage || kind == leafPage; inTree && c.refers[id] != 1 || !inTree && c.refers[id] > 0 {
			add(id, "is pointed to %d times", c.refers[id])
		}
	}
	return nil
}

// page looks at a page of so many elements and bytes.
func (c *pageCheck) page(id, elements, size int) error {
	head := make([]byte, pageHeader)
	if _, err := c.file.ReadAt(head, int64(id)*int64(c.size)); err != nil {
		return err
	}
	c.kinds[id] = int(binary.NativeEndian.Uint16(head[8:]))
	switch {
	case binary.NativeEndian.Uint64(head) != uint64(id):
		c.add(id, "calls itself page %d", binary.NativeEndian.Uint64(head))
	case c.kinds[id] == freePagesPage:
	case c.kinds[id] != branchPage && c.kinds[id] != leafPage:
		c.add(id, "is of the unknown kind %#x", c.kinds[id])
	case pageHeader+elements*elementSize > size:
		c.add(id, "has %d elements, more than it holds", elements)
	default:
		return c.elements(id, elements, size)
	}
	return nil
}

// elements looks at what the elements of a page point to.
func (c *pageCheck) elements(id, many, size int) error {
	table := make([]byte, many*elementSize)
	start := int64(id)*int64(c.size) + pageHeader
	if _, err := c.file.ReadAt(table, start); err != nil {
		return err
	}
	order := binary.NativeEndian
	for n := range many {
		at := n * elementSize
		e := table[at : at+elementSize]
		flags, from, key, value := order.Uint32(e), order.Uint32(e[4:]), order.Uint32(e[8:]), order.Uint32(e[12:])
		if c.kinds[id] == branchPage {
			flags, from, key, value = 0, order.Uint32(e), order.Uint32(e[4:]), 0
			c.refer(id, order.Uint64(e[8:]))
		}
		if pageHeader+int64(at)+int64(from)+int64(key)+int64(value) > int64(size) {
			c.add(id, "element %d reaches beyond it", n)
		} else if flags&bucketElement != 0 {
			root := make([]byte, 8)
			if _, err := c.file.ReadAt(root, start+int64(at)+int64(from)+int64(key)); err != nil {
				return err
			}
			c.bucket(id, order.Uint64(root))
		}
	}
	return nil
}

// bucket notes the root of a bucket; 0 is that of a small one, whose only page is its value.
func (c *pageCheck) bucket(id int, root uint64) {
	if root != 0 {
		c.refer(id, root)
	}
}

// refer notes that a page is pointed to.
func (c *pageCheck) refer(id int, to uint64) {
	if to < 2 || to >= uint64(len(c.refers)) {
		c.add(id, "points to page %d, the file has %d", to, len(c.refers))
		return
	}
	c.refers[to]++
}
