package events

import "github.com/shopspring/decimal"

// Params are the parameters a version of the terms changes; nil fields keep their value. JSON is the spelling in the
// event, in canonical form: objects sorted by name.
//
// A new parameter has a field here, is read in params_reader.go and described in schema_parts.go and
// glossary/terms.txt; package projections has it in Terms, with its default (terms.go), spells it (terms_in_force.go),
// and names its rule in doc.go; package foldtest reads it in the naive reference.
type Params struct {
	JSON []byte

	LateFeeRate          *decimal.Decimal // a share of the principal a day (2.2.2)
	LateFeeBase          *LateFeeBase
	LateFeeAfterEnd      *LateFeeAfterEnd
	AllocationOrder      *AllocationOrder
	TerminationAfterDays *int
	PostpaidEndFee       *PostpaidEndFee
	SLAMultiplier        [4]*int // by Product
	SLACapTime           *SLACapTime
	SLAClipAtNominalEnd  *bool
	SLAExcludedOverlap   *SLAExcludedOverlap
	RefundRule           [len(RefundRules{})]*RefundRule
	PauseOn              []SuspendReason // nil: unchanged; empty: none
	ImpedimentDays       *int
	ImpedimentNoticeDays *int
	TermsPolicy          *TermsPolicy
	RevenuePattern       *RevenuePattern

	ExcessTo               *ExcessTo
	PauseOnOutageSeconds   *Limit
	RefundCountsSLA        []EndReason // nil: unchanged; empty: none
	MaintenanceFreeSeconds *Limit
	WalletAutoDebit        *WalletAutoDebit
	OutageClockSkewSeconds *int
	RetentionDays          *Limit
	LateRenewalDays        *int
	LateRenewalFrom        *LateRenewalFrom
	WithdrawalDays         *int
}

// Limit is a whole number that may be none, spelled null. The zero value is none.
type Limit struct {
	N   int
	Set bool
}

// LateFeeBase is what late fees are a share of (2.2.2).
type LateFeeBase uint8

// The bases of a late fee.
const (
	UnpaidPrincipal LateFeeBase = iota
	OriginalAmount
)

// LateFeeAfterEnd says whether late fees go on after a contract's end (2.2.2, 6.3).
type LateFeeAfterEnd uint8

// What late fees do after an end.
const (
	LateFeeContinues LateFeeAfterEnd = iota
	LateFeeStops
)

// AllocationOrder is what a payment discharges first (CC 560, CC 561).
type AllocationOrder uint8

// The orders of allocation.
const (
	PrincipalFirst AllocationOrder = iota
	LateFeeFirst
)

// PostpaidEndFee is what stays due of a postpaid fee when a contract ends for arrears.
type PostpaidEndFee uint8

// What stays due after an end for arrears.
const (
	EarnedProRata PostpaidEndFee = iota
	WholeFee
)

// SLACapTime is the instant whose payments limit an SLA grant (4.7).
type SLACapTime uint8

// When the cap of 4.7 is measured.
const (
	CapAtResolution SLACapTime = iota
	CapAsOf
)

// SLAExcludedOverlap says what an excluded cause does to a covered outage at the same time (7.2).
type SLAExcludedOverlap uint8

// What excluded overlaps do.
const (
	OverlapKeeps SLAExcludedOverlap = iota
	OverlapSubtracts
)

// RefundRule is how a refund is measured at an end.
type RefundRule uint8

// The refund rules.
const (
	RefundNone RefundRule = iota
	RefundDayProRata
	RefundMonthCeil
	RefundFull
)

// RefundRules are refund rules by the reason of the end.
type RefundRules [EndWithdrawal + 1]RefundRule

// ExcessTo is where money goes that a payment leaves over (CC 560).
type ExcessTo uint8

// Where the excess of a payment goes.
const (
	ExcessToDueDebts ExcessTo = iota
	ExcessToWallet
)

// WalletAutoDebit says whether the wallet pays due debts by itself (2.2.1).
type WalletAutoDebit uint8

// What the wallet pays by itself.
const (
	DebitNone WalletAutoDebit = iota
	DebitDue
)

// LateRenewalFrom is the day on which the term of a late renewal begins (11.2).
type LateRenewalFrom uint8

// Where a late renewal begins.
const (
	FromPaymentDay LateRenewalFrom = iota
	FromOldEnd
)

// TermsPolicy says which version of the terms governs a contract (3.1).
type TermsPolicy uint8

// The policies.
const (
	InForceAtFact TermsPolicy = iota
	PinnedAtOrder
)

// RevenuePattern says how SLA time changes the revenue schedule.
type RevenuePattern uint8

// The patterns.
const (
	Respread RevenuePattern = iota
	Nominal
)
