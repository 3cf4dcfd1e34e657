package events

import "math/bits"

// delimiter marks the bytes that end the plain run of a string.
var delimiter = func() (set [256]bool) {
	for c := range 0x20 {
		set[c] = true
	}
	set['"'], set['\\'] = true, true
	return set
}()

// plain gives the first place from i on that holds a delimiter, or the end. It looks at eight bytes at a time: in each
// byte of a word, the highest bit of the sum of tests is set if the byte is a quote, a backslash or below 0x20. A borrow
// can set more bits only above the first that is set in truth.
func plain(s string, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, backslash := x^'"'*ones, x^'\\'*ones
		if hits := ((quote-ones)&^quote | (backslash-ones)&^backslash | (x-0x20*ones)&^x) & highs; hits != 0 {
			return i + bits.TrailingZeros64(hits)/8
		}
	}
	for i < len(s) && !delimiter[s[i]] {
		i++
	}
	return i
}

// text reads a string.
func (p *scanner) text() bool {
	p.escaped = false
	for i := plain(p.s, p.i+1); i < len(p.s); i = plain(p.s, i+1) {
		switch p.s[i] {
		case '"':
			p.i = i + 1
			return true
		case '\\':
			p.escaped = true
			n := p.escape(i + 1)
			if n == 0 {
				return false
			}
			i += n
		default:
			p.i = i
			return p.fail("a control character in a string must be escaped")
		}
	}
	p.i = len(p.s)
	return p.fail("a string is not closed")
}

// escape checks what follows the backslash before i, and gives its length, 0 when it is wrong.
func (p *scanner) escape(i int) int {
	if i < len(p.s) {
		switch p.s[i] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			return 1
		case 'u':
			return p.escapedUnit(i + 1)
		}
	}
	p.i = i
	p.fail("no such escape in a string")
	return 0
}

// escapedUnit checks the four digits at i, and the second escape of a pair, and gives the length from the u on.
func (p *scanner) escapedUnit(i int) int {
	unit, ok := hex4(p.s, i)
	switch {
	case !ok:
		p.i = i
		p.fail("four hexadecimal digits should stand here")
		return 0
	case unit == 0:
		p.refuse("a text must not hold U+0000: leave it out")
		return 0
	case unit < 0xD800 || unit > 0xDFFF:
		return 5
	}
	if low, ok := lowSurrogate(p.s, i+4); ok && unit < 0xDC00 && low != 0 {
		return 11
	}
	p.refuse("half a surrogate pair is no character: spell both halves or neither")
	return 0
}

// lowSurrogate reads the escape of a low surrogate at i.
func lowSurrogate(s string, i int) (unit rune, ok bool) {
	if i+2 > len(s) || s[i] != '\\' || s[i+1] != 'u' {
		return 0, false
	}
	unit, ok = hex4(s, i+2)
	return unit, ok && 0xDC00 <= unit && unit <= 0xDFFF
}

// hex4 reads four hexadecimal digits at i.
func hex4(s string, i int) (n rune, ok bool) {
	if i+4 > len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i : i+4]) {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
