package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"zhangben/ledger/ingest"
)

// lineReader cuts input into batches of lines, skipping blank ones.
type lineReader struct {
	input  *bufio.Reader
	number int // of the last line read, from 1
}

// lineBatch is some lines that are published together.
type lineBatch struct {
	bodies  [][]byte
	numbers []int
	size    int // bytes read, line ends and blank lines included
}

// newLineReader reads ahead as much as one batch. A longer line is cut there: it is too long to be stored anyway.
func newLineReader(input io.Reader) *lineReader {
	return &lineReader{input: bufio.NewReaderSize(input, ingest.MaxPublishBytes)}
}

// batch reads as many lines as are at hand and may be published together, at least one. It returns io.EOF with the last.
func (r *lineReader) batch() (b lineBatch, err error) {
	for err == nil && len(b.bodies) < ingest.MaxPublishEvents && b.size < ingest.MaxPublishBytes {
		if len(b.bodies) > 0 && !r.atHand() {
			break // a slow source: what is there need not wait for more
		}
		var line []byte
		line, err = r.line()
		r.number++
		b.size += len(line)
		if body := bytes.TrimSpace(line); len(body) > 0 {
			b.bodies = append(b.bodies, bytes.Clone(body))
			b.numbers = append(b.numbers, r.number)
		}
	}
	return b, err
}

// atHand tells whether a whole line can be had without waiting.
func (r *lineReader) atHand() bool {
	ahead, _ := r.input.Peek(r.input.Buffered())
	return bytes.IndexByte(ahead, '\n') >= 0
}

// line reads one line, valid until the next read; of an overlong one, the beginning.
func (r *lineReader) line() ([]byte, error) {
	line, err := r.input.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	line = bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.input.ReadSlice('\n')
	}
	return line, err
}
