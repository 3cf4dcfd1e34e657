package projections

// ExceptionCode says why a well-formed event has no effect, or only a part of it.
type ExceptionCode string

// The exception codes. PaidOutAboveWallet stands in the account's exceptions, the last two in those of the reserved
// account "all", the others in the contract's, or the account's where the event names no contract that is there.
const (
	ContractUnknown          ExceptionCode = "contract_unknown"
	OrderRepeated            ExceptionCode = "order_repeated"
	PaymentReferenceRepeated ExceptionCode = "payment_reference_repeated"
	InvoiceUnknown           ExceptionCode = "invoice_unknown"
	WalletInsufficient       ExceptionCode = "wallet_insufficient"
	PaymentAfterEnd          ExceptionCode = "payment_after_end"
	RenewalAfterEnd          ExceptionCode = "renewal_after_end"
	AlreadyProvisioned       ExceptionCode = "already_provisioned"
	UnitCountMismatch        ExceptionCode = "unit_count_mismatch"
	UnitUnknown              ExceptionCode = "unit_unknown"
	NotInService             ExceptionCode = "not_in_service"
	AlreadySuspended         ExceptionCode = "already_suspended"
	NotSuspended             ExceptionCode = "not_suspended"
	OutageStartUnknown       ExceptionCode = "outage_start_unknown"
	OutageAlreadyResolved    ExceptionCode = "outage_already_resolved"
	OutageRepeated           ExceptionCode = "outage_repeated"
	OutageOutsideService     ExceptionCode = "outage_outside_service"
	DueDateContradicted      ExceptionCode = "due_date_contradicted"
	ChargeRepeated           ExceptionCode = "charge_repeated"
	ClaimRepeated            ExceptionCode = "claim_repeated"
	RefundAbovePaid          ExceptionCode = "refund_above_paid"
	SuspensionWithoutGround  ExceptionCode = "suspension_without_ground"
	RenewedAfterDecline      ExceptionCode = "renewed_after_decline"
	MaintenanceWithoutNotice ExceptionCode = "maintenance_without_notice"
	OutageClockSkew          ExceptionCode = "outage_clock_skew"
	AdjustmentAboveLateFee   ExceptionCode = "adjustment_above_late_fee"
	TerminationPremature     ExceptionCode = "termination_premature"
	TerminationWithoutNotice ExceptionCode = "termination_without_notice"
	NotInEffect              ExceptionCode = "not_in_effect"
	EndedAlready             ExceptionCode = "ended_already"
	CancelledAfterEffect     ExceptionCode = "cancelled_after_effect"
	PaymentUnknown           ExceptionCode = "payment_unknown"
	VoidTargetUnknown        ExceptionCode = "void_target_unknown"
	VoidAccountMismatch      ExceptionCode = "void_account_mismatch"
	VoidCycle                ExceptionCode = "void_cycle"
	DatedAhead               ExceptionCode = "dated_ahead"
	PaidOutAboveWallet       ExceptionCode = "paid_out_above_wallet"
	CloseNotByLedger         ExceptionCode = "close_not_by_ledger"
	DismissalNotByLedger     ExceptionCode = "dismissal_not_by_ledger"
)
