package projections

import (
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Figures are what follows for one contract at one instant from the facts known: the answer of GET /v1/contracts/{id}.
// Money is in fen and serialised in yuan; instants are Shanghai time; a nil pointer is null.
type Figures struct {
	ContractID        string         `json:"contract_id"`
	AccountID         string         `json:"account_id"`
	AsOf              civil.Instant  `json:"as_of"`
	KnownAtSeq        uint64         `json:"known_at_seq"`
	Status            Status         `json:"status"`
	Flags             []Flag         `json:"flags"`
	Product           *string        `json:"product"`
	Mode              *string        `json:"mode"`
	Quantity          int            `json:"quantity"`
	Currency          string         `json:"currency"`
	Principal         money.Fen      `json:"principal"`
	LateFee           money.Fen      `json:"late_fee"`
	DueTotal          money.Fen      `json:"due_total"`
	LateFeeAccrued    money.Fen      `json:"late_fee_accrued"`
	Paid              money.Fen      `json:"paid"`
	Refund            money.Fen      `json:"refund"`
	Forfeited         money.Fen      `json:"forfeited"`
	Returned          money.Fen      `json:"returned"`     // to the wallet while the contract runs
	Compensation      money.Fen      `json:"compensation"` // agreed above what was paid
	Revenue           money.Fen      `json:"revenue"`
	ContractLiability money.Fen      `json:"contract_liability"`
	StartsAt          *civil.Instant `json:"starts_at"`
	EndsAt            *civil.Instant `json:"ends_at"`
	Units             []UnitFigures  `json:"units"`
	Invoices          []Invoice      `json:"invoices"`
	Claims            []Claim        `json:"claims"`
	Termination       *Termination   `json:"termination"`
	Exceptions        []Exception    `json:"exceptions"`
}

// UnitFigures are one server's (4.7: 台). They are listed in the order in which provisioning named them.
type UnitFigures struct {
	UnitID      string         `json:"unit_id"`
	EndsAt      *civil.Instant `json:"ends_at"`
	Termination *Termination   `json:"termination"` // of this server alone
	Data        *Data          `json:"data"`        // null where the terms keep none
	SLA         SLAFigures     `json:"sla"`
}

// Data is what became of the data on a server whose term is over or will be (11.2).
type Data string

// What became of data.
const (
	DataKept     Data = "kept"
	DataReleased Data = "released"
	DataExpired  Data = "expired"
)

// SLAFigures are the SLA time of one unit (4.7), in whole seconds rounded down, and its value.
type SLAFigures struct {
	OutageSeconds      int64     `json:"outage_seconds"`
	RawSeconds         int64     `json:"raw_seconds"`
	GrantedSeconds     int64     `json:"granted_seconds"`
	Value              money.Fen `json:"value"`
	ProvisionalSeconds int64     `json:"provisional_seconds"`
}

// Invoice is what one invoice stands at: "order", "renewal-1" and so on, "change-" or "added-" and a change id, or a
// charge id. The order's comes first, then those of renewals, changes and added units as they came, then charges.
type Invoice struct {
	InvoiceID   string      `json:"invoice_id"`
	Amount      money.Fen   `json:"amount"`
	Credited    money.Fen   `json:"credited"`
	Payable     money.Fen   `json:"payable"`  // the amount, less what was credited or is no longer to be paid
	DueDate     *civil.Date `json:"due_date"` // as agreed
	DueFrom     *civil.Date `json:"due_from"` // as it counts: not before service began; null while nothing is due
	WrittenOff  money.Fen   `json:"written_off"`
	Principal   money.Fen   `json:"principal"`
	OverdueDays int         `json:"overdue_days"`
	LateFee     money.Fen   `json:"late_fee"`
}

// Claim is an accepted claim and what of it is payable under the caps of 3.8 and 7.6; a nil cap means uncapped.
type Claim struct {
	ClaimID   string     `json:"claim_id"`
	ClaimKind string     `json:"claim_kind"`
	Amount    money.Fen  `json:"amount"`
	Cap       *money.Fen `json:"cap"`
	Payable   money.Fen  `json:"payable"`
	Settled   money.Fen  `json:"settled"`
	Open      money.Fen  `json:"open"` // of what is payable
}

// Termination is the end that took effect.
type Termination struct {
	Reason string        `json:"reason"`
	At     civil.Instant `json:"at"`
}

// Exception is a well-formed event that does not fit the facts known, or not yet.
type Exception struct {
	Code    ExceptionCode `json:"code"`
	EventID string        `json:"event_id"`
	Message string        `json:"message"`
}

// AccountFigures are the answer of GET /v1/accounts/{id}.
type AccountFigures struct {
	AccountID        string        `json:"account_id"`
	AsOf             civil.Instant `json:"as_of"`
	KnownAtSeq       uint64        `json:"known_at_seq"`
	Wallet           money.Fen     `json:"wallet"`
	WalletShortfall  money.Fen     `json:"wallet_shortfall"`
	Principal        money.Fen     `json:"principal"`
	LateFee          money.Fen     `json:"late_fee"`
	DueTotal         money.Fen     `json:"due_total"`
	ClaimsPayable    money.Fen     `json:"claims_payable"`    // to the customer, not settled
	ClaimsReceivable money.Fen     `json:"claims_receivable"` // indemnities, not paid
	Contracts        []string      `json:"contracts"`
	Exceptions       []Exception   `json:"exceptions"`
}

// Status is where a contract is in its life. Arrears are a flag, not a status.
type Status string

// The statuses.
const (
	PendingPayment Status = "pending_payment"
	Effective      Status = "effective"
	Active         Status = "active"
	Suspended      Status = "suspended"
	Expired        Status = "expired"
	Terminated     Status = "terminated"
	Cancelled      Status = "cancelled"
)

// Flag is a condition beside the status.
type Flag string

// The flags, in the order in which they are listed.
const (
	FlagOverdue                Flag = "overdue"
	FlagWalletCoversDebt       Flag = "wallet_covers_debt"
	FlagMayWithhold            Flag = "may_withhold"
	FlagMayTerminate           Flag = "may_terminate"
	FlagMayTerminateImpediment Flag = "may_terminate_impediment"
	FlagOutageOpen             Flag = "outage_open"
	FlagPartiallyActive        Flag = "partially_active"
)
