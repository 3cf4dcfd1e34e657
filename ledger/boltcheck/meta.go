package boltcheck

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// bbolt's two meta pages take turns: each commit ends with one of them, and the other is of the commit before. Where one
// is not valid bbolt takes the other without a word, and the last commit is as if it had never been. So it is after a
// write of that page was cut short, and then nothing was acknowledged; or when the page rotted, and then it was. The stream
// brings the messages again either way, and the next commit makes the page valid.

// What a meta page has beyond the header of a page: magic, version, page size, flags, root, sequence, freelist, pages
// and transaction, and a checksum of all these, in the byte order of the machine.
const (
	pageHeader   = 16
	metaSummed   = 56
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	metaChecksum = 8
)

// Meta is what a valid one says.
type Meta struct {
	size        uint32 // of a page in bytes
	root        uint64 // page of the buckets' names
	free        uint64 // page of the list of free pages
	End         uint64 // how many pages there are
	transaction uint64
}

// readMeta reads the nth meta page of a file; valid tells whether it is one.
func readMeta(file io.ReaderAt, n, pageSize int) (m Meta, valid bool, err error) {
	var page [pageHeader + metaSummed + metaChecksum]byte
	if _, err := file.ReadAt(page[:], int64(n)*int64(pageSize)); err != nil {
		return m, false, err
	}
	meta, order := page[pageHeader:], binary.NativeEndian
	m = Meta{order.Uint32(meta[8:]), order.Uint64(meta[16:]), order.Uint64(meta[32:]), order.Uint64(meta[40:]), order.Uint64(meta[48:])}
	return m, validMeta(meta), nil
}

func validMeta(meta []byte) bool {
	sum := fnv.New64a()
	sum.Write(meta[:metaSummed])
	order := binary.NativeEndian
	return order.Uint32(meta) == metaMagic && order.Uint32(meta[4:]) == metaVersion && order.Uint64(meta[metaSummed:]) == sum.Sum64()
}

// Newest is the meta page of the last commit, as bbolt sees it; ErrFormat where neither is valid.
func Newest(file io.ReaderAt) (newest Meta, err error) {
	found := false
	for n := range 2 {
		m, valid, err := readMeta(file, n, pageSize)
		if err != nil {
			return newest, fmt.Errorf("meta page %d: %w: %w", n, ErrDamaged, err)
		}
		if valid && (!found || m.transaction > newest.transaction) {
			newest, found = m, true
		}
	}
	if !found {
		err = fmt.Errorf("neither meta page is valid: %w", ErrFormat)
	}
	return newest, err
}

// InvalidMeta lists which of the two meta pages, 0 and 1, are not valid in a file that nobody writes.
func InvalidMeta(path string, pageSize int) (invalid []int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	for n := range 2 {
		if _, valid, errRead := readMeta(f, n, pageSize); errRead != nil {
			err = errors.Join(err, errRead)
		} else if !valid {
			invalid = append(invalid, n)
		}
	}
	return invalid, errors.Join(err, f.Close())
}
