package boltcheck

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// bbolt's two meta pages take turns: each commit ends with one of them, and the other is that of the commit before.
// Where one is not valid bbolt silently takes the other, and the last commit is lost. If the write of that page was
// cut short, nothing of the commit was acknowledged; if the page was corrupted later, it was. Either way the stream
// brings the messages again, and the next commit makes the page valid.

// A meta page has, after the header: magic, version, page size, flags, root, sequence, list of free pages, number of
// pages, transaction, and a checksum of these.
const (
	metaSummed  = 56
	metaSize    = metaSummed + 8
	metaMagic   = 0xED0CDAED
	metaVersion = 2
)

// pageSize is that of every ledger in bytes.
const pageSize = 4 << 10

// Meta is what a valid meta page says.
type Meta struct {
	pageSize    uint32
	root        uint64 // page of the buckets' names
	freeList    uint64 // page of the list of free pages
	End         uint64 // number of pages
	transaction uint64
}

// readMeta reads meta page n, 0 or 1, and reports whether it is valid.
func readMeta(file io.ReaderAt, n int) (m Meta, valid bool, err error) {
	var b [headerSize + metaSize]byte
	if _, err := file.ReadAt(b[:], int64(n)*pageSize); err != nil {
		return m, false, fmt.Errorf("meta page %d: %w: %w", n, ErrDamaged, err)
	}
	meta := b[headerSize:]
	m = Meta{
		pageSize: order.Uint32(meta[8:]), root: order.Uint64(meta[16:]), freeList: order.Uint64(meta[32:]),
		End: order.Uint64(meta[40:]), transaction: order.Uint64(meta[48:]),
	}
	sum := fnv.New64a()
	sum.Write(meta[:metaSummed])
	valid = order.Uint32(meta) == metaMagic && order.Uint32(meta[4:]) == metaVersion &&
		order.Uint64(meta[metaSummed:]) == sum.Sum64()
	return m, valid, nil
}

// ReadMeta reads the meta page of the last commit, as bbolt finds it, from a file of length bytes. It returns ErrFormat
// where neither page is valid or pages have another size than a ledger's, and ErrDamaged where pages are missing.
func ReadMeta(file io.ReaderAt, length int64) (newest Meta, err error) {
	found := false
	for n := range 2 {
		m, valid, err := readMeta(file, n)
		if err != nil {
			return newest, err
		}
		if valid && (!found || m.transaction > newest.transaction) {
			newest, found = m, true
		}
	}
	switch {
	case !found:
		return newest, fmt.Errorf("neither meta page is valid: %w", ErrFormat)
	case newest.pageSize != pageSize:
		return newest, fmt.Errorf("its pages have %d bytes instead of %d: %w", newest.pageSize, pageSize, ErrFormat)
	case newest.End > uint64(length)/pageSize:
		return newest, fmt.Errorf("the file has %d bytes, fewer than its %d pages: %w", length, newest.End, ErrDamaged)
	}
	return newest, nil
}

// InvalidMeta lists which of the two meta pages, 0 and 1, are not valid in a file that nothing writes meanwhile.
func InvalidMeta(path string) (invalid []int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for n := range 2 {
		_, valid, errRead := readMeta(file, n)
		if errRead != nil {
			err = errors.Join(err, errRead)
		} else if !valid {
			invalid = append(invalid, n)
		}
	}
	return invalid, err
}
