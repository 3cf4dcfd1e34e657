package events

import (
	"github.com/shopspring/decimal"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// SpelledRate is a rate inside data, with the spelling that makes content equal or not. The zero value is none.
type SpelledRate struct {
	Rate decimal.Decimal
	Text string
}

// ParseRate reads a rate a day, spelled as late_fee_rate is.
func ParseRate(s string) (SpelledRate, error) {
	rate, err := parseRate(s)
	return SpelledRate{rate, s}, err
}

// Period is the days from one date to another, both included. The zero value is none.
type Period struct{ From, To civil.Date }

// InvoiceCredited says that an invoice is payable with less from then on, or always was for CreditError.
type InvoiceCredited struct {
	Credit  string
	Invoice string
	Amount  money.Amount
	Reason  CreditReason
}

// DueDateExtended says that an invoice may be paid later than it was to be.
type DueDateExtended struct {
	Invoice      string
	DueDate      civil.Date
	WaiveAccrued Flag // whether the late fee so far is waived
}

// LateFeeCapped says that a court limits a late fee (11.4): by a rate a day or by a total.
type LateFeeCapped struct {
	Invoice   string // "" means all
	Rate      SpelledRate
	Total     *money.Amount // nil where a rate is named
	Authority string
}

// ClaimSettled says that something was paid for a claim that had been accepted.
type ClaimSettled struct {
	Claim     string
	Amount    money.Amount
	By        SettledBy
	Reference string
}

// DebtWrittenOff says that the provider no longer counts on a debt. The customer owes it as before.
type DebtWrittenOff struct {
	Invoice string
	Amount  money.Amount
	Reason  string
}

func (*InvoiceCredited) Kind() Kind { return KindInvoiceCredited }
func (*DueDateExtended) Kind() Kind { return KindDueDateExtended }
func (*LateFeeCapped) Kind() Kind   { return KindLateFeeCapped }
func (*ClaimSettled) Kind() Kind    { return KindClaimSettled }
func (*DebtWrittenOff) Kind() Kind  { return KindDebtWrittenOff }

func (d *InvoiceCredited) visit(v visitor) {
	v.ident("credit_id", &d.Credit)
	v.ident("invoice_id", &d.Invoice)
	v.amount("amount", &d.Amount)
	v.enum("reason", (*uint8)(&d.Reason), creditReasons)
}

func (d *DueDateExtended) visit(v visitor) {
	v.ident("invoice_id", &d.Invoice)
	v.date("due_date", &d.DueDate)
	v.flagOpt("waive_accrued", &d.WaiveAccrued)
}

func (d *LateFeeCapped) visit(v visitor) {
	v.identOpt("invoice_id", &d.Invoice)
	v.rateOpt("rate", &d.Rate)
	v.amountZero("total", &d.Total, false)
	v.text("authority", &d.Authority)
}

func (d *ClaimSettled) visit(v visitor) {
	v.ident("claim_id", &d.Claim)
	v.amount("amount", &d.Amount)
	v.enum("by", (*uint8)(&d.By), settledBy)
	v.textOpt("reference", &d.Reference)
}

func (d *DebtWrittenOff) visit(v visitor) {
	v.ident("invoice_id", &d.Invoice)
	v.amount("amount", &d.Amount)
	v.text("reason", &d.Reason)
}
