package events

import "strconv"

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
