package projections

import (
	"bytes"
	"encoding/json"
	"strconv"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// Figures are what is asked for most, so they are spelled by hand, field by field in the order of their declaration.
// The bytes are those of encoding/json without its escapes for HTML, which a test holds them to; nothing is allocated
// for them.

// AppendJSON appends what encoding/json makes of f, without escapes for HTML.
func (f *Figures) AppendJSON(dst []byte) []byte {
	return f.AppendRest(AppendHead(dst, f.ContractID, f.AccountID, f.AsOf, f.KnownAtSeq))
}

// AppendHead appends the first members of figures in JSON: what they are about, and their clocks.
func AppendHead(dst []byte, contract, account string, asOf civil.Instant, knownAtSeq uint64) []byte {
	w := figuresWriter{dst}
	w.text(`{"contract_id":`, contract)
	w.text(`,"account_id":`, account)
	w.instant(`,"as_of":`, asOf)
	w.number(`,"known_at_seq":`, int64(knownAtSeq))
	return w.dst
}

// AppendRest appends the members behind those of AppendHead, which stay as they are while nothing about the contract
// moves.
func (f *Figures) AppendRest(dst []byte) []byte {
	w := figuresWriter{dst}
	w.text(`,"status":`, string(f.Status))
	list(&w, `,"flags":`, f.Flags, func(flag *Flag) { w.text("", string(*flag)) })
	orNull(&w, `,"product":`, f.Product, w.text)
	orNull(&w, `,"mode":`, f.Mode, w.text)
	w.number(`,"quantity":`, int64(f.Quantity))
	w.text(`,"currency":`, f.Currency)
	w.money(`,"principal":`, f.Principal)
	w.money(`,"late_fee":`, f.LateFee)
	w.money(`,"due_total":`, f.DueTotal)
	w.money(`,"late_fee_accrued":`, f.LateFeeAccrued)
	w.money(`,"paid":`, f.Paid)
	w.money(`,"refund":`, f.Refund)
	w.money(`,"forfeited":`, f.Forfeited)
	w.money(`,"returned":`, f.Returned)
	w.money(`,"compensation":`, f.Compensation)
	w.money(`,"revenue":`, f.Revenue)
	w.money(`,"contract_liability":`, f.ContractLiability)
	orNull(&w, `,"starts_at":`, f.StartsAt, w.instant)
	orNull(&w, `,"ends_at":`, f.EndsAt, w.instant)
	list(&w, `,"units":`, f.Units, w.unit)
	list(&w, `,"invoices":`, f.Invoices, w.invoice)
	list(&w, `,"claims":`, f.Claims, w.claim)
	orNull(&w, `,"termination":`, f.Termination, w.termination)
	list(&w, `,"exceptions":`, f.Exceptions, w.exception)
	return append(w.dst, '}')
}

// AppendJSON appends what encoding/json makes of f, without escapes for HTML.
func (f *AccountFigures) AppendJSON(dst []byte) []byte {
	w := figuresWriter{dst}
	w.text(`{"account_id":`, f.AccountID)
	w.instant(`,"as_of":`, f.AsOf)
	w.number(`,"known_at_seq":`, int64(f.KnownAtSeq))
	w.money(`,"wallet":`, f.Wallet)
	w.money(`,"wallet_shortfall":`, f.WalletShortfall)
	w.money(`,"principal":`, f.Principal)
	w.money(`,"late_fee":`, f.LateFee)
	w.money(`,"due_total":`, f.DueTotal)
	w.money(`,"claims_payable":`, f.ClaimsPayable)
	w.money(`,"claims_receivable":`, f.ClaimsReceivable)
	list(&w, `,"contracts":`, f.Contracts, func(id *string) { w.text("", *id) })
	list(&w, `,"exceptions":`, f.Exceptions, w.exception)
	return append(w.dst, '}')
}

// figuresWriter appends values, each behind what stands before it: the comma or brace, and its name.
type figuresWriter struct{ dst []byte }

func (w *figuresWriter) unit(u *UnitFigures) {
	w.text(`{"unit_id":`, u.UnitID)
	orNull(w, `,"ends_at":`, u.EndsAt, w.instant)
	orNull(w, `,"termination":`, u.Termination, w.termination)
	orNull(w, `,"data":`, u.Data, func(before string, d Data) { w.text(before, string(d)) })
	w.number(`,"sla":{"outage_seconds":`, u.SLA.OutageSeconds)
	w.number(`,"raw_seconds":`, u.SLA.RawSeconds)
	w.number(`,"granted_seconds":`, u.SLA.GrantedSeconds)
	w.money(`,"value":`, u.SLA.Value)
	w.number(`,"provisional_seconds":`, u.SLA.ProvisionalSeconds)
	w.raw(`}}`)
}

func (w *figuresWriter) invoice(i *Invoice) {
	w.text(`{"invoice_id":`, i.InvoiceID)
	w.money(`,"amount":`, i.Amount)
	w.money(`,"credited":`, i.Credited)
	w.money(`,"payable":`, i.Payable)
	orNull(w, `,"due_date":`, i.DueDate, w.date)
	orNull(w, `,"due_from":`, i.DueFrom, w.date)
	w.money(`,"written_off":`, i.WrittenOff)
	w.money(`,"principal":`, i.Principal)
	w.number(`,"overdue_days":`, int64(i.OverdueDays))
	w.money(`,"late_fee":`, i.LateFee)
	w.raw(`}`)
}

func (w *figuresWriter) claim(c *Claim) {
	w.text(`{"claim_id":`, c.ClaimID)
	w.text(`,"claim_kind":`, c.ClaimKind)
	w.money(`,"amount":`, c.Amount)
	orNull(w, `,"cap":`, c.Cap, w.money)
	w.money(`,"payable":`, c.Payable)
	w.money(`,"settled":`, c.Settled)
	w.money(`,"open":`, c.Open)
	w.raw(`}`)
}

func (w *figuresWriter) termination(before string, t Termination) {
	w.raw(before)
	w.text(`{"reason":`, t.Reason)
	w.instant(`,"at":`, t.At)
	w.raw(`}`)
}

func (w *figuresWriter) exception(e *Exception) {
	w.text(`{"code":`, string(e.Code))
	w.text(`,"event_id":`, e.EventID)
	w.text(`,"message":`, e.Message)
	w.raw(`}`)
}

// list appends an array, or null for a slice that is nil.
func list[T any](w *figuresWriter, before string, items []T, item func(*T)) {
	w.raw(before)
	if items == nil {
		w.raw("null")
		return
	}
	w.raw("[")
	for n := range items {
		if n > 0 {
			w.raw(",")
		}
		item(&items[n])
	}
	w.raw("]")
}

// orNull appends a value, or null for none.
func orNull[T any](w *figuresWriter, before string, value *T, write func(before string, value T)) {
	if value == nil {
		w.raw(before)
		w.raw("null")
		return
	}
	write(before, *value)
}

func (w *figuresWriter) raw(s string) { w.dst = append(w.dst, s...) }

func (w *figuresWriter) number(before string, n int64) {
	w.dst = strconv.AppendInt(append(w.dst, before...), n, 10)
}

func (w *figuresWriter) money(before string, f money.Fen) {
	w.raw(before)
	w.dst = append(f.Append(append(w.dst, '"')), '"')
}

func (w *figuresWriter) instant(before string, t civil.Instant) {
	w.raw(before)
	w.dst = append(t.Append(append(w.dst, '"')), '"')
}

func (w *figuresWriter) date(before string, d civil.Date) { w.text(before, d.String()) }

// text appends a string. Nearly all are plain; the others are left to encoding/json.
func (w *figuresWriter) text(before, s string) {
	w.raw(before)
	for n := range len(s) {
		if c := s[n]; c < ' ' || c >= 0x7F || c == '"' || c == '\\' {
			w.dst = append(w.dst, escaped(s)...)
			return
		}
	}
	w.dst = append(append(append(w.dst, '"'), s...), '"')
}

func escaped(s string) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string can always be spelled
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}
