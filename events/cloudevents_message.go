package events

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// headerPrefix begins the names of the headers that carry attributes in binary mode, in any case.
const headerPrefix = "ce-"

// DecodeMessage reads the event in a NATS message. In binary mode the attributes are headers, percent-encoded where
// they are not plain ASCII, and body is data; the mode is binary when a header is called ce-specversion, ce-id or
// ce-type in any case and the content type is no application/cloudevents. Otherwise body is the whole event.
//
// Beyond the checks of [DecodeJSON], which come first, the subject must be the event's own: see [Subject]. The size of
// a binary event is that of its attributes and data in structured mode.
func DecodeMessage(subject string, header map[string][]string, body []byte) (*Event, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	e, r := d.message(header, body)
	if r == nil {
		r = agrees(subject, e)
	}
	return result(e, r)
}

// DecodeMessageBefore reads a message as it was read before kinds got further fields: its event is what the log has of
// it if it was taken then.
func DecodeMessageBefore(subject string, header map[string][]string, body []byte) (*Event, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	d.data.before = true
	e, r := d.message(header, body)
	if r == nil {
		r = agrees(subject, e)
	}
	return result(e, r)
}

func (d *decoder) message(header map[string][]string, body []byte) (*Event, *Rejection) {
	if !IsBinary(header) {
		return d.structured(body)
	}
	return d.binary(header, body)
}

// IsBinary reports whether headers carry the attributes of an event in binary mode, see [DecodeMessage].
func IsBinary(header map[string][]string) bool {
	binary := false
	for name, values := range header {
		if name == "" || name[0]|0x20 != 'c' {
			continue // most names: this is done for every message
		}
		switch strings.ToLower(name) {
		case "ce-specversion", "ce-id", "ce-type":
			binary = true
		case "content-type":
			if len(values) > 0 && strings.HasPrefix(strings.ToLower(values[0]), "application/cloudevents") {
				return false
			}
		}
	}
	return binary
}

// binary reads an event in binary mode. The body must be one object by itself first, or it could bring in attributes.
func (d *decoder) binary(header map[string][]string, body []byte) (*Event, *Rejection) {
	attributes := headerAttributes(header)
	text := structuredText(attributes, body)
	if len(text) > MaxSize {
		return nil, tooLarge(len(text))
	}
	for _, a := range attributes {
		if !a.valid {
			pointer := jsontext.Pointer("").AppendToken(a.name)
			return nil, &Rejection{CodeInvalid, string(pointer),
				"the header must be UTF-8 in percent-encoding and hold no U+0000, not " + excerpt(a.value)}
		}
	}
	if r := checkBody(body); r != nil {
		return nil, r
	}
	return d.structured(text)
}

// StructuredText returns an event in binary mode as the structured event it is. A header that cannot be decoded, or a
// body that is not JSON, makes whole false: the text then carries the body as data_base64, so that every decoder
// refuses it.
func StructuredText(header map[string][]string, body []byte) (text []byte, whole bool) {
	attributes := headerAttributes(header)
	whole = len(body) == 0 || json.Valid(body)
	for _, a := range attributes {
		whole = whole && a.valid
	}
	if whole {
		return structuredText(attributes, body), true
	}
	attributes = append(attributes, headerAttribute{name: "data_base64", value: base64.StdEncoding.EncodeToString(body)})
	return structuredText(attributes, nil), false
}

// structuredText puts attributes and data together in one object. Data left empty is left out.
func structuredText(attributes []headerAttribute, data []byte) []byte {
	text := []byte{'{'}
	for _, a := range attributes {
		text = appendString(append(appendString(text, a.name), ':'), a.value)
		text = append(text, ',')
	}
	if len(data) > 0 {
		text = append(append(text, `"data":`...), data...)
	} else {
		text = bytes.TrimSuffix(text, []byte{','})
	}
	return append(text, '}')
}

// checkBody checks that a body that is not empty is one object.
func checkBody(body []byte) *Rejection {
	if len(body) == 0 {
		return nil
	}
	_, rejection := parseObject(body, 2, "/data")
	return rejection
}

// headerAttribute is an attribute in a header; its value is decoded if that is valid.
type headerAttribute struct {
	name, value string
	valid       bool
}

// headerAttributes returns the attributes among the headers by name: a map's order must not decide which refusal is
// first.
func headerAttributes(header map[string][]string) (attributes []headerAttribute) {
	for name, values := range header {
		name = strings.ToLower(name)
		attribute, ok := strings.CutPrefix(name, headerPrefix)
		if name == "content-type" {
			attribute, ok = "datacontenttype", true
		}
		for i := 0; ok && i < len(values); i++ {
			value, valid := decodeHeader(values[i])
			attributes = append(attributes, headerAttribute{attribute, value, valid})
		}
	}
	slices.SortFunc(attributes, func(a, b headerAttribute) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	return slices.CompactFunc(attributes, func(a, b headerAttribute) bool {
		return a == b && a.name == "datacontenttype" // it has two headers
	})
}

// decodeHeader takes the quotes off a value that has them, and one round of percent-encoding (CloudEvents HTTP binding,
// 3.1.3.2, which the NATS binding follows).
func decodeHeader(s string) (value string, ok bool) {
	s = unquoteHeader(strings.Trim(s, " \t"))
	if strings.IndexByte(s, '%') < 0 {
		return s, isHeaderText(s)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		c, ok := hex2(s, i+1)
		if !ok {
			return s, false
		}
		b = append(b, c)
		i += 2
	}
	return string(b), isHeaderText(string(b))
}

func isHeaderText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// unquoteHeader undoes a quoted-string (RFC 9110, 5.6.4).
func unquoteHeader(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}
