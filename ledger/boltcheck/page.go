package boltcheck

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The layout of a page: a header, then a table of elements, then the keys and values that they point to.
const (
	headerSize       = 16 // id, kind, count, overflow
	elementSize      = 16
	bucketHeaderSize = 16 // root, sequence
)

// The kinds of pages, and the flag of a leaf's element that is a bucket.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freeListPage = 0x10
	bucketFlag   = 0x01
)

// maxOverflow bounds how many pages one page may continue over: more than the longest value of a ledger needs.
const maxOverflow = 1 << 16

var order = binary.NativeEndian

// PageError says what is wrong with one page. It is ErrDamaged.
type PageError struct {
	Page    uint64
	Problem string
}

func (e *PageError) Error() string {
	return fmt.Sprintf("page %d %s: %v", e.Page, e.Problem, ErrDamaged)
}

// Unwrap returns ErrDamaged.
func (e *PageError) Unwrap() error { return ErrDamaged }

func wrongPage(id uint64, format string, args ...any) error {
	return &PageError{id, fmt.Sprintf(format, args...)}
}

// page is a page with its overflow, whose table of elements lies within it.
type page struct {
	id      uint64
	kind    int
	count   int // of elements; of free pages in their list
	content []byte
}

// pages is how many pages it takes in the file.
func (p *page) pages() uint64 { return uint64(len(p.content) / pageSize) }

// readPage reads a page whose id lies within the file, which has end pages, into buffer if that is large enough.
func readPage(file io.ReaderAt, id, end uint64, buffer []byte) (p page, err error) {
	content, err := readPages(file, id, 1, buffer)
	if err != nil {
		return p, err
	}
	if own := order.Uint64(content); own != id {
		return p, wrongPage(id, "calls itself page %d", own)
	}
	p = page{id: id, kind: int(order.Uint16(content[8:])), count: int(order.Uint16(content[10:])), content: content}
	overflow := uint64(order.Uint32(content[12:]))
	if overflow > maxOverflow || id+overflow >= end {
		return p, wrongPage(id, "continues over %d pages, the file has %d", overflow, end)
	}
	if overflow > 0 {
		if p.content, err = readPages(file, id, 1+overflow, buffer); err != nil {
			return p, err
		}
	}
	if p.kind != freeListPage && headerSize+p.count*elementSize > len(p.content) {
		return p, wrongPage(id, "has %d elements, more than it holds", p.count)
	}
	return p, nil
}

// readPages reads count pages from id on.
func readPages(file io.ReaderAt, id, count uint64, buffer []byte) ([]byte, error) {
	size := int(count) * pageSize
	if cap(buffer) < size {
		buffer = make([]byte, size)
	}
	buffer = buffer[:size]
	_, err := file.ReadAt(buffer, int64(id)*pageSize)
	if err == io.EOF {
		err = wrongPage(id, "lies beyond the end of the file")
	}
	return buffer, err
}

// element returns the key of the nth element, and the page it leads to: that of a branch's child, or the root of a
// bucket. It is 0 for a plain value, and for a bucket that is small enough to lie in its leaf.
func (p *page) element(n int) (key []byte, child uint64, err error) {
	at := headerSize + n*elementSize
	e := p.content[at : at+elementSize]
	var flags, from, keySize, valueSize uint32
	if p.kind == branchPage {
		from, keySize, child = order.Uint32(e), order.Uint32(e[4:]), order.Uint64(e[8:])
	} else {
		flags, from, keySize, valueSize = order.Uint32(e), order.Uint32(e[4:]), order.Uint32(e[8:]), order.Uint32(e[12:])
	}
	start := uint64(at) + uint64(from)
	value := start + uint64(keySize)
	if value+uint64(valueSize) > uint64(len(p.content)) {
		return nil, 0, wrongPage(p.id, "element %d reaches beyond it", n)
	}
	if flags&bucketFlag != 0 {
		if valueSize < bucketHeaderSize {
			return nil, 0, wrongPage(p.id, "element %d is a bucket of %d bytes", n, valueSize)
		}
		child = order.Uint64(p.content[value:])
	}
	return p.content[start:value], child, nil
}
