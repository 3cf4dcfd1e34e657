package events

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// object reads the members of one JSON object by name. It keeps the first refusal and returns nothing more after it, so
// a reader may ask for one member after the other and look at the refusal once at the end.
type object struct {
	pointer string // "" for the event itself, "/data" for its data
	members []Member
	next    int  // where the last one asked for was found, and one more: publishers tend to keep an order
	ended   bool // whether no further member is known
	refusal *Rejection
}

// find returns the member of a name, or nil.
func (o *object) find(name string) *Member {
	for i := o.next; i < len(o.members); i++ {
		if o.members[i].Name == name {
			return o.found(i)
		}
	}
	for i := range min(o.next, len(o.members)) {
		if o.members[i].Name == name {
			return o.found(i)
		}
	}
	return nil
}

func (o *object) found(i int) *Member {
	o.next = i + 1
	m := &o.members[i]
	m.used = true
	return m
}

// member returns the member of a name. It returns nil when there is none, which is refused if it is required, when it
// is null, which is always refused, and after a refusal; the name counts as asked for all the same.
func (o *object) member(name, want string, required bool) *Member {
	if o.ended {
		return nil
	}
	m := o.find(name)
	switch {
	case o.refusal != nil:
		return nil
	case m == nil && required:
		o.refuse(CodeMissing, name, "%s is missing: give %s", name, want)
	case m != nil && m.Raw == "null" && !required:
		o.refuse(CodeInvalid, name, "%s must not be null: leave it out or give %s", name, want)
		return nil
	}
	return m
}

// text returns the string a member is; anything else is refused. ok is false also when there is no member.
func (o *object) text(name, want string, required bool) (text string, m *Member, ok bool) {
	m = o.member(name, want, required)
	if m == nil {
		return "", nil, false
	}
	if m.Raw[0] != '"' {
		o.bad(m, want)
		return "", m, false
	}
	return m.text(), m, true
}

// bad refuses a member for what it is.
func (o *object) bad(m *Member, want string) {
	o.refuse(CodeInvalid, m.Name, "%s must be %s, not %s", m.Name, want, excerpt(m.Raw))
}

// refuse keeps the first refusal; name is the member it is about.
func (o *object) refuse(code Code, name, format string, args ...any) {
	if o.refusal == nil {
		pointer := jsontext.Pointer(o.pointer).AppendToken(name)
		o.refusal = &Rejection{code, string(pointer), fmt.Sprintf(format, args...)}
	}
}

// rest lists the members not asked for.
func (o *object) rest() (members []Member) {
	for _, m := range o.members {
		if !m.used {
			members = append(members, m)
		}
	}
	return members
}

// text decodes a member that is a string.
func (m *Member) text() string { return unquote(m.Raw) }

// excerpt shows the beginning of a value in a message.
func excerpt(raw string) string {
	const most = 40
	if len(raw) <= most {
		return strings.ToValidUTF8(raw, "\uFFFD")
	}
	end := most
	for end > 0 && !utf8.RuneStart(raw[end]) {
		end--
	}
	return strings.ToValidUTF8(raw[:end], "\uFFFD") + "…"
}
