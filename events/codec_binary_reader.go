package events

import (
	"slices"
	"sync"

	"zhangben/events/civil"
)

// ParseHead reads the head of canonical bytes. It checks no more than it must in order not to read past the end.
func ParseHead(b []byte) (Head, error) {
	var h Head
	if len(b) < 18 || b[0] != contentVersion || b[1] == 0 || int(b[1]) >= len(kinds) {
		return h, ErrContent
	}
	h.Kind = Kind(b[1])
	copy(h.ID[:], b[2:18])
	sec, i := varint(b, 18)
	nsec, i := varint(b, i)
	if i == 0 || sec > maxSeconds || nsec > maxNanoseconds {
		return h, ErrContent
	}
	h.Time = civil.Unix(int64(sec), int32(nsec))
	h.Account, i = textAt(b, i)
	h.Contract, i = textAt(b, i)
	if i == 0 {
		return h, ErrContent
	}
	if h.Kind != KindAssigned {
		return h, nil
	}
	e, err := ParseContent(b)
	if err == nil {
		h.To = e.PassesTo()
	}
	return h, err
}

const (
	maxSeconds     = 1 << 33 // some time after 2199
	maxNanoseconds = 999_999_999
)

// varint reads a varint at i and returns the place after it, 0 when there is none in as few bytes as possible. An i of
// 0 stays 0, so that steps can follow one another and be checked once.
func varint[T string | []byte](b T, i int) (n uint64, next int) {
	if i == 0 {
		return 0, 0
	}
	for shift := 0; i < len(b) && shift < 63; shift += 7 {
		c := b[i]
		i++
		n |= uint64(c&0x7F) << shift
		if c < 0x80 {
			if c == 0 && shift > 0 {
				return 0, 0
			}
			return n, i
		}
	}
	return 0, 0
}

// textAt reads a text at i, and returns the place after it as varint does.
func textAt[T string | []byte](b T, i int) (text T, next int) {
	n, i := varint(b, i)
	if i == 0 || n > uint64(len(b)-i) {
		return text, 0
	}
	return b[i : i+int(n)], i + int(n)
}

// ParseContent reads canonical bytes and accepts nothing else: what [Event.AppendContent] makes of the event is b
// again. The event keeps no part of b. The error is [ErrContent].
func ParseContent(b []byte) (*Event, error) {
	e := new(Event)
	if err := e.ReadContent(string(b)); err != nil {
		return nil, err
	}
	return e, nil
}

// ReadContent fills an empty event as ParseContent does. It keeps parts of s, and with them all that s is a part of:
// whoever reads many events out of one text, into one slice, allocates a third.
func (e *Event) ReadContent(s string) error {
	if len(s) < 18 || len(s) > MaxSize {
		return ErrContent
	}
	r := contentReaders.Get().(*contentReader)
	defer contentReaders.Put(r)
	*r = contentReader{s: s, i: 18}
	r.event(e)
	r.s = ""
	if r.i != len(s) || r.left != 0 {
		return ErrContent
	}
	return nil
}

// contentReaders are pooled for the same reason as contentWriters.
var contentReaders = sync.Pool{New: func() any { return new(contentReader) }}

// contentReader is the visitor that reads the fields of data from canonical bytes. An i of 0 means that something was
// wrong; what is read after that does not matter.
type contentReader struct {
	s    string
	i    int  // what is read so far
	left byte // fields of data counted and not yet read

	before bool // whether extra has a member that is a field by now
}

func (r *contentReader) event(e *Event) {
	kind := Kind(r.s[1])
	r.must(r.s[0] == contentVersion && kind > 0 && int(kind) < len(kinds))
	copy(e.ID[:], r.s[2:18])
	sec, nsec := r.varint(), r.varint()
	r.must(sec <= maxSeconds && nsec <= maxNanoseconds)
	if r.i == 0 {
		return
	}
	e.Time = civil.Unix(int64(sec), int32(nsec))
	r.must(e.Time.InRange())
	e.Account, e.Contract, e.Source = r.string(), r.string(), r.string()
	flags := r.byte()
	e.HasSubject = flags&flagSubject != 0
	r.must(flags <= flagSubject|flagExtensions|flagExtra && kinds[kind].scope.allows(e) && isSource(e.Source))
	if flags&flagExtensions != 0 {
		e.Extensions = r.extensions()
	}
	if flags&flagExtra != 0 {
		e.Extra = r.extra(kind)
	}
	r.left = r.byte()
	e.Data = kinds[kind].empty()
	e.Data.visit(r)
	if r.i > 0 {
		field, _ := misfitOf(e)
		r.must(field == "")
	}
}

// allows reports whether an event has the ids that its kind must have, and the subject that it may have.
func (s scope) allows(e *Event) bool {
	switch {
	case !isIdent(e.Account), e.Contract != "" && !isIdent(e.Contract), e.HasSubject && e.Contract == "":
		return false
	case e.Account == All:
		return s == ofAccountOrAll || s == ofAll && e.Contract == ""
	case s == ofContract:
		return e.Contract != ""
	}
	return s == ofMaybeContract || s == ofAccountOrAll || s == ofAccount && e.Contract == ""
}

func (r *contentReader) extensions() []Extension {
	n := r.varint()
	r.must(0 < n && n <= maxExtensions)
	var list []Extension
	for r.i > 0 && len(list) < int(n) {
		x := Extension{r.string(), r.string()}
		r.must(isExtensionName(x.Name) && !slices.Contains(attributeNames, x.Name) && isCanonicalExtension(x.Value))
		r.must(len(list) == 0 || list[len(list)-1].Name < x.Name)
		list = append(list, x)
	}
	return list
}

// attributeNames are those no extension may have.
var attributeNames = []string{
	"specversion", "id", "source", "type", "time", "subject", "recordedtime", "datacontenttype", "dataschema",
}

func isCanonicalExtension(value string) bool {
	object := `{"":` + value + `}`
	return isCanonical(object, 1) && isExtensionValue(&Member{Raw: value})
}

// extra reads the unknown members of data and checks that the kind indeed does not know them, or did not when the event
// was stored.
func (r *contentReader) extra(kind Kind) []byte {
	s := r.string()
	if r.must(len(s) > 2 && isCanonical(s, 2)); r.i == 0 {
		return nil
	}
	known := knownMembers{jsonReader: jsonReader{object: object{members: membersOf(s)}}}
	known.whose(new(Event), kinds[kind].scope)
	kinds[kind].empty().visit(&known)
	if !known.ended {
		known.added()
	}
	r.must(!known.always)
	for _, m := range known.members {
		r.before = r.before || m.used
		r.must(m.Name != "currency" || m.Raw == `"CNY"`)
	}
	return []byte(s)
}

// knownMembers visits the fields of a kind to find those that stand among unknown members.
type knownMembers struct {
	jsonReader
	ended  bool // the fields that the kind always had
	always bool // whether one of them was found
}

func (k *knownMembers) added() {
	k.ended = true
	k.always = slices.ContainsFunc(k.members, func(m Member) bool { return m.used })
}

// must marks the bytes as wrong unless it is so.
func (r *contentReader) must(so bool) {
	if !so {
		r.i = 0
	}
}

func (r *contentReader) varint() (n uint64) {
	n, r.i = varint(r.s, r.i)
	return n
}

func (r *contentReader) byte() (c byte) {
	if r.i == 0 || r.i >= len(r.s) {
		r.i = 0
		return 0
	}
	c = r.s[r.i]
	r.i++
	return c
}

func (r *contentReader) string() (s string) {
	s, r.i = textAt(r.s, r.i)
	return s
}
