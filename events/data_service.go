package events

import (
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Assigned says that a contract passed to another account (11.5).
type Assigned struct {
	To           string // the account that the contract is of from then on
	Ground       Ground
	ConsentedAt  SpelledInstant // of the other side, to what was agreed
	NotifiedAt   SpelledInstant
	WalletAmount *money.Amount // what of the wallet passes too, by a merger only; nil: nothing
	Debts        Debts         // zero means DebtsAssumed
}

// PassesTo is the account that a contract passes to, "" where it stays.
func (e *Event) PassesTo() string {
	if d, ok := e.Data.(*Assigned); ok && d.To != e.Account {
		return d.To
	}
	return ""
}

// Changed says that units got another configuration (2.1, 6.2.1).
type Changed struct {
	Change     string
	Units      []string      // nil means all
	Fee        money.Amount  // what the running term would cost in whole for these units at the new configuration
	Difference *money.Amount // agreed, of either sign; nil: by the rule
	Product    Product       // zero: the same
	Spec       string        // as that of an order
	DueDate    civil.Date    // postpaid only
}

// UnitsAdded says that further units were ordered for a contract; they are provisioned as others are.
type UnitsAdded struct {
	Change   string
	Quantity int
	Fee      money.Amount // all of these units, for their first term
	Until    civil.Date   // the last day of their first term; or else
	Term     civil.Term   // its length
	DueDate  civil.Date   // postpaid only
}

// UnitReplaced says that a unit is known under another id from then on.
type UnitReplaced struct{ Unit, NewUnit, Reason string }

// TimeGranted says that units serve longer without a fee.
type TimeGranted struct {
	Grant    string
	Duration civil.Span
	Units    []string // nil means all
	With     string   // the invoice that the time was sold together with, or ""
	Reason   GrantReason
}

// UnitsReleased says that the data of units is gone (11.2).
type UnitsReleased struct{ Units []string }

func (*Assigned) Kind() Kind      { return KindAssigned }
func (*Changed) Kind() Kind       { return KindChanged }
func (*UnitsAdded) Kind() Kind    { return KindUnitsAdded }
func (*UnitReplaced) Kind() Kind  { return KindUnitReplaced }
func (*TimeGranted) Kind() Kind   { return KindTimeGranted }
func (*UnitsReleased) Kind() Kind { return KindUnitsReleased }

func (d *Assigned) visit(v visitor) {
	v.account("to_account_id", &d.To)
	v.enum("ground", (*uint8)(&d.Ground), grounds)
	v.instant("consented_at", &d.ConsentedAt, false)
	v.instant("notified_at", &d.NotifiedAt, false)
	v.amountOpt("wallet_amount", &d.WalletAmount)
	v.enumOpt("debts", (*uint8)(&d.Debts), debts)
}

func (d *Changed) visit(v visitor) {
	v.change("change_id", &d.Change)
	v.identsOpt("unit_ids", &d.Units)
	v.amount("fee", &d.Fee)
	v.signedOpt("difference", &d.Difference)
	v.enumOpt("product", (*uint8)(&d.Product), products)
	v.specOpt("spec", &d.Spec)
	v.dateOpt("due_date", &d.DueDate)
}

func (d *UnitsAdded) visit(v visitor) {
	v.change("change_id", &d.Change)
	v.count("quantity", &d.Quantity)
	v.amount("fee", &d.Fee)
	v.dateOpt("until", &d.Until)
	v.termOpt("term", &d.Term)
	v.dateOpt("due_date", &d.DueDate)
}

func (d *UnitReplaced) visit(v visitor) {
	v.ident("unit_id", &d.Unit)
	v.ident("new_unit_id", &d.NewUnit)
	v.text("reason", &d.Reason)
}

func (d *TimeGranted) visit(v visitor) {
	v.ident("grant_id", &d.Grant)
	v.span("duration", &d.Duration)
	v.identsOpt("unit_ids", &d.Units)
	v.identOpt("with", &d.With)
	v.enum("reason", (*uint8)(&d.Reason), grantReasons)
}

func (d *UnitsReleased) visit(v visitor) { v.idents("unit_ids", &d.Units) }
