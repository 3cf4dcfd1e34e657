package events

import (
	"strconv"

	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// AppendJSON appends the event as a CloudEvent in structured mode on one line, with its time in Shanghai. What
// [DecodeJSON] makes of it has the same content. Recorded is no content and is left out.
func (e *Event) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"specversion":"`+specVersion+`","id":"`...)
	dst = appendID(dst, e.ID)
	dst = append(dst, `","source":`...)
	dst = appendString(dst, e.Source)
	dst = append(dst, `,"type":"`+typePrefix...)
	dst = append(dst, e.Kind().String()...)
	dst = append(dst, typeVersion+`"`...)
	if e.HasSubject {
		dst = append(dst, `,"subject":"`...)
		dst = append(dst, e.Contract...)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"time":"`...)
	dst = e.Time.Append(dst)
	dst = append(dst, '"')
	for _, x := range e.Extensions {
		dst = append(dst, ',', '"')
		dst = append(dst, x.Name...)
		dst = append(dst, '"', ':')
		dst = append(dst, x.Value...)
	}
	dst = append(dst, `,"data":{"account_id":"`...)
	return append(e.appendData(append(append(dst, e.Account...), '"')), '}', '}')
}

// appendData appends the members of data after account_id.
func (e *Event) appendData(dst []byte) []byte {
	w := jsonWriter{dst}
	w.identOpt("contract_id", &e.Contract)
	e.Data.visit(&w)
	if len(e.Extra) > 2 {
		w.dst = append(w.dst, ',')
		w.dst = append(w.dst, e.Extra[1:len(e.Extra)-1]...)
	}
	return w.dst
}

func appendID(dst []byte, id uuid.UUID) []byte {
	text, _ := id.MarshalText() // never fails
	return append(dst, text...)
}

// jsonWriter is the visitor that writes data as JSON members, each after a comma.
type jsonWriter struct{ dst []byte }

// raw writes a member whose value is JSON already.
func (w *jsonWriter) raw(name, value string) {
	w.name(name)
	w.dst = append(w.dst, value...)
}

func (w *jsonWriter) name(name string) {
	w.dst = append(w.dst, ',', '"')
	w.dst = append(w.dst, name...)
	w.dst = append(w.dst, '"', ':')
}

func (w *jsonWriter) text(name string, p *string) {
	w.name(name)
	w.dst = appendString(w.dst, *p)
}

func (w *jsonWriter) textOpt(name string, p *string) {
	if *p != "" {
		w.text(name, p)
	}
}

func (w *jsonWriter) ident(name string, p *string)    { w.text(name, p) }
func (w *jsonWriter) identOpt(name string, p *string) { w.textOpt(name, p) }
func (w *jsonWriter) account(name string, p *string)  { w.text(name, p) }
func (w *jsonWriter) change(name string, p *string)   { w.text(name, p) }
func (w *jsonWriter) partOpt(name string, p *string)  { w.textOpt(name, p) }
func (w *jsonWriter) charge(name string, p *string)   { w.text(name, p) }
func (w *jsonWriter) hex32(name string, p *string)    { w.text(name, p) }
func (w *jsonWriter) month(name string, p *string)    { w.text(name, p) }

// spelled writes a value by its String.
func (w *jsonWriter) spelled(name, text string) { w.text(name, &text) }

func (w *jsonWriter) idents(name string, p *[]string) {
	w.name(name)
	w.dst = append(w.dst, '[')
	for i, id := range *p {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = appendString(w.dst, id)
	}
	w.dst = append(w.dst, ']')
}

func (w *jsonWriter) identsOpt(name string, p *[]string) {
	if len(*p) > 0 {
		w.idents(name, p)
	}
}

func (w *jsonWriter) enum(name string, p *uint8, names []string) { w.text(name, &names[*p]) }

func (w *jsonWriter) enumOpt(name string, p *uint8, names []string) {
	if *p != 0 {
		w.enum(name, p, names)
	}
}

func (w *jsonWriter) amount(name string, p *money.Amount) { w.spelled(name, p.String()) }

func (w *jsonWriter) fee(name string, p *money.Amount) { w.amount(name, p) }

func (w *jsonWriter) amountOpt(name string, p **money.Amount) {
	if *p != nil {
		w.amount(name, *p)
	}
}

func (w *jsonWriter) amountZero(name string, p **money.Amount, _ bool) { w.amountOpt(name, p) }
func (w *jsonWriter) signedOpt(name string, p **money.Amount)          { w.amountOpt(name, p) }
func (w *jsonWriter) rateOpt(name string, p *SpelledRate)              { w.textOpt(name, &p.Text) }

func (w *jsonWriter) currency() { w.raw("currency", `"CNY"`) }

func (w *jsonWriter) count(name string, p *int) { w.raw(name, strconv.Itoa(*p)) }

func (w *jsonWriter) seq(name string, p *uint64) { w.raw(name, strconv.FormatUint(*p, 10)) }

func (w *jsonWriter) term(name string, p *civil.Term) { w.spelled(name, p.String()) }

func (w *jsonWriter) termOpt(name string, p *civil.Term) {
	if p.Count != 0 {
		w.term(name, p)
	}
}

func (w *jsonWriter) span(name string, p *civil.Span) { w.spelled(name, p.String()) }

func (w *jsonWriter) date(name string, p *civil.Date) { w.spelled(name, p.String()) }

func (w *jsonWriter) dateOpt(name string, p *civil.Date) {
	if !p.IsZero() {
		w.date(name, p)
	}
}

func (w *jsonWriter) periodOpt(name string, p *Period) {
	if *p != (Period{}) {
		w.raw(name, `{"from":"`+p.From.String()+`","to":"`+p.To.String()+`"}`)
	}
}

func (w *jsonWriter) instant(name string, p *SpelledInstant, _ bool) {
	w.textOpt(name, &p.Text)
}

func (w *jsonWriter) id(name string, p *uuid.UUID, spelling *string) {
	if *spelling != "" {
		w.text(name, spelling)
		return
	}
	w.spelled(name, p.String())
}

func (w *jsonWriter) flagOpt(name string, p *Flag) {
	if *p != FlagAbsent {
		w.raw(name, strconv.FormatBool(*p == FlagTrue))
	}
}

func (w *jsonWriter) specOpt(name string, p *string) {
	if *p != "" {
		w.raw(name, *p)
	}
}

func (w *jsonWriter) added() {}

func (w *jsonWriter) params(name string, p *Params) { w.raw(name, string(p.JSON)) }
