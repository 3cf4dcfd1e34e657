package events

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of an event as it is spelled in JSON.
const (
	MaxSize  = 64 << 10 // bytes, inclusive
	MaxDepth = 16       // objects and arrays inside one another, the event itself counted
)

// Member is one member of a JSON object, or one element of an array, then without a name.
type Member struct {
	Name string // decoded
	Raw  string // the value as it is spelled
	used bool   // a reader asked for it
}

// ParseObject reads a text that is one JSON object, as strictly as events are read. Its nesting leaves room for a list
// of events. Its error is a [*Rejection], without a pointer where the text is no JSON object at all.
func ParseObject(text []byte) ([]Member, error) {
	const around = 2 // an object and an array
	members, rejection := parseObject(text, 1-around, "")
	if rejection != nil {
		return nil, rejection
	}
	return members, nil
}

// parseObject reads a text that is one object and stands at pointer, depth levels deep in an event.
func parseObject(text []byte, depth int, pointer string) (members []Member, rejection *Rejection) {
	if !utf8.Valid(text) {
		return nil, notUTF8(pointer)
	}
	p := scanners.Get().(*scanner)
	defer scanners.Put(p)
	p.reset(text, depth)
	if err := p.document(&members, nil); err != nil {
		return nil, p.rejection(pointer, err)
	}
	return members, nil
}

// scanner reads JSON token by token. The tokens are strict (RFC 7493): a text with a name given twice in an object or
// half a surrogate pair is refused. Nesting beyond a bound and U+0000 are refused here.
type scanner struct {
	text    string
	source  bytes.Buffer
	tokens  jsontext.Decoder
	deepest int  // how many objects and arrays may lie inside one another
	nul     bool // text may spell U+0000
}

// Faults that the tokens do not have. Every other fault is a *jsontext.SyntacticError.
var (
	errNul      = errors.New("a text must not hold U+0000: leave it out")
	errDeep     = errors.New("nested too deeply: at most " + strconv.Itoa(MaxDepth) + " levels are taken")
	errNoObject = errors.New("an object in braces should stand here")
	errMore     = errors.New("nothing may follow the object")
)

// reset begins a text, which must be UTF-8. Its outermost value is depth levels deep in an event.
func (p *scanner) reset(text []byte, depth int) {
	p.text = string(text)
	p.deepest = MaxDepth + 1 - depth
	p.nul = bytes.Contains(text, []byte(`\u0000`))
	p.source = *bytes.NewBuffer(text)
	p.tokens.Reset(&p.source)
}

// document reads a text that is one object. The members of the object go to members, and those of the object that is
// its member data, where there is one, to data unless that is nil.
func (p *scanner) document(members, data *[]Member) error {
	if raw, err := p.next(); err != nil || raw != "{" {
		return errNoObject
	}
	if _, err := p.object(members, data); err != nil {
		return err
	}
	if _, err := p.tokens.ReadToken(); err != io.EOF {
		return errMore
	}
	return nil
}

// object reads an object after its brace, appends its members, and returns it as it is spelled.
func (p *scanner) object(members, data *[]Member) (raw string, err error) {
	start := p.tokens.InputOffset() - 1
	for {
		name, err := p.next()
		if err != nil || name == "}" {
			return p.text[start:p.tokens.InputOffset()], err
		}
		m := Member{Name: unquote(name)}
		if m.Name == "data" {
			m.Raw, err = p.value(data)
		} else {
			m.Raw, err = p.value(nil)
		}
		if err != nil {
			return "", err
		}
		*members = append(*members, m)
	}
}

// value reads a value, or the end of an array, and returns it as it is spelled. The members of an object go to members
// unless that is nil.
func (p *scanner) value(members *[]Member) (raw string, err error) {
	raw, err = p.next()
	switch {
	case err != nil:
		return "", err
	case raw == "{" && members != nil:
		return p.object(members, nil)
	case raw == "{", raw == "[":
		return p.nested()
	}
	return raw, nil
}

// nested reads an object or an array after its brace or bracket, with everything inside it.
func (p *scanner) nested() (raw string, err error) {
	start, inside := p.tokens.InputOffset()-1, p.tokens.StackDepth()
	for p.tokens.StackDepth() >= inside && err == nil {
		_, err = p.next()
	}
	return p.text[start:p.tokens.InputOffset()], err
}

// next reads a token and returns it as it is spelled.
func (p *scanner) next() (raw string, err error) {
	start := p.tokens.InputOffset()
	if _, err := p.tokens.ReadToken(); err != nil {
		return "", err
	}
	raw = p.text[start:p.tokens.InputOffset()]
	for raw[0] <= ' ' || raw[0] == ',' || raw[0] == ':' {
		raw = raw[1:] // between this token and the one before it
	}
	switch {
	case p.tokens.StackDepth() > p.deepest:
		err = errDeep
	case p.nul && raw[0] == '"' && strings.IndexByte(unquote(raw), 0) >= 0:
		err = errNul
	}
	return raw, err
}

// rejection says what is wrong with a text that stands at pointer. Nothing points into one that is no JSON at all.
func (p *scanner) rejection(pointer string, err error) *Rejection {
	var syntax *jsontext.SyntacticError
	switch {
	case err == errNoObject || err == errMore:
		return notJSON(pointer, p.tokens.InputOffset(), err)
	case !errors.As(err, &syntax):
		return &Rejection{CodeInvalid, pointer + p.pointer(), err.Error()}
	case syntax.Err == jsontext.ErrDuplicateName:
		return &Rejection{CodeInvalid, pointer + string(syntax.JSONPointer), "given twice: keep one of the two"}
	case p.isSurrogate(syntax):
		return &Rejection{CodeInvalid, pointer + string(syntax.JSONPointer),
			"half a surrogate pair is no character: spell both halves or neither"}
	}
	return notJSON(pointer, syntax.ByteOffset, syntax.Err)
}

func notJSON(pointer string, offset int64, err error) *Rejection {
	return &Rejection{CodeInvalid, pointer, fmt.Sprintf("not JSON at byte %d: %v; correct the text", offset, err)}
}

// pointer points at what was read last, and at the object around it where that was the name of a member.
func (p *scanner) pointer() string {
	pointer := p.tokens.StackPointer()
	kind, length := p.tokens.StackIndex(p.tokens.StackDepth())
	if kind == jsontext.KindBeginObject && length%2 == 1 {
		pointer = pointer.Parent()
	}
	return string(pointer)
}

// isSurrogate reports whether a fault is half a surrogate pair: grammar alone comes upon none there.
func (p *scanner) isSurrogate(fault *jsontext.SyntacticError) bool {
	grammar := jsontext.NewDecoder(bytes.NewBufferString(p.text),
		jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	var other *jsontext.SyntacticError
	return !errors.As(grammar.SkipValue(), &other) || other.ByteOffset > fault.ByteOffset
}

var scanners = sync.Pool{New: func() any { return new(scanner) }}

// membersOf lists the members of an object that was scanned before.
func membersOf(raw string) (members []Member) {
	p := scanners.Get().(*scanner)
	p.reset([]byte(raw), 1)
	_ = p.document(&members, nil)
	scanners.Put(p)
	return members
}

// elementsOf lists the elements of an array that was scanned before.
func elementsOf(raw string) (elements []Member) {
	p := scanners.Get().(*scanner)
	p.reset([]byte(raw), 1)
	_, err := p.next()
	for err == nil {
		var m Member
		if m.Raw, err = p.value(nil); m.Raw == "]" {
			break
		}
		elements = append(elements, m)
	}
	scanners.Put(p)
	return elements
}

// unquote decodes a string that was scanned before.
func unquote(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	text, _ := jsontext.AppendUnquote(nil, raw)
	return string(text)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
