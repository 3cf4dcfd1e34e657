package events

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Canonical JSON is what is kept of members that nobody reads: no white space, members of objects sorted by the bytes of
// their names in UTF-8, numbers as they were spelled, strings escaped only where they must be.

// appendCanonical appends a value that was scanned before.
func appendCanonical(dst []byte, raw string) []byte {
	switch raw[0] {
	case '{':
		return appendObject(dst, membersOf(raw))
	case '[':
		return appendArray(dst, elementsOf(raw))
	case '"':
		return appendString(dst, unquote(raw, false))
	}
	return append(dst, raw...)
}

// appendObject appends members as an object, and sorts them.
func appendObject(dst []byte, members []member) []byte {
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, m.name)
		dst = append(dst, ':')
		dst = appendCanonical(dst, m.raw)
	}
	return append(dst, '}')
}

func appendArray(dst []byte, elements []member) []byte {
	dst = append(dst, '[')
	for i, m := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCanonical(dst, m.raw)
	}
	return append(dst, ']')
}

// membersOf lists the members of an object that was scanned before.
func membersOf(raw string) (members []member) {
	p := scanner{s: raw}
	p.object(1, &members)
	return members
}

// elementsOf lists the elements of an array that was scanned before.
func elementsOf(raw string) (elements []member) {
	p := scanner{s: raw}
	p.array(1, &elements)
	return elements
}

// isCanonical tells whether s is one canonical object, which stands depth levels deep in an event.
func isCanonical(s string, depth int) bool {
	p := scanner{s: s}
	var members []member
	return utf8.ValidString(s) && p.document(depth, &members) && string(appendObject(nil, members)) == s
}

// appendString appends s in double quotes; only the quote, the backslash and control characters below U+0020 are escaped.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if !delimiter[c] {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		if short := shortEscape(c); short != 0 {
			dst = append(dst, '\\', short)
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// shortEscape gives the letter of a two-character escape, or 0.
func shortEscape(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\b':
		return 'b'
	case '\f':
		return 'f'
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	}
	return 0
}

// unquote decodes a string that was scanned before; plain says that it is known to have no escapes.
func unquote(raw string, plain bool) string {
	s := raw[1 : len(raw)-1]
	if plain || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		if s[i] != 'u' {
			b = append(b, unescaped(s[i]))
			continue
		}
		r, n := escapedRune(s, i+1)
		b = utf8.AppendRune(b, r)
		i += n
	}
	return string(b)
}

// escapedRune decodes the digits after \u at i, and the second half of a pair, and gives their length.
func escapedRune(s string, i int) (r rune, n int) {
	r, _ = hex4(s, i)
	if r < 0xD800 || r > 0xDFFF {
		return r, 4
	}
	low, _ := lowSurrogate(s, i+4)
	return 0x10000 + (r-0xD800)<<10 + (low - 0xDC00), 10
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// escapePointer spells a member's name in a JSON pointer (RFC 6901).
func escapePointer(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
