package proof

import (
	"bytes"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// receiptHeader is the first line of a receipt.
const receiptHeader = "c2sp.org/tlog-proof@v1"

// Receipt shows that a record is in the log.
type Receipt struct {
	Record     []byte      // the leaf
	Index      uint64      // of the leaf, from 0
	Path       []tlog.Hash // from the leaf's neighbour to the children of the root
	Checkpoint []byte      // signed
}

// Proven is what a receipt proves: that this is the record of its seq in the log that the checkpoint is of.
type Proven struct {
	Record
	Checkpoint Checkpoint
}

// Text is the receipt as it is handed out.
func (r Receipt) Text() []byte {
	dst := append([]byte(receiptHeader), "\nextra "...)
	dst = append(base64Strict.AppendEncode(dst, r.Record), "\nindex "...)
	dst = append(strconv.AppendUint(dst, r.Index, 10), '\n')
	return append(appendPath(dst, r.Path), r.Checkpoint...)
}

// ParseReceipt reads what Text returns. It checks nothing but the form.
func ParseReceipt(text []byte) (r Receipt, err error) {
	if len(text) > maxText {
		return r, fmt.Errorf("a receipt of %d bytes: %w", len(text), ErrForm)
	}
	if text, err = cutHeader(text, receiptHeader); err != nil {
		return r, err
	}
	record, text, err := cutField(text, "extra ")
	if err != nil {
		return r, err
	}
	index, text, err := cutField(text, "index ")
	if err != nil {
		return r, err
	}
	if r.Record, err = parseBase64(record); err != nil {
		return Receipt{}, err
	}
	if r.Index, err = parseNumber(index); err != nil {
		return Receipt{}, err
	}
	r.Path, r.Checkpoint, err = cutPath(text)
	return r, err
}

// Verify checks the receipt under the key of the log.
func (r Receipt) Verify(key Key) (Proven, error) {
	c, err := OpenCheckpoint(r.Checkpoint, key)
	if err != nil {
		return Proven{}, err
	}
	if err := r.Included(c); err != nil {
		return Proven{}, err
	}
	record, err := ParseRecord(r.Record)
	if err == nil && record.Seq != r.Index+1 {
		err = fmt.Errorf("record %d stands in the place of record %d: %w", record.Seq, r.Index+1, ErrNotIncluded)
	}
	if err != nil {
		return Proven{}, err
	}
	return Proven{record, c}, nil
}

// Included checks that the record is where it says in the log that a checkpoint is of. Whether that is to be believed
// is another question.
func (r Receipt) Included(c Checkpoint) error {
	if r.Index >= c.Size {
		return fmt.Errorf("index %d of %d records: %w", r.Index, c.Size, ErrNotIncluded)
	}
	err := tlog.CheckRecord(r.Path, int64(c.Size), c.Root, int64(r.Index), tlog.RecordHash(r.Record))
	if err != nil {
		return fmt.Errorf("record %d: %w", r.Index+1, ErrNotIncluded)
	}
	return nil
}

// IsReceipt reports whether the first line of a text is that of a receipt.
func IsReceipt(text []byte) bool {
	_, err := cutHeader(text, receiptHeader)
	return err == nil
}

// cutHeader takes the first line off text, which must be header.
func cutHeader(text []byte, header string) ([]byte, error) {
	line, rest, ok := cutLine(text)
	if !ok || string(line) != header {
		return nil, fmt.Errorf("the first line is not %s: %w", header, ErrForm)
	}
	return rest, nil
}

// cutField takes a line off text that begins with name, and returns what follows there.
func cutField(text []byte, name string) (value, rest []byte, err error) {
	line, rest, ok := cutLine(text)
	value, named := bytes.CutPrefix(line, []byte(name))
	if !ok || !named {
		return nil, nil, fmt.Errorf("the line %q is missing: %w", name, ErrForm)
	}
	return value, rest, nil
}
