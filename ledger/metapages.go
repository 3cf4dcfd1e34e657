package ledger

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
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

// invalidMetaPages lists which of the two meta pages, 0 and 1, are not valid in a file that nobody writes.
func invalidMetaPages(path string, pageSize int) (invalid []int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var page [pageHeader + metaSummed + metaChecksum]byte
	for n := range 2 {
		if _, errRead := f.ReadAt(page[:], int64(n)*int64(pageSize)); errRead != nil {
			err = errors.Join(err, errRead)
		} else if !validMeta(page[pageHeader:]) {
			invalid = append(invalid, n)
		}
	}
	return invalid, errors.Join(err, f.Close())
}

func validMeta(meta []byte) bool {
	sum := fnv.New64a()
	sum.Write(meta[:metaSummed])
	order := binary.NativeEndian
	return order.Uint32(meta) == metaMagic && order.Uint32(meta[4:]) == metaVersion && order.Uint64(meta[metaSummed:]) == sum.Sum64()
}
