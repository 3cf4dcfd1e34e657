package proof

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// consistencyHeader is the first line of a consistency proof.
const consistencyHeader = "zhangben/consistency-proof@v1"

// Consistency shows that a log grew out of what it was before.
type Consistency struct {
	Path         []tlog.Hash // as RFC 6962, section 2.1.2, has it
	Older, Newer []byte      // signed checkpoints
}

// Text is the proof as it is handed out.
func (c Consistency) Text() []byte {
	dst := append(appendPath([]byte(consistencyHeader+"\n"), c.Path), c.Older...)
	return append(append(dst, '\n'), c.Newer...)
}

// ParseConsistency reads what Text returns. It checks nothing but the form.
func ParseConsistency(text []byte) (Consistency, error) {
	lines, rest, err := cutLines(text, consistencyHeader, 0)
	if err != nil {
		return Consistency{}, err
	}
	c := Consistency{Path: parsePath(lines)}
	// A checkpoint has one empty line within, so the second one ends the older checkpoint.
	if parts := bytes.SplitN(rest, []byte("\n\n"), 3); len(parts) == 3 {
		c.Older, c.Newer = rest[:len(rest)-len(parts[2])-1], parts[2]
	}
	if c.Newer == nil || !bytes.Equal(c.Text(), text) {
		return Consistency{}, fmt.Errorf("the hashes or the two checkpoints after %s: %w", consistencyHeader, ErrForm)
	}
	return c, nil
}

// Verify checks the proof under the key of the log, and returns the two checkpoints.
func (c Consistency) Verify(key Key) (older, newer Checkpoint, err error) {
	if older, err = OpenCheckpoint(c.Older, key); err != nil {
		return older, newer, fmt.Errorf("the older one: %w", err)
	}
	if newer, err = OpenCheckpoint(c.Newer, key); err != nil {
		return older, newer, fmt.Errorf("the newer one: %w", err)
	}
	return older, newer, CheckGrowth(older, newer, c.Path)
}

// emptyRoot is the hash of no leaves.
var emptyRoot, _ = tlog.TreeHash(0, nil)

// CheckGrowth checks that the log of the newer checkpoint begins with that of the older one.
func CheckGrowth(older, newer Checkpoint, path []tlog.Hash) error {
	failed := fmt.Errorf("%d records after %d: %w", newer.Size, older.Size, ErrInconsistent)
	switch {
	case older.Size > newer.Size:
		return failed
	case older.Size == 0:
		if len(path) > 0 || older.Root != emptyRoot || newer.Size == 0 && newer.Root != emptyRoot {
			return failed
		}
		return nil
	}
	if tlog.CheckTree(path, int64(newer.Size), newer.Root, int64(older.Size), older.Root) != nil {
		return failed
	}
	return nil
}

// IsConsistency reports whether the first line of a text is that of a consistency proof.
func IsConsistency(text []byte) bool { return bytes.HasPrefix(text, []byte(consistencyHeader+"\n")) }
