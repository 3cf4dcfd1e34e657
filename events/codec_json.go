package events

import (
	"fmt"
	"sync"
	"unicode/utf8"
)

// DecodeJSON reads a CloudEvent in structured mode: one JSON object. What it says no to is a [*Rejection].
//
// Checks come as a staircase, and the first that fails is the answer:
//
//  1. size (too_large)
//  2. the text: UTF-8, JSON, no name twice, no nesting beyond MaxDepth
//  3. the attributes: specversion, id, source, type (unknown_kind), time, subject, recordedtime, datacontenttype,
//     dataschema, extensions by name
//  4. data: account_id, contract_id, the kind's own fields in the order of [Data], then those it does not know
//  5. whether subject and data agree (subject_mismatch)
//
// The event keeps parts of one copy of body, never body itself.
func DecodeJSON(body []byte) (*Event, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	return result(d.structured(body))
}

// result keeps a nil *Rejection from becoming an error.
func result(e *Event, r *Rejection) (*Event, error) {
	if r != nil {
		return nil, r
	}
	return e, nil
}

// decoder is the memory of one decoding. Decoders are pooled: one is larger than most events.
type decoder struct {
	scanner    scanner
	attributes object
	data       jsonReader
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// release returns the memory to the pool, unless an extraordinary event made it large.
func (d *decoder) release() {
	const most = 256
	if cap(d.attributes.members) > most || cap(d.data.members) > most {
		return
	}
	d.attributes.reset()
	d.data.reset()
	d.data.before = false
	decoders.Put(d)
}

func (o *object) reset() {
	clear(o.members)
	*o = object{members: o.members[:0]}
}

func (d *decoder) structured(body []byte) (*Event, *Rejection) {
	switch {
	case len(body) > MaxSize:
		return nil, tooLarge(len(body))
	case !utf8.Valid(body):
		return nil, notUTF8("")
	}
	d.data.pointer = "/data"
	d.scanner.reset(body, 1)
	if err := d.scanner.document(&d.attributes.members, &d.data.members); err != nil {
		return nil, d.scanner.rejection("", err)
	}
	return d.event()
}

func tooLarge(size int) *Rejection {
	return &Rejection{CodeTooLarge, "", fmt.Sprintf("the event is %d bytes long: at most %d are taken", size, MaxSize)}
}

func notUTF8(pointer string) *Rejection {
	return &Rejection{CodeInvalid, pointer, "the text is not UTF-8: encode it so"}
}

// event makes an event of the attributes and data scanned.
func (d *decoder) event() (*Event, *Rejection) {
	e := new(Event)
	kind, subject := d.envelope(e)
	if d.attributes.refusal != nil {
		return nil, d.attributes.refusal
	}
	d.body(e, kind, d.attributes.find("data"))
	if d.data.refusal != nil {
		return nil, d.data.refusal
	}
	if e.HasSubject && subject != e.Contract {
		return nil, subjectRefusal(subject, e)
	}
	return e, nil
}

func subjectRefusal(subject string, e *Event) *Rejection {
	message := fmt.Sprintf("subject must be the contract id %q, not %q: correct it or leave it out",
		e.Contract, excerpt(subject))
	if e.Contract == "" {
		message = "subject is the contract id, and data names no contract: leave subject out"
	}
	return &Rejection{CodeSubjectMismatch, "/subject", message}
}

// body reads data.
func (d *decoder) body(e *Event, kind Kind, data *Member) {
	r := &d.data
	switch {
	case data == nil:
		r.refusal = &Rejection{CodeMissing, "/data",
			"data is missing: give an object with account_id and the fields of " + kind.String()}
		return
	case data.Raw[0] != '{':
		r.refusal = &Rejection{CodeInvalid, "/data", "data must be an object, not " + excerpt(data.Raw)}
		return
	}
	r.whose(e, kinds[kind].scope)
	e.Data = kinds[kind].empty()
	e.Data.visit(r)
	r.fit(e)
	e.Extra = r.extra()
}

// whose reads the account and the contract as far as the kind has them.
func (r *jsonReader) whose(e *Event, s scope) {
	r.ident("account_id", &e.Account)
	switch {
	case r.refusal != nil:
	case s == ofAll && e.Account != All:
		r.refuse(CodeInvalid, "account_id", `account_id must be "all": events of this kind concern everybody`)
	case s != ofAll && s != ofAccountOrAll && e.Account == All:
		r.refuse(CodeInvalid, "account_id", `account_id must not be the reserved word "all": name the customer's account`)
	}
	switch s {
	case ofContract:
		r.ident("contract_id", &e.Contract)
	case ofMaybeContract, ofAccountOrAll:
		r.identOpt("contract_id", &e.Contract)
	}
}
