package projections

// ExceptionCodes lists the exception codes, with what each says of its event.
var ExceptionCodes = []struct {
	Code    ExceptionCode
	Meaning string
}{
	{ContractUnknown, "no order of the contract is in effect at that time; a payment waits for it, anything else has no effect"},
	{OrderRepeated, "the contract has an order already"},
	{PaymentReferenceRepeated, "an earlier payment of the account has the same channel and reference"},
	{InvoiceUnknown, "there is no such invoice; a payment goes to the wallet"},
	{WalletInsufficient, "the wallet holds less than was to be paid from it: no effect at all"},
	{PaymentAfterEnd, "the contract has ended and nothing is left to pay: all of it goes to the wallet"},
	{RenewalAfterEnd, "the contract ended before the renewal"},
	{AlreadyProvisioned, "the contract was provisioned before"},
	{UnitCountMismatch, "other than as many units as were ordered are named"},
	{UnitUnknown, "a unit that the contract does not have is named"},
	{NotInService, "no unit concerned is in service"},
	{AlreadySuspended, "the units are suspended already"},
	{NotSuspended, "the units are not suspended"},
	{OutageStartUnknown, "the outage has no start"},
	{OutageAlreadyResolved, "the outage was resolved before"},
	{OutageRepeated, "the outage was started before"},
	{OutageOutsideService, "no unit concerned is in service"},
	{DueDateContradicted, "the invoice has another due date"},
	{ChargeRepeated, "the charge's id was used before"},
	{ClaimRepeated, "the claim's id was used before"},
	{AdjustmentAboveLateFee, "more than the outstanding late fee: the rest has no effect"},
	{TerminationPremature, "there is no right to terminate, or not yet"},
	{TerminationWithoutNotice, "notice was not given before the end"},
	{NotInEffect, "the contract is not in effect"},
	{EndedAlready, "the contract ended before"},
	{CancelledAfterEffect, "the order had taken effect"},
	{PaymentUnknown, "the account has no such payment or top-up"},
	{VoidTargetUnknown, "there is no such event"},
	{VoidAccountMismatch, "the event to be voided is another account's"},
	{VoidCycle, "events void one another in a circle: none has effect"},
	{PaidOutAboveWallet, "more than the wallet held: the rest is a shortfall"},
	{CloseNotByLedger, "only the ledger itself closes a month: no effect"},
	{DismissalNotByLedger, "only the ledger itself dismisses a refused message: no effect"},
}
