package index

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// What a frame has beside its body, in bytes: see doc.go.
const (
	frameHead = 8
	frameTail = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frameWriter writes frames.
type frameWriter struct {
	to  io.Writer
	sum uint32
}

func (w *frameWriter) write(body []byte) error {
	head := binary.BigEndian.AppendUint64(nil, uint64(len(body)))
	w.sum = crc32.Update(crc32.Update(w.sum, castagnoli, head), castagnoli, body)
	for _, b := range [][]byte{head, body, binary.BigEndian.AppendUint32(nil, w.sum)} {
		if _, err := w.to.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// errFrame says that bytes are not the frames that were written.
var errFrame = errors.New("its bytes are not those written")

// frameReader reads frames.
type frameReader struct {
	from io.Reader
	left int64 // bytes not read yet
	sum  uint32
}

// next reads a frame into dst, or into new memory where dst is too short for it.
func (r *frameReader) next(dst []byte) ([]byte, error) {
	var head [frameHead]byte
	var tail [frameTail]byte
	if _, err := io.ReadFull(r.from, head[:]); err != nil {
		return nil, err
	}
	r.left -= frameHead + frameTail
	size := binary.BigEndian.Uint64(head[:])
	if r.left < 0 || size > uint64(r.left) {
		return nil, errFrame
	}
	r.left -= int64(size)
	if uint64(cap(dst)) < size {
		dst = make([]byte, size)
	}
	dst = dst[:size]
	if _, err := io.ReadFull(r.from, dst); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(r.from, tail[:]); err != nil {
		return nil, err
	}
	r.sum = crc32.Update(crc32.Update(r.sum, castagnoli, head[:]), castagnoli, dst)
	if r.sum != binary.BigEndian.Uint32(tail[:]) {
		return nil, errFrame
	}
	return dst, nil
}

// end checks that nothing follows.
func (r *frameReader) end() error {
	if r.left != 0 {
		return errFrame
	}
	return nil
}
