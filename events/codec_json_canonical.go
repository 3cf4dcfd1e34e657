package events

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Canonical JSON is what is kept of members that are not read: no white space, members of objects sorted by the bytes
// of their names in UTF-8, numbers as they were spelled, strings escaped only where they must be.

// appendCanonical appends a value that was scanned before.
func appendCanonical(dst []byte, raw string) []byte {
	switch raw[0] {
	case '{':
		return appendObject(dst, membersOf(raw))
	case '[':
		return appendArray(dst, elementsOf(raw))
	case '"':
		return appendString(dst, unquote(raw))
	}
	return append(dst, raw...)
}

// appendObject appends members as an object, and sorts them.
func appendObject(dst []byte, members []Member) []byte {
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, m.Name)
		dst = append(dst, ':')
		dst = appendCanonical(dst, m.Raw)
	}
	return append(dst, '}')
}

func appendArray(dst []byte, elements []Member) []byte {
	dst = append(dst, '[')
	for i, m := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCanonical(dst, m.Raw)
	}
	return append(dst, ']')
}

// isCanonical reports whether s is one canonical object, which stands depth levels deep in an event.
func isCanonical(s string, depth int) bool {
	members, err := parseObject([]byte(s), depth, "")
	return err == nil && string(appendObject(nil, members)) == s
}

// appendString appends s in double quotes; only the quote, the backslash and control characters below U+0020 are
// escaped.
func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}
