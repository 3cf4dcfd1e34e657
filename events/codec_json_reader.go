package events

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// jsonReader is the visitor that fills data from the members of its JSON.
type jsonReader struct {
	object
	before bool // whether to read as before kinds got further fields
}

func (r *jsonReader) ident(name string, p *string)    { r.checked(name, wantIdent, true, isIdent, p) }
func (r *jsonReader) identOpt(name string, p *string) { r.checked(name, wantIdent, false, isIdent, p) }
func (r *jsonReader) account(name string, p *string) {
	r.checked(name, wantAccount, true, isAccount, p)
}
func (r *jsonReader) change(name string, p *string)  { r.checked(name, wantChange, true, isChange, p) }
func (r *jsonReader) partOpt(name string, p *string) { r.checked(name, wantPart, false, isPart, p) }
func (r *jsonReader) text(name string, p *string)    { r.checked(name, wantText, true, isText, p) }
func (r *jsonReader) textOpt(name string, p *string) { r.checked(name, wantText, false, isText, p) }
func (r *jsonReader) hex32(name string, p *string)   { r.checked(name, wantHex32, true, isHex32, p) }
func (r *jsonReader) month(name string, p *string)   { r.checked(name, wantMonth, true, isMonth, p) }

func (r *jsonReader) charge(name string, p *string) {
	valid := isCharge
	if r.before {
		valid = isStoredCharge
	}
	r.checked(name, wantCharge, true, valid, p)
}

// checked reads a string that a grammar describes.
func (r *jsonReader) checked(name, want string, required bool, valid func(string) bool, p *string) {
	s, m, ok := r.object.text(name, want, required)
	if !ok {
		return
	}
	if !valid(s) {
		r.bad(m, want)
		return
	}
	*p = s
}

func (r *jsonReader) idents(name string, p *[]string)    { r.identList(name, true, p) }
func (r *jsonReader) identsOpt(name string, p *[]string) { r.identList(name, false, p) }

func (r *jsonReader) identList(name string, required bool, p *[]string) {
	m := r.member(name, wantIdents, required)
	if m == nil {
		return
	}
	ids, ok := m.texts()
	if !ok || len(ids) == 0 || !areIdents(ids) {
		r.bad(m, wantIdents)
		return
	}
	*p = ids
}

// texts decodes a member that is an array of strings.
func (m *Member) texts() (texts []string, ok bool) {
	if m.Raw[0] != '[' {
		return nil, false
	}
	elements := elementsOf(m.Raw)
	texts = make([]string, len(elements))
	for i, e := range elements {
		if e.Raw[0] != '"' {
			return nil, false
		}
		texts[i] = e.text()
	}
	return texts, true
}

func (r *jsonReader) enum(name string, p *uint8, names []string)    { r.choice(name, true, p, names) }
func (r *jsonReader) enumOpt(name string, p *uint8, names []string) { r.choice(name, false, p, names) }

func (r *jsonReader) choice(name string, required bool, p *uint8, names []string) {
	m := r.member(name, "", false)
	if m == nil {
		if required && r.refusal == nil {
			r.refuse(CodeMissing, name, "%s is missing: give %s", name, oneOf(names))
		}
		return
	}
	i := -1
	if m.Raw[0] == '"' {
		i = slices.Index(names[1:], m.text()) + 1
	}
	if i < 1 {
		r.bad(m, oneOf(names))
		return
	}
	*p = uint8(i)
}

// oneOf lists the names of an enumeration for a message.
func oneOf(names []string) string { return "one of " + strings.Join(names[1:], ", ") }

func (r *jsonReader) amount(name string, p *money.Amount) {
	if a, ok := parsed(r, name, wantAmount, true, parseAbove); ok {
		*p = a
	}
}

func (r *jsonReader) fee(name string, p *money.Amount) {
	if a, ok := parsed(r, name, wantAmount, true, money.Parse); ok {
		*p = a
	}
}

func (r *jsonReader) amountZero(name string, p **money.Amount, required bool) {
	if a, ok := parsed(r, name, wantRefund, required, money.Parse); ok {
		*p = &a
	}
}

func (r *jsonReader) amountOpt(name string, p **money.Amount) {
	if a, ok := parsed(r, name, wantAmount, false, parseAbove); ok {
		*p = &a
	}
}

func (r *jsonReader) signedOpt(name string, p **money.Amount) {
	if a, ok := parsed(r, name, wantSigned, false, money.ParseSigned); ok {
		*p = &a
	}
}

// parseAbove reads an amount above zero.
func parseAbove(s string) (money.Amount, error) {
	a, err := money.Parse(s)
	if err == nil && a.Fen == 0 {
		err = money.ErrSyntax
	}
	return a, err
}

// parsed reads a string that is the spelling of a T. ok is false where there is none, or a wrong one, which is refused.
func parsed[T any](r *jsonReader, name, want string, required bool, parse func(string) (T, error)) (value T, ok bool) {
	s, m, ok := r.object.text(name, want, required)
	if !ok {
		return value, false
	}
	value, err := parse(s)
	if err != nil {
		r.bad(m, want)
	}
	return value, err == nil
}

func (r *jsonReader) currency() {
	var cny string
	r.checked("currency", wantCNY, true, isCNY, &cny)
}

func isCNY(s string) bool { return s == "CNY" }

func (r *jsonReader) count(name string, p *int) {
	m := r.member(name, wantCount, true)
	if m == nil {
		return
	}
	n, ok := parseWhole(m.Raw, maxCount)
	if !ok || n == 0 {
		r.bad(m, wantCount)
		return
	}
	*p = int(n)
}

func (r *jsonReader) seq(name string, p *uint64) {
	m := r.member(name, wantSeq, true)
	if m == nil {
		return
	}
	n, ok := parseWhole(m.Raw, maxSeq)
	if !ok {
		r.bad(m, wantSeq)
		return
	}
	*p = n
}

func (r *jsonReader) term(name string, p *civil.Term)    { r.termOf(name, true, p) }
func (r *jsonReader) termOpt(name string, p *civil.Term) { r.termOf(name, false, p) }

func (r *jsonReader) termOf(name string, required bool, p *civil.Term) {
	if t, ok := parsed(r, name, wantTerm, required, civil.ParseTerm); ok {
		*p = t
	}
}

func (r *jsonReader) span(name string, p *civil.Span) {
	if s, ok := parsed(r, name, wantSpan, true, civil.ParseSpan); ok {
		*p = s
	}
}

func (r *jsonReader) date(name string, p *civil.Date)    { r.dateOf(name, true, p) }
func (r *jsonReader) dateOpt(name string, p *civil.Date) { r.dateOf(name, false, p) }

func (r *jsonReader) dateOf(name string, required bool, p *civil.Date) {
	if d, ok := parsed(r, name, wantDate, required, civil.ParseDate); ok {
		*p = d
	}
}

func (r *jsonReader) instant(name string, p *SpelledInstant, required bool) {
	if at, ok := parsed(r, name, wantInstant, required, parseSpelled); ok {
		*p = at
	}
}

func parseSpelled(s string) (SpelledInstant, error) {
	at, err := civil.ParseInstant(s)
	return SpelledInstant{at, s}, err
}

func (r *jsonReader) rateOpt(name string, p *SpelledRate) {
	if rate, ok := parsed(r, name, wantRate, false, ParseRate); ok {
		*p = rate
	}
}

func (r *jsonReader) id(name string, p *uuid.UUID, spelling *string) {
	s, m, ok := r.object.text(name, wantID, true)
	if !ok {
		return
	}
	id, ok := parseID(s)
	if !ok {
		r.bad(m, wantID)
		return
	}
	*p = id
	if id.String() != s {
		*spelling = s
	}
}

func (r *jsonReader) flagOpt(name string, p *Flag) {
	m := r.member(name, wantFlag, false)
	if m == nil {
		return
	}
	switch m.Raw {
	case "true":
		*p = FlagTrue
	case "false":
		*p = FlagFalse
	default:
		r.bad(m, wantFlag)
	}
}

func (r *jsonReader) specOpt(name string, p *string) {
	m := r.member(name, wantSpec, false)
	if m == nil {
		return
	}
	if m.Raw[0] != '{' {
		r.bad(m, wantSpec)
		return
	}
	spec := object{pointer: r.pointer + "/" + name, members: membersOf(m.Raw)}
	spec.checkSpec()
	if r.refusal = spec.refusal; r.refusal == nil {
		*p = string(appendObject(nil, spec.members))
	}
}

func (r *jsonReader) periodOpt(name string, p *Period) {
	m := r.member(name, wantPeriod, false)
	if m == nil {
		return
	}
	if m.Raw[0] != '{' {
		r.bad(m, wantPeriod)
		return
	}
	inner := jsonReader{object: object{pointer: r.pointer + "/" + name, members: membersOf(m.Raw)}}
	inner.date("from", &p.From)
	inner.date("to", &p.To)
	for _, other := range inner.rest() {
		inner.refuse(CodeInvalid, other.Name, "%s is no part of a period: leave it out", other.Name)
	}
	r.refusal = inner.refusal
}

// checkSpec checks the known members of a spec.
func (o *object) checkSpec() {
	for _, name := range specNames {
		if m := o.member(name, wantScalar, false); m != nil && !m.isScalar() {
			o.bad(m, wantScalar)
		}
	}
}

// isScalar reports whether a member is a string or a number.
func (m *Member) isScalar() bool {
	return m.Raw[0] == '"' || m.Raw[0] == '-' || isDigit(m.Raw[0])
}

func (r *jsonReader) params(name string, p *Params) {
	m := r.member(name, wantParams, true)
	if m == nil {
		return
	}
	if m.Raw[0] != '{' {
		r.bad(m, wantParams)
		return
	}
	*p, r.refusal = paramsOf(membersOf(m.Raw), r.pointer+"/"+name)
}

func (r *jsonReader) added() { r.ended = r.before }

// fit refuses the first field that does not go with the others.
func (r *jsonReader) fit(e *Event) {
	if r.refusal != nil {
		return
	}
	field, want := misfitOf(e)
	if field == "" {
		return
	}
	if m := r.find(field); m != nil {
		r.bad(m, want)
		return
	}
	r.refuse(CodeMissing, field, "%s is missing: give %s", field, want)
}

// extra returns the members of data not asked for as one canonical object, or nil. A currency is CNY wherever it is,
// and units are named only where they decide who is meant.
func (r *jsonReader) extra() []byte {
	members := r.rest()
	for i := range members {
		switch m := &members[i]; {
		case m.Name == "currency" && (m.Raw[0] != '"' || !isCNY(m.text())):
			r.bad(m, wantCNY)
		case m.Name == "unit_ids" && !r.before:
			r.refuse(CodeInvalid, m.Name, "unit_ids must be left out: an event of this kind is not about single units")
		}
	}
	if len(members) == 0 || r.refusal != nil {
		return nil
	}
	return appendObject(nil, members)
}
