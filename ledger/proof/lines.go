package proof

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// maxSize bounds sizes and indexes of logs, so that sums of them never overflow.
const maxSize = 1 << 62

// maxPath is how many hashes lead from a leaf to the root at most, and twice that between two roots.
const maxPath = 2 * 62

// maxText is the length in bytes of the longest proof that is read: an event is at most 64 KiB.
const maxText = 1 << 20

// base64Strict refuses spellings other than the one that it writes, given texts without line breaks.
var base64Strict = base64.StdEncoding.Strict()

// cutLine takes a line off the front of text; the line feed belongs to neither part.
func cutLine(text []byte) (line, rest []byte, ok bool) { return bytes.Cut(text, []byte("\n")) }

// parseNumber reads a decimal in its one spelling.
func parseNumber(text []byte) (uint64, error) {
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil || n > maxSize || strconv.FormatUint(n, 10) != string(text) {
		return 0, fmt.Errorf("%q is not a number of records: %w", text, ErrForm)
	}
	return n, nil
}

// parseBase64 reads base64 in its one spelling.
func parseBase64(text []byte) ([]byte, error) {
	if bytes.ContainsAny(text, "\r\n") { // which the decoder would pass over
		return nil, fmt.Errorf("a line break within base64: %w", ErrForm)
	}
	data, err := base64Strict.AppendDecode(nil, text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	return data, nil
}

func parseHash(text []byte) (h tlog.Hash, err error) {
	data, err := parseBase64(text)
	if err == nil && len(data) != tlog.HashSize {
		err = fmt.Errorf("a hash of %d bytes: %w", len(data), ErrForm)
	}
	if err != nil {
		return h, err
	}
	return tlog.Hash(data), nil
}

// appendPath writes hashes, one a line, and the empty line after them.
func appendPath(dst []byte, path []tlog.Hash) []byte {
	for _, h := range path {
		dst = append(base64Strict.AppendEncode(dst, h[:]), '\n')
	}
	return append(dst, '\n')
}

// cutPath takes hashes and the empty line after them off the front of text.
func cutPath(text []byte) (path []tlog.Hash, rest []byte, err error) {
	for len(path) <= maxPath {
		line, rest, ok := cutLine(text)
		switch {
		case !ok:
			return nil, nil, fmt.Errorf("no empty line after the hashes: %w", ErrForm)
		case len(line) == 0:
			return path, rest, nil
		}
		h, err := parseHash(line)
		if err != nil {
			return nil, nil, err
		}
		path, text = append(path, h), rest
	}
	return nil, nil, fmt.Errorf("more than %d hashes: %w", maxPath, ErrForm)
}
