package events

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"zhangben/events/civil"
)

// Bounds of the attributes.
const (
	maxSource         = 1024 // bytes
	maxExtensions     = 32
	maxExtension      = 1024 // bytes of a value
	maxExtensionName  = 20
	specVersion       = "1.0"
	typePrefix        = "billing."
	typeVersion       = ".v1"
	wantSpecVersion   = `"1.0"`
	wantSource        = "a URI-reference of 1 to 1,024 characters that names the publisher"
	wantType          = "a string such as billing.contract.ordered.v1"
	wantSubject       = "the contract id"
	wantContentType   = "application/json or a media type that ends in +json, as data is JSON"
	wantSchema        = "a string that is not empty"
	wantExtension     = "a text of up to 1,024 bytes without control characters, a whole number of 32 bits, true or false"
	wantExtensionName = "1 to 20 lower-case letters and digits"
)

// envelope reads the attributes. The subject is not checked against the contract yet.
func (d *decoder) envelope(e *Event) (kind Kind, subject string) {
	a := &d.attributes
	a.constant("specversion", specVersion, wantSpecVersion)
	a.id(&e.ID)
	a.source(&e.Source)
	kind = a.kind()
	a.instant("time", &e.Time, true)
	subject = a.subject(&e.HasSubject)
	a.instant("recordedtime", &e.Recorded, false)
	a.contentType()
	a.schema()
	a.find("data")
	e.Extensions = a.extensions()
	return kind, subject
}

// attribute returns a string attribute; null means the same as leaving it out (CloudEvents JSON format, 2.2).
func (o *object) attribute(name, want string, required bool) (text string, m *Member, ok bool) {
	m = o.find(name)
	switch {
	case o.refusal != nil:
	case m == nil || m.Raw == "null":
		if required {
			o.refuse(CodeMissing, name, "%s is missing: give %s", name, want)
		}
	case m.Raw[0] != '"':
		o.bad(m, want)
	default:
		return m.text(), m, true
	}
	return "", nil, false
}

func (o *object) constant(name, value, want string) {
	if s, m, ok := o.attribute(name, want, true); ok && s != value {
		o.bad(m, want)
	}
}

func (o *object) id(p *uuid.UUID) {
	s, m, ok := o.attribute("id", wantID, true)
	if !ok {
		return
	}
	id, ok := parseID(s)
	if !ok {
		o.bad(m, wantID)
		return
	}
	*p = id
}

func (o *object) source(p *string) {
	s, m, ok := o.attribute("source", wantSource, true)
	if !ok {
		return
	}
	if !isSource(s) {
		o.bad(m, wantSource)
		return
	}
	*p = s
}

func isSource(s string) bool { return s != "" && len(s) <= maxSource && isURIReference(s) }

func (o *object) kind() Kind {
	s, m, ok := o.attribute("type", wantType, true)
	if !ok {
		return 0
	}
	name, hasPrefix := strings.CutPrefix(s, typePrefix)
	name, hasVersion := strings.CutSuffix(name, typeVersion)
	kind, known := KindNamed(name)
	if !hasPrefix || !hasVersion || !known {
		o.refuse(CodeUnknownKind, "type",
			"type %s names no kind and version known here: correct it, or upgrade the ledger", excerpt(m.Raw))
	}
	return kind
}

func (o *object) instant(name string, p *civil.Instant, required bool) {
	s, m, ok := o.attribute(name, wantInstant, required)
	if !ok {
		return
	}
	at, err := civil.ParseInstant(s)
	if err != nil {
		o.bad(m, wantInstant)
		return
	}
	*p = at
}

func (o *object) subject(given *bool) string {
	s, m, ok := o.attribute("subject", wantSubject, false)
	if !ok {
		return ""
	}
	if s == "" {
		o.bad(m, wantSubject)
	}
	*given = true
	return s
}

// contentType checks datacontenttype, which is not kept: data is JSON whatever it is called.
func (o *object) contentType() {
	if s, m, ok := o.attribute("datacontenttype", wantContentType, false); ok && !isJSONType(s) {
		o.bad(m, wantContentType)
	}
}

// schema checks dataschema, which is not kept.
func (o *object) schema() {
	if s, m, ok := o.attribute("dataschema", wantSchema, false); ok && (s == "" || !isPlain(s)) {
		o.bad(m, wantSchema)
	}
}

// extensions reads all other attributes, by name.
func (o *object) extensions() []Extension {
	if o.allUsed() || o.refusal != nil {
		return nil
	}
	var list []Extension
	others := o.rest()
	slices.SortFunc(others, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	for i := range others {
		if m := &others[i]; m.Raw != "null" {
			list = append(list, Extension{m.Name, o.extension(m)})
		}
	}
	if len(list) > maxExtensions {
		o.refuse(CodeInvalid, list[maxExtensions].Name,
			"the event has %d further attributes: at most %d are taken", len(list), maxExtensions)
	}
	return list
}

func (o *object) allUsed() bool {
	for i := range o.members {
		if !o.members[i].used {
			return false
		}
	}
	return true
}

// extension checks one and returns its value in canonical JSON.
func (o *object) extension(m *Member) string {
	switch {
	case m.Name == "data_base64":
		o.refuse(CodeInvalid, m.Name, "data_base64 is not taken: give data as a JSON object")
	case !isExtensionName(m.Name):
		o.refuse(CodeInvalid, m.Name,
			"the attribute's name must be %s, not %s", wantExtensionName, strconv.Quote(excerpt(m.Name)))
	case !isExtensionValue(m):
		o.bad(m, wantExtension)
	default:
		return string(appendCanonical(nil, m.Raw))
	}
	return ""
}

// isExtensionName reports whether an attribute may be called so; data is no attribute.
func isExtensionName(s string) bool {
	if len(s) < 1 || len(s) > maxExtensionName || s == "data" {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) && (s[i] < 'a' || s[i] > 'z') {
			return false
		}
	}
	return true
}

func isExtensionValue(m *Member) bool {
	switch c := m.Raw[0]; {
	case c == '"':
		s := m.text()
		return len(s) <= maxExtension && isPlain(s)
	case c == '-' || isDigit(c):
		n, err := strconv.ParseInt(m.Raw, 10, 32)
		return err == nil && strconv.FormatInt(n, 10) == m.Raw
	}
	return m.Raw == "true" || m.Raw == "false"
}

// isJSONType reports whether a media type, with or without parameters, is JSON (RFC 6839, 3.1).
func isJSONType(s string) bool {
	mediaType, _, _ := strings.Cut(s, ";")
	mediaType = strings.ToLower(strings.Trim(mediaType, " \t"))
	main, sub, ok := strings.Cut(mediaType, "/")
	isJSON := mediaType == "application/json" || strings.HasSuffix(sub, "+json") && sub != "+json"
	return ok && isToken(main) && isToken(sub) && isJSON
}

// isToken reports whether s is a token of HTTP (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
