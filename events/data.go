package events

import (
	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// SpelledInstant is an instant inside data, with the spelling that makes content equal or not. The zero value is none.
type SpelledInstant struct {
	At   civil.Instant
	Text string
}

// Flag is a boolean that may be left out.
type Flag uint8

// The states of a flag.
const (
	FlagAbsent Flag = iota
	FlagFalse
	FlagTrue
)

// specNames are the members of an order's spec that must be texts or numbers; others may be anything.
var specNames = []string{"cpu", "memory", "disk", "bandwidth", "line", "service_level"}

// Ordered says that a line of service was ordered (C-一): quantity units of a product for a term, at a fee for the line.
type Ordered struct {
	Product  Product
	Quantity int
	Term     civil.Term
	Fee      money.Amount
	Mode     Mode
	DueDate  civil.Date // postpaid only
	Spec     string     // what was ordered (cpu, memory, ...): one JSON object in canonical form, or ""
	Trial    Flag       // whether it is to try the service out: the fee may be zero
}

// Paid says that money for a contract reached the provider, or that the customer spent the wallet on it.
type Paid struct {
	Amount    money.Amount
	Channel   Channel
	Reference string
	Invoice   string
	AppliesTo Part
	Part      string // tells the parts of one transfer apart
}

// Provisioned says that service of these units began (6.1).
type Provisioned struct{ Units []string }

// Renewed says that a further term was ordered (6.1).
type Renewed struct {
	Term       civil.Term
	Fee        money.Amount
	DueDate    civil.Date // postpaid only
	Units      []string   // nil means all
	AcceptedAt SpelledInstant
}

// RenewalDeclined says that a side asked not to go on (6.1).
type RenewalDeclined struct{ Units []string } // nil means all

// Overdue marks arrears (2.2.2); the due date decides, and this may bring it.
type Overdue struct {
	Invoice string
	DueDate civil.Date
}

// Suspended says that service was suspended (2.3, 4.8.3, 6.2.3, 7.2(end)).
type Suspended struct {
	Reason SuspendReason
	Units  []string // nil means all
}

// Resumed says that service went on.
type Resumed struct{ Units []string }

// Cancelled says that an order was withdrawn before it took effect.
type Cancelled struct{}

// Terminated says that a side ended the contract, or the service of some units (2.2.2, 3.5.10, 4.6, 6.2, 7.2(end)).
type Terminated struct {
	Reason       EndReason
	AgreedRefund *money.Amount  // required for EndMutual
	NoticeAt     SpelledInstant // required for EndProviderCancelled and EndImpediment
	Units        []string       // nil means all; never for EndArrears and EndWithdrawal
}

// OutageStarted says that units went out of use (4.7).
type OutageStarted struct {
	Outage   string
	Units    []string // nil means all
	Cause    Cause
	Degree   Degree         // zero means Unusable
	NoticeAt SpelledInstant // of maintenance
}

// OutageResolved says that an outage was over (4.7).
type OutageResolved struct{ Outage string }

// OutageReclassified corrects the cause, and the degree if given, of an outage.
type OutageReclassified struct {
	Outage string
	Cause  Cause
	Degree Degree
}

// ToppedUp says that money came to the wallet.
type ToppedUp struct {
	Amount    money.Amount
	Channel   Channel
	Reference string
	Part      string // tells the parts of one transfer apart
}

// PaidOut says that money left the wallet for the customer.
type PaidOut struct {
	Amount    money.Amount
	Reference string
	Part      string // tells the parts of one transfer apart
}

// ChargeAdded says that chargeable help was given (4.3), or that usage is billed.
type ChargeAdded struct {
	Charge      string
	Amount      money.Amount
	Description string
	DueDate     civil.Date
	ChargeKind  ChargeKind // zero means ChargeHelp
	Period      Period     // the days of the usage
	Units       []string   // shown only
}

// LateFeeAdjusted reduces a late fee, by waiver or by a court.
type LateFeeAdjusted struct {
	Invoice   string
	Amount    money.Amount
	Authority string
}

// ClaimAccepted says that a claim was accepted (3.5.10, 3.8, 5.2(1), 7.6).
type ClaimAccepted struct {
	Claim           string
	ClaimKind       ClaimKind
	Amount          money.Amount
	LossAt          SpelledInstant
	GrossNegligence Flag
}

// NoticeSent says that a notice was sent (4.5, 8.3, 9.4).
type NoticeSent struct{ NoticeKind, Channel string }

// TermsPublished brings a version of the terms (3.1). Its parameters count from the event's time on, and not before
// they were announced.
type TermsPublished struct {
	Version     string
	Params      Params
	AnnouncedAt SpelledInstant
}

// PaymentBounced says that a payment or top-up came back: from the event's time on as if never made.
type PaymentBounced struct {
	Payment  uuid.UUID
	Spelling string // of Payment, where that is not all in lower case
	Reason   string
}

// Voided says that an event never should have been: it counts as never having been.
type Voided struct {
	Voids    uuid.UUID
	Spelling string // of Voids, where that is not all in lower case
	Reason   string
}

// PeriodClosed says that a month's postings were closed.
type PeriodClosed struct {
	Period         string // YYYY-MM
	Seq            uint64
	Root           string // hexadecimal
	PostingsSHA256 string // hexadecimal
}

// RejectionDismissed says that a refused message needs nothing done about it any more.
type RejectionDismissed struct {
	RejectionID uint64 // its place in quarantine
	Reason      string
}

// Kind methods, one a type.

func (*Ordered) Kind() Kind            { return KindOrdered }
func (*Paid) Kind() Kind               { return KindPaid }
func (*Provisioned) Kind() Kind        { return KindProvisioned }
func (*Renewed) Kind() Kind            { return KindRenewed }
func (*RenewalDeclined) Kind() Kind    { return KindRenewalDeclined }
func (*Overdue) Kind() Kind            { return KindOverdue }
func (*Suspended) Kind() Kind          { return KindSuspended }
func (*Resumed) Kind() Kind            { return KindResumed }
func (*Cancelled) Kind() Kind          { return KindCancelled }
func (*Terminated) Kind() Kind         { return KindTerminated }
func (*OutageStarted) Kind() Kind      { return KindOutageStarted }
func (*OutageResolved) Kind() Kind     { return KindOutageResolved }
func (*OutageReclassified) Kind() Kind { return KindOutageReclassified }
func (*ToppedUp) Kind() Kind           { return KindToppedUp }
func (*PaidOut) Kind() Kind            { return KindPaidOut }
func (*ChargeAdded) Kind() Kind        { return KindChargeAdded }
func (*LateFeeAdjusted) Kind() Kind    { return KindLateFeeAdjusted }
func (*ClaimAccepted) Kind() Kind      { return KindClaimAccepted }
func (*NoticeSent) Kind() Kind         { return KindNoticeSent }
func (*TermsPublished) Kind() Kind     { return KindTermsPublished }
func (*PaymentBounced) Kind() Kind     { return KindPaymentBounced }
func (*Voided) Kind() Kind             { return KindVoided }
func (*PeriodClosed) Kind() Kind       { return KindPeriodClosed }
func (*RejectionDismissed) Kind() Kind { return KindRejectionDismissed }

// visit methods, one a type, here and in the files beside this one: the only list of fields for all codecs and schemas.
// Stored bytes follow this order: append only. A new field has a member in the struct, a line here, a meaning in
// glossary/events.txt, a value in package eventtest, and a second event of its kind at the end of
// testdata/kinds.ndjson; where it is no text, scenarios need to know it too (projections/scenario/event.go).

func (d *Ordered) visit(v visitor) {
	v.enum("product", (*uint8)(&d.Product), products)
	v.count("quantity", &d.Quantity)
	v.term("term", &d.Term)
	v.fee("fee", &d.Fee)
	v.currency()
	v.enum("mode", (*uint8)(&d.Mode), modes)
	v.dateOpt("due_date", &d.DueDate)
	v.specOpt("spec", &d.Spec)
	v.added()
	v.flagOpt("trial", &d.Trial)
}

func (d *Paid) visit(v visitor) {
	v.amount("amount", &d.Amount)
	v.currency()
	v.enum("channel", (*uint8)(&d.Channel), channels)
	v.textOpt("reference", &d.Reference)
	v.identOpt("invoice_id", &d.Invoice)
	v.enumOpt("applies_to", (*uint8)(&d.AppliesTo), parts)
	v.added()
	v.partOpt("part", &d.Part)
}

func (d *Provisioned) visit(v visitor) { v.idents("unit_ids", &d.Units) }

func (d *Renewed) visit(v visitor) {
	v.term("term", &d.Term)
	v.amount("fee", &d.Fee)
	v.dateOpt("due_date", &d.DueDate)
	v.added()
	v.identsOpt("unit_ids", &d.Units)
	v.instant("accepted_at", &d.AcceptedAt, false)
}

func (d *RenewalDeclined) visit(v visitor) {
	v.added()
	v.identsOpt("unit_ids", &d.Units)
}

func (d *Overdue) visit(v visitor) {
	v.identOpt("invoice_id", &d.Invoice)
	v.dateOpt("due_date", &d.DueDate)
}

func (d *Suspended) visit(v visitor) {
	v.enum("reason", (*uint8)(&d.Reason), suspendReasons)
	v.identsOpt("unit_ids", &d.Units)
}

func (d *Resumed) visit(v visitor) { v.identsOpt("unit_ids", &d.Units) }

func (*Cancelled) visit(visitor) {}

func (d *Terminated) visit(v visitor) {
	v.enum("reason", (*uint8)(&d.Reason), endReasons)
	v.amountZero("agreed_refund", &d.AgreedRefund, d.Reason == EndMutual)
	v.instant("notice_at", &d.NoticeAt, d.Reason == EndProviderCancelled || d.Reason == EndImpediment)
	v.added()
	v.identsOpt("unit_ids", &d.Units)
}

func (d *OutageStarted) visit(v visitor) {
	v.ident("outage_id", &d.Outage)
	v.identsOpt("unit_ids", &d.Units)
	v.enum("cause", (*uint8)(&d.Cause), causes)
	v.enumOpt("degree", (*uint8)(&d.Degree), degrees)
	v.added()
	v.instant("notice_at", &d.NoticeAt, false)
}

func (d *OutageResolved) visit(v visitor) { v.ident("outage_id", &d.Outage) }

func (d *OutageReclassified) visit(v visitor) {
	v.ident("outage_id", &d.Outage)
	v.enum("cause", (*uint8)(&d.Cause), causes)
	v.enumOpt("degree", (*uint8)(&d.Degree), degrees)
}

func (d *ToppedUp) visit(v visitor) {
	v.amount("amount", &d.Amount)
	v.currency()
	v.enum("channel", (*uint8)(&d.Channel), channels)
	v.textOpt("reference", &d.Reference)
	v.added()
	v.partOpt("part", &d.Part)
}

func (d *PaidOut) visit(v visitor) {
	v.amount("amount", &d.Amount)
	v.currency()
	v.textOpt("reference", &d.Reference)
	v.added()
	v.partOpt("part", &d.Part)
}

func (d *ChargeAdded) visit(v visitor) {
	v.charge("charge_id", &d.Charge)
	v.amount("amount", &d.Amount)
	v.text("description", &d.Description)
	v.dateOpt("due_date", &d.DueDate)
	v.added()
	v.enumOpt("charge_kind", (*uint8)(&d.ChargeKind), chargeKinds)
	v.periodOpt("period", &d.Period)
	v.identsOpt("unit_ids", &d.Units)
}

func (d *LateFeeAdjusted) visit(v visitor) {
	v.identOpt("invoice_id", &d.Invoice)
	v.amount("amount", &d.Amount)
	v.text("authority", &d.Authority)
}

func (d *ClaimAccepted) visit(v visitor) {
	v.ident("claim_id", &d.Claim)
	v.enum("claim_kind", (*uint8)(&d.ClaimKind), claimKinds)
	v.amount("amount", &d.Amount)
	v.instant("loss_at", &d.LossAt, true)
	v.flagOpt("gross_negligence", &d.GrossNegligence)
}

func (d *NoticeSent) visit(v visitor) {
	v.text("notice_kind", &d.NoticeKind)
	v.text("channel", &d.Channel)
}

func (d *TermsPublished) visit(v visitor) {
	v.text("version", &d.Version)
	v.params("params", &d.Params)
	v.added()
	v.instant("announced_at", &d.AnnouncedAt, false)
}

func (d *PaymentBounced) visit(v visitor) {
	v.id("payment", &d.Payment, &d.Spelling)
	v.text("reason", &d.Reason)
}

func (d *Voided) visit(v visitor) {
	v.id("voids", &d.Voids, &d.Spelling)
	v.text("reason", &d.Reason)
}

func (d *PeriodClosed) visit(v visitor) {
	v.month("period", &d.Period)
	v.seq("seq", &d.Seq)
	v.hex32("root", &d.Root)
	v.hex32("postings_sha256", &d.PostingsSHA256)
}

func (d *RejectionDismissed) visit(v visitor) {
	v.seq("rejection_id", &d.RejectionID)
	v.text("reason", &d.Reason)
}
