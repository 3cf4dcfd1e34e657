package events

import (
	"encoding/binary"
	"encoding/hex"
	"sync"

	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// contentWriter is the visitor that writes the fields of data in canonical bytes.
type contentWriter struct {
	dst     []byte
	fields  byte // written so far
	counted byte // those up to the last that is not left out
	end     int  // where that one ends
}

// contentWriters are pooled: a visitor is behind an interface, and each event would allocate one.
var contentWriters = sync.Pool{New: func() any { return new(contentWriter) }}

// field ends a field; one that is left out does not count unless another follows.
func (w *contentWriter) field(present bool) {
	w.fields++
	if present {
		w.counted, w.end = w.fields, len(w.dst)
	}
}

func (w *contentWriter) varint(n uint64, present bool) {
	w.dst = binary.AppendUvarint(w.dst, n)
	w.field(present)
}

func (w *contentWriter) text(_ string, p *string) {
	w.dst = appendText(w.dst, *p)
	w.field(true)
}

func (w *contentWriter) textOpt(_ string, p *string) {
	w.dst = appendText(w.dst, *p)
	w.field(*p != "")
}

func (w *contentWriter) ident(name string, p *string)    { w.text(name, p) }
func (w *contentWriter) identOpt(name string, p *string) { w.textOpt(name, p) }
func (w *contentWriter) account(name string, p *string)  { w.text(name, p) }
func (w *contentWriter) change(name string, p *string)   { w.text(name, p) }
func (w *contentWriter) partOpt(name string, p *string)  { w.textOpt(name, p) }
func (w *contentWriter) charge(name string, p *string)   { w.text(name, p) }
func (w *contentWriter) month(name string, p *string)    { w.text(name, p) }
func (w *contentWriter) specOpt(name string, p *string)  { w.textOpt(name, p) }

func (w *contentWriter) idents(_ string, p *[]string) {
	w.dst = binary.AppendUvarint(w.dst, uint64(len(*p)))
	for _, id := range *p {
		w.dst = appendText(w.dst, id)
	}
	w.field(len(*p) > 0)
}

func (w *contentWriter) identsOpt(name string, p *[]string) { w.idents(name, p) }

func (w *contentWriter) enum(_ string, p *uint8, _ []string) {
	w.dst = append(w.dst, *p)
	w.field(*p != 0)
}

func (w *contentWriter) enumOpt(name string, p *uint8, names []string) { w.enum(name, p, names) }

func (w *contentWriter) amount(_ string, p *money.Amount) { w.varint(packAmount(*p), true) }

func (w *contentWriter) fee(name string, p *money.Amount) { w.amount(name, p) }

func (w *contentWriter) amountOpt(_ string, p **money.Amount) {
	if *p == nil {
		w.varint(0, false)
		return
	}
	w.varint(packAmount(**p)+1, true)
}

func (w *contentWriter) amountZero(name string, p **money.Amount, _ bool) { w.amountOpt(name, p) }

func (w *contentWriter) signedOpt(_ string, p **money.Amount) {
	if *p == nil {
		w.varint(0, false)
		return
	}
	a, below := **p, uint64(0)
	if a.Fen < 0 {
		a.Fen, below = -a.Fen, 1
	}
	w.varint((packAmount(a)<<1|below)+1, true)
}

// packAmount puts the decimals below the fen.
func packAmount(a money.Amount) uint64 { return uint64(a.Fen)<<2 | uint64(a.Decimals) }

func (w *contentWriter) rateOpt(name string, p *SpelledRate) { w.textOpt(name, &p.Text) }

func (w *contentWriter) currency() {}

func (w *contentWriter) count(_ string, p *int)  { w.varint(uint64(*p), true) }
func (w *contentWriter) seq(_ string, p *uint64) { w.varint(*p, true) }

func (w *contentWriter) term(_ string, p *civil.Term) {
	w.dst = binary.AppendUvarint(w.dst, uint64(p.Count))
	w.dst = append(w.dst, byte(p.Unit))
	w.field(true)
}

func (w *contentWriter) termOpt(name string, p *civil.Term) {
	if p.Count == 0 {
		w.varint(0, false)
		return
	}
	w.term(name, p)
}

func (w *contentWriter) span(name string, p *civil.Span) {
	if p.Seconds == 0 {
		w.term(name, &p.Term)
		return
	}
	w.dst = binary.AppendUvarint(w.dst, uint64(p.Seconds))
	w.dst = append(w.dst, second)
	w.field(true)
}

func (w *contentWriter) periodOpt(_ string, p *Period) {
	w.dst = binary.AppendUvarint(w.dst, uint64(p.From))
	if !p.From.IsZero() {
		w.dst = binary.AppendUvarint(w.dst, uint64(p.To))
	}
	w.field(!p.From.IsZero())
}

func (w *contentWriter) added() {}

func (w *contentWriter) date(name string, p *civil.Date) { w.dateOpt(name, p) }

func (w *contentWriter) dateOpt(_ string, p *civil.Date) { w.varint(uint64(*p), !p.IsZero()) }

func (w *contentWriter) instant(name string, p *SpelledInstant, _ bool) { w.textOpt(name, &p.Text) }

func (w *contentWriter) id(_ string, p *uuid.UUID, spelling *string) {
	w.dst = append(w.dst, p[:]...)
	w.dst = appendText(w.dst, *spelling)
	w.field(true)
}

func (w *contentWriter) flagOpt(_ string, p *Flag) {
	w.dst = append(w.dst, byte(*p))
	w.field(*p != FlagAbsent)
}

func (w *contentWriter) params(_ string, p *Params) {
	w.dst = binary.AppendUvarint(w.dst, uint64(len(p.JSON)))
	w.dst = append(w.dst, p.JSON...)
	w.field(true)
}

func (w *contentWriter) hex32(_ string, p *string) {
	w.dst, _ = hex.AppendDecode(w.dst, []byte(*p)) // checked when it was read
	w.field(true)
}
