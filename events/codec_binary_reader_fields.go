package events

import (
	"encoding/hex"

	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// The visitor methods of contentReader. Each checks what the JSON reader checks, so that bytes which were not written
// here cannot bring in a value no event may have.

// next begins a field that may be left out; it is so when no more fields were counted.
func (r *contentReader) next() bool {
	if r.left == 0 {
		return false
	}
	r.left--
	return true
}

// required begins a field that must be there.
func (r *contentReader) required() { r.must(r.next()) }

// field ends a field that was read. The last one counted must not be left out.
func (r *contentReader) field(present, valid bool) { r.must(valid && (present || r.left > 0)) }

func (r *contentReader) checked(p *string, valid func(string) bool) {
	r.required()
	*p = r.string()
	r.field(true, valid(*p))
}

func (r *contentReader) checkedOpt(p *string, valid func(string) bool) {
	if !r.next() {
		return
	}
	*p = r.string()
	r.field(*p != "", *p == "" || valid(*p))
}

func (r *contentReader) ident(_ string, p *string)    { r.checked(p, isIdent) }
func (r *contentReader) identOpt(_ string, p *string) { r.checkedOpt(p, isIdent) }
func (r *contentReader) account(_ string, p *string)  { r.checked(p, isAccount) }
func (r *contentReader) change(_ string, p *string)   { r.checked(p, isChange) }
func (r *contentReader) partOpt(_ string, p *string)  { r.checkedOpt(p, isPart) }
func (r *contentReader) charge(_ string, p *string)   { r.checked(p, isStoredCharge) }
func (r *contentReader) text(_ string, p *string)     { r.checked(p, isText) }
func (r *contentReader) textOpt(_ string, p *string)  { r.checkedOpt(p, isText) }
func (r *contentReader) month(_ string, p *string)    { r.checked(p, isMonth) }

func (r *contentReader) specOpt(_ string, p *string) { r.checkedOpt(p, isSpec) }

// isSpec reports whether s is a spec in canonical form.
func isSpec(s string) bool {
	if !isCanonical(s, 3) {
		return false
	}
	spec := object{members: membersOf(s)}
	spec.checkSpec()
	return spec.refusal == nil
}

func (r *contentReader) idents(_ string, p *[]string) {
	r.required()
	n := r.varint()
	r.must(0 < n && n <= maxIdents)
	r.identList(p, int(n))
}

func (r *contentReader) identsOpt(_ string, p *[]string) {
	if !r.next() {
		return
	}
	n := r.varint()
	if r.must(n <= maxIdents); n > 0 {
		r.identList(p, int(n))
		return
	}
	r.field(false, true)
}

func (r *contentReader) identList(p *[]string, n int) {
	if r.i == 0 || n > len(r.s)-r.i {
		r.i = 0
		return
	}
	*p = make([]string, n)
	for i := range *p {
		(*p)[i] = r.string()
	}
	r.field(true, r.i > 0 && areIdents(*p))
}

func (r *contentReader) enum(_ string, p *uint8, names []string) {
	r.required()
	*p = r.byte()
	r.field(true, 0 < *p && int(*p) < len(names))
}

func (r *contentReader) enumOpt(_ string, p *uint8, names []string) {
	if !r.next() {
		return
	}
	*p = r.byte()
	r.field(*p != 0, int(*p) < len(names))
}

func (r *contentReader) amount(name string, p *money.Amount) {
	r.fee(name, p)
	r.must(p.Fen > 0)
}

func (r *contentReader) fee(_ string, p *money.Amount) {
	r.required()
	a, ok := unpackAmount(r.varint())
	*p = a
	r.field(true, ok)
}

func (r *contentReader) amountZero(_ string, p **money.Amount, required bool) {
	if r.must(!required || r.left > 0); !r.next() {
		return
	}
	n := r.varint()
	if n == 0 {
		r.field(false, !required)
		return
	}
	a, ok := unpackAmount(n - 1)
	*p = &a
	r.field(true, ok)
}

func (r *contentReader) amountOpt(name string, p **money.Amount) {
	r.amountZero(name, p, false)
	r.must(*p == nil || (*p).Fen > 0)
}

func (r *contentReader) signedOpt(_ string, p **money.Amount) {
	if !r.next() {
		return
	}
	n := r.varint()
	if n == 0 {
		r.field(false, true)
		return
	}
	a, ok := unpackAmount((n - 1) >> 1)
	below := (n-1)&1 == 1
	r.field(true, ok && !(below && a.Fen == 0))
	if below {
		a.Fen = -a.Fen
	}
	*p = &a
}

func (r *contentReader) rateOpt(_ string, p *SpelledRate) {
	if !r.next() {
		return
	}
	s := r.string()
	if s == "" {
		r.field(false, true)
		return
	}
	rate, err := ParseRate(s)
	*p = rate
	r.field(true, err == nil)
}

// unpackAmount is the inverse of packAmount, for amounts that can be spelled so.
func unpackAmount(n uint64) (a money.Amount, ok bool) {
	if n>>2 > uint64(money.MaxFen) {
		return a, false
	}
	a = money.Amount{Fen: money.Fen(n >> 2), Decimals: uint8(n & 3)}
	switch a.Decimals {
	case 0:
		return a, a.Fen%100 == 0
	case 1:
		return a, a.Fen%10 == 0
	}
	return a, a.Decimals == 2
}

func (r *contentReader) currency() {}

func (r *contentReader) count(_ string, p *int) {
	r.required()
	n := r.varint()
	*p = int(n)
	r.field(true, 0 < n && n <= maxCount)
}

func (r *contentReader) seq(_ string, p *uint64) {
	r.required()
	*p = r.varint()
	r.field(true, *p <= maxSeq)
}

func (r *contentReader) term(_ string, p *civil.Term) {
	r.required()
	n, unit := r.varint(), r.byte()
	*p = civil.Term{Count: int32(n), Unit: civil.Unit(unit)}
	r.field(true, n <= maxDays && p.Valid())
}

func (r *contentReader) termOpt(_ string, p *civil.Term) {
	if !r.next() {
		return
	}
	n := r.varint()
	if n == 0 {
		r.field(false, true)
		return
	}
	*p = civil.Term{Count: int32(n), Unit: civil.Unit(r.byte())}
	r.field(true, n <= maxDays && p.Valid())
}

// second is the unit of a span in seconds.
const second = 'S'

func (r *contentReader) span(_ string, p *civil.Span) {
	r.required()
	n, unit := r.varint(), r.byte()
	if unit == second {
		*p = civil.Span{Seconds: int64(n)}
		r.field(true, n <= civil.MaxSeconds && p.Valid())
		return
	}
	p.Term = civil.Term{Count: int32(n), Unit: civil.Unit(unit)}
	r.field(true, n <= maxDays && p.Valid())
}

func (r *contentReader) date(name string, p *civil.Date) {
	r.must(r.left > 0)
	r.dateOpt(name, p)
	r.must(!p.IsZero())
}

func (r *contentReader) dateOpt(_ string, p *civil.Date) {
	if !r.next() {
		return
	}
	*p = r.days()
	r.field(!p.IsZero(), p.IsZero() || p.InRange())
}

// days reads a date, or none.
func (r *contentReader) days() civil.Date {
	n := r.varint()
	r.must(n <= 1<<20)
	return civil.Date(n)
}

func (r *contentReader) periodOpt(_ string, p *Period) {
	if !r.next() {
		return
	}
	if p.From = r.days(); p.From.IsZero() {
		r.field(false, true)
		return
	}
	p.To = r.days()
	r.field(true, p.From.InRange() && p.To.InRange())
}

// added ends the fields that a kind always had. An event of before, with a member in extra that is a field by now, has
// no others.
func (r *contentReader) added() { r.must(!r.before || r.left == 0) }

func (r *contentReader) instant(_ string, p *SpelledInstant, required bool) {
	if r.must(!required || r.left > 0); !r.next() {
		return
	}
	if p.Text = r.string(); p.Text == "" {
		r.field(false, !required)
		return
	}
	at, err := civil.ParseInstant(p.Text)
	p.At = at
	r.field(true, err == nil)
}

func (r *contentReader) id(_ string, p *uuid.UUID, spelling *string) {
	if r.required(); r.i == 0 || len(r.s)-r.i < len(p) {
		r.i = 0
		return
	}
	r.i += copy(p[:], r.s[r.i:])
	*spelling = r.string()
	id, ok := parseID(*spelling)
	r.field(true, *spelling == "" || ok && id == *p && id.String() != *spelling)
}

func (r *contentReader) flagOpt(_ string, p *Flag) {
	if !r.next() {
		return
	}
	*p = Flag(r.byte())
	r.field(*p != FlagAbsent, *p <= FlagTrue)
}

func (r *contentReader) params(_ string, p *Params) {
	r.required()
	s := r.string()
	if r.must(isCanonical(s, 3)); r.i == 0 {
		return
	}
	params, refusal := paramsOf(membersOf(s), "")
	*p = params
	r.field(true, refusal == nil)
}

func (r *contentReader) hex32(_ string, p *string) {
	const size = 32
	if r.required(); r.i == 0 || len(r.s)-r.i < size {
		r.i = 0
		return
	}
	*p = hex.EncodeToString([]byte(r.s[r.i : r.i+size]))
	r.i += size
	r.field(true, true)
}
