package input

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"zhangben/ledger/ingest"
)

// Lines cuts input into batches of lines, skipping blank ones.
type Lines struct {
	source *bufio.Reader
	number int // of the last line read, from 1
}

// Batch is some lines that are published together.
type Batch struct {
	Bodies  [][]byte
	Numbers []int
	Size    int // bytes read, line ends and blank lines included
}

// newLines reads ahead as much as one batch. A longer line is cut there: it is too long to be stored anyway.
func newLines(input io.Reader) *Lines {
	return &Lines{source: bufio.NewReaderSize(input, ingest.MaxPublishBytes)}
}

// Next reads as many lines as are at hand and may be published together, at least one. It returns io.EOF with the last.
func (r *Lines) Next() (b Batch, err error) {
	for err == nil && len(b.Bodies) < ingest.MaxPublishEvents && b.Size < ingest.MaxPublishBytes {
		if len(b.Bodies) > 0 && !r.atHand() {
			break // a slow source: what is there need not wait for more
		}
		var line []byte
		line, err = r.line()
		r.number++
		b.Size += len(line)
		if body := bytes.TrimSpace(line); len(body) > 0 {
			b.Bodies = append(b.Bodies, bytes.Clone(body))
			b.Numbers = append(b.Numbers, r.number)
		}
	}
	return b, err
}

// atHand reports whether a whole line can be had without waiting.
func (r *Lines) atHand() bool {
	ahead, _ := r.source.Peek(r.source.Buffered())
	return bytes.IndexByte(ahead, '\n') >= 0
}

// line reads one line, valid until the next read; of an overlong one, the beginning.
func (r *Lines) line() ([]byte, error) {
	line, err := r.source.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	line = bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.source.ReadSlice('\n')
	}
	return line, err
}
