package events

import (
	"math/bits"
	"strconv"
)

// Bounds of an event as it is spelled in JSON.
const (
	MaxSize  = 64 << 10 // bytes, inclusive
	MaxDepth = 16       // objects and arrays inside one another, the event itself counted
)

// member is one member of a JSON object, or one element of an array, then without a name.
type member struct {
	name  string // decoded
	raw   string // the value as it is spelled
	plain bool   // raw, if it is a string, has no escapes
	used  bool   // somebody asked for it
}

// scanner goes over JSON once and accepts exactly RFC 8259 less what two readers could take differently: no name twice in
// an object, no lone surrogate, no U+0000, no nesting beyond MaxDepth. The text must be valid UTF-8 already.
type scanner struct {
	s       string
	i       int       // what is read so far
	escaped bool      // the last string had an escape
	data    *[]member // where the members of an event's data go, or nil
	nested  []member  // the members of the objects being read, innermost last
	pointer string    // where the fault is, as far as it makes sense to say
	fault   string    // "" as long as all is well
	broken  bool      // the fault is one of grammar
}

// fail notes that the text is no JSON at all; there is no pointing into it then.
func (p *scanner) fail(expected string) bool {
	p.fault, p.broken = "not JSON at byte "+strconv.Itoa(p.i)+": "+expected+"; correct the text", true
	return false
}

// refuse notes that the text is JSON of a kind that is refused.
func (p *scanner) refuse(why string) bool {
	p.fault, p.pointer = why, ""
	return false
}

// inside puts the name of the member in which a fault lies before its pointer.
func (p *scanner) inside(name string) bool {
	p.pointer = "/" + escapePointer(name) + p.pointer
	return false
}

// document reads a text that is one object whose members go to into; depth is the object's own.
func (p *scanner) document(depth int, into *[]member) bool {
	p.space()
	if p.peek() != '{' {
		return p.fail("an object in braces should stand here")
	}
	if !p.object(depth, into) {
		return false
	}
	p.space()
	if p.i < len(p.s) {
		return p.fail("nothing may follow the object")
	}
	return true
}

func (p *scanner) value(depth int) bool {
	switch c := p.peek(); c {
	case '"':
		return p.text()
	case '{':
		base := len(p.nested)
		ok := p.object(depth+1, &p.nested)
		p.nested = p.nested[:base]
		return ok
	case '[':
		return p.array(depth+1, nil)
	case 't':
		return p.literal("true")
	case 'f':
		return p.literal("false")
	case 'n':
		return p.literal("null")
	}
	return p.number()
}

func (p *scanner) object(depth int, into *[]member) bool {
	if depth > MaxDepth {
		return p.refuse("nested too deeply: at most " + strconv.Itoa(MaxDepth) + " levels are taken")
	}
	names := nameSet{members: into, first: len(*into)}
	p.i++
	if p.space(); p.peek() == '}' {
		p.i++
		return true
	}
	for p.member(depth, into, &names) {
		p.space()
		switch p.peek() {
		case ',':
			p.i++
			p.space()
		case '}':
			p.i++
			return true
		default:
			return p.fail("a comma or a closing brace should stand here")
		}
	}
	return false
}

func (p *scanner) member(depth int, into *[]member, names *nameSet) bool {
	if p.peek() != '"' {
		return p.fail("a name in double quotes should stand here")
	}
	start := p.i
	if !p.text() {
		return false
	}
	name := unquote(p.s[start:p.i], !p.escaped)
	if names.has(name) {
		p.refuse("given twice: keep one of the two")
		return p.inside(name)
	}
	if p.space(); p.peek() != ':' {
		return p.fail("a colon should stand here")
	}
	p.i++
	p.space()
	start = p.i
	if !p.memberValue(depth, name) {
		return p.inside(name)
	}
	*into = append(*into, member{name: name, raw: p.s[start:p.i], plain: !p.escaped})
	return true
}

// memberValue reads a member's value, and keeps the members of an event's data.
func (p *scanner) memberValue(depth int, name string) bool {
	if p.data != nil && depth == 1 && name == "data" && p.peek() == '{' {
		return p.object(depth+1, p.data)
	}
	return p.value(depth)
}

// array reads an array; its elements go to into unless that is nil.
func (p *scanner) array(depth int, into *[]member) bool {
	if depth > MaxDepth {
		return p.refuse("nested too deeply: at most " + strconv.Itoa(MaxDepth) + " levels are taken")
	}
	p.i++
	if p.space(); p.peek() == ']' {
		p.i++
		return true
	}
	for n := 0; ; n++ {
		start := p.i
		if !p.value(depth) {
			return p.inside(strconv.Itoa(n))
		}
		if into != nil {
			raw := p.s[start:p.i]
			*into = append(*into, member{raw: raw, plain: !p.escaped})
		}
		p.space()
		switch p.peek() {
		case ',':
			p.i++
			p.space()
		case ']':
			p.i++
			return true
		default:
			return p.fail("a comma or a closing bracket should stand here")
		}
	}
}

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

func (p *scanner) escapedUnit(i int) int {
	unit, ok := hex4(p.s, i)
	switch {
	case !ok:
		p.i = i
		p.fail("four hexadecimal digits should stand here")
		return 0
	case unit == 0:
		p.refuse("a text must not hold U+0000")
		return 0
	case unit < 0xD800 || unit > 0xDFFF:
		return 5
	}
	if low, ok := lowSurrogate(p.s, i+4); ok && unit < 0xDC00 && low != 0 {
		return 11
	}
	p.refuse("half a surrogate pair is no character")
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

func (p *scanner) literal(word string) bool {
	if len(p.s)-p.i < len(word) || p.s[p.i:p.i+len(word)] != word {
		return p.fail("a value should stand here")
	}
	p.i += len(word)
	return true
}

func (p *scanner) number() bool {
	if p.peek() == '-' {
		p.i++
	}
	if p.peek() == '0' {
		p.i++
	} else if !p.digits() {
		return p.fail("a value should stand here")
	}
	if p.peek() == '.' {
		p.i++
		if !p.digits() {
			return p.fail("a digit should stand here")
		}
	}
	if p.peek()|0x20 == 'e' {
		p.i++
		if c := p.peek(); c == '+' || c == '-' {
			p.i++
		}
		if !p.digits() {
			return p.fail("a digit should stand here")
		}
	}
	return true
}

// digits goes over digits and tells whether there were any.
func (p *scanner) digits() bool {
	start := p.i
	for isDigit(p.peek()) {
		p.i++
	}
	return p.i > start
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// peek gives the next byte, 0 at the end.
func (p *scanner) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *scanner) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\n', '\t', '\r':
			p.i++
		default:
			return
		}
	}
}

// nameSet knows the names of an object's members: it compares them one by one while they are few.
type nameSet struct {
	members *[]member
	first   int // the object's first member
	many    map[string]struct{}
}

const fewNames = 24

func (n *nameSet) has(name string) bool {
	members := (*n.members)[n.first:]
	if len(members) < fewNames {
		for i := range members {
			if members[i].name == name {
				return true
			}
		}
		return false
	}
	if n.many == nil {
		n.many = make(map[string]struct{}, 2*fewNames)
		for _, m := range members {
			n.many[m.name] = struct{}{}
		}
	}
	_, ok := n.many[name]
	n.many[name] = struct{}{}
	return ok
}
