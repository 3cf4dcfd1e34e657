package proof

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// What is read is taken apart without much ado, and then must be spelled as it would be written: so it has one spelling
// only, and no byte of it can be changed unnoticed.

// maxSize bounds sizes and indexes of logs, so that sums of them never overflow.
const maxSize = 1 << 62

// maxPath is how many hashes lead from a leaf to the root at most, and twice that between two roots.
const maxPath = 2 * 62

// maxText is the length in bytes of the longest proof that is read: an event is at most 64 KiB.
const maxText = 1 << 20

// cutLines returns the lines of a proof between its first line, which must be header, and the first empty one, and what
// follows that. Before the hashes there are fields.
func cutLines(text []byte, header string, fields int) (lines []string, rest []byte, err error) {
	head, rest, ended := bytes.Cut(text, []byte("\n\n"))
	lines = strings.Split(string(head), "\n")
	switch {
	case len(text) > maxText:
		err = fmt.Errorf("a proof of %d bytes: %w", len(text), ErrForm)
	case lines[0] != header:
		err = fmt.Errorf("the first line is not %s: %w", header, ErrForm)
	case !ended, len(lines) <= fields:
		err = fmt.Errorf("no empty line after the hashes, or no hashes: %w", ErrForm)
	case len(lines)-1-fields > maxPath:
		err = fmt.Errorf("more than %d hashes: %w", maxPath, ErrForm)
	}
	return lines[1:], rest, err
}

// appendPath writes hashes, one a line, and the empty line after them.
func appendPath(dst []byte, path []tlog.Hash) []byte {
	for _, h := range path {
		dst = fmt.Appendln(dst, h)
	}
	return append(dst, '\n')
}

func parsePath(lines []string) []tlog.Hash {
	path := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		path[i], _ = tlog.ParseHash(line)
	}
	return path
}
