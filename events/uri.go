package events

import "strings"

// uriByte marks the bytes that may stand in a path, a query or a fragment (RFC 3986: pchar, "/" and "?").
var uriByte = func() (set [256]bool) {
	for c := range 256 {
		b := byte(c)
		set[c] = isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'z' || b < 0x80 && strings.IndexByte("-._~!$&'()*+,;=:@/?%", b) >= 0
	}
	return set
}()

// isURIReference reports whether s is a URI or a relative reference (RFC 3986, 4.1). Of an authority it checks the
// characters, not the parts.
func isURIReference(s string) bool {
	if strings.HasPrefix(s, "/") && areURIBytes(s) {
		return true // as most are: no scheme, no fragment, and in an authority no brackets
	}
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	segment, _, _ := strings.Cut(s, "/")
	if scheme, _, ok := strings.Cut(segment, ":"); ok {
		if !isScheme(scheme) {
			return false
		}
		s = s[len(scheme)+1:]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		authority, _, _ := strings.Cut(rest, "/")
		s = strings.NewReplacer("[", "", "]", "").Replace(authority) + rest[len(authority):]
	}
	return areURIBytes(s) && areURIBytes(query) && areURIBytes(fragment)
}

func isScheme(s string) bool {
	for i := range len(s) {
		letter := 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z'
		if !letter && (i == 0 || !isDigit(s[i]) && strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

// areURIBytes checks the characters, and that each % begins an escape.
func areURIBytes(s string) bool {
	for i := 0; i < len(s); i++ {
		if !uriByte[s[i]] {
			return false
		}
		if s[i] == '%' {
			if _, ok := hex2(s, i+1); !ok {
				return false
			}
			i += 2
		}
	}
	return true
}

// hex2 reads two hexadecimal digits at i.
func hex2(s string, i int) (c byte, ok bool) {
	if i+2 > len(s) {
		return 0, false
	}
	for _, digit := range []byte(s[i : i+2]) {
		switch {
		case isDigit(digit):
			c = c<<4 | (digit - '0')
		case 'a' <= digit|0x20 && digit|0x20 <= 'f':
			c = c<<4 | (digit | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return c, true
}
