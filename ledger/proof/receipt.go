package proof

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

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
	record := base64.StdEncoding.EncodeToString(r.Record)
	head := fmt.Appendf(nil, "%s\nextra %s\nindex %d\n", receiptHeader, record, r.Index)
	return append(appendPath(head, r.Path), r.Checkpoint...)
}

// ParseReceipt reads what Text returns. It checks nothing but the form.
func ParseReceipt(text []byte) (Receipt, error) {
	lines, checkpoint, err := cutLines(text, receiptHeader, 2)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Path: parsePath(lines[2:]), Checkpoint: checkpoint}
	r.Record, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[0], "extra "))
	r.Index, _ = strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if r.Index > maxSize || !bytes.Equal(r.Text(), text) {
		return Receipt{}, fmt.Errorf("the lines after %s: %w", receiptHeader, ErrForm)
	}
	return r, nil
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
func IsReceipt(text []byte) bool { return bytes.HasPrefix(text, []byte(receiptHeader+"\n")) }
