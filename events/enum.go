package events

// An enumeration's numbers are stored in the log: never renumber, only append. Zero means "not given".

// Product is what is sold (1).
type Product uint8

// The products.
const (
	Elastic Product = 1 + iota
	Package
	VPS
)

var products = []string{"", "elastic", "package", "vps"}

func (p Product) String() string { return products[p] }

// Mode is when a contract is paid: before the service (2.2.1) or after it (2.2.2).
type Mode uint8

// The modes.
const (
	Prepaid Mode = 1 + iota
	Postpaid
)

var modes = []string{"", "prepaid", "postpaid"}

func (m Mode) String() string { return modes[m] }

// Channel is the way money came (C-五, 2.2.1).
type Channel uint8

// The channels. ByWallet spends the account's own wallet.
const (
	Online Channel = 1 + iota
	BankTransfer
	ByWallet
)

var channels = []string{"", "online", "bank_transfer", "wallet"}

func (c Channel) String() string { return channels[c] }

// Part is the part of a debt that a payer designates (CC 560).
type Part uint8

// The parts of a debt.
const (
	PartPrincipal Part = 1 + iota
	PartLateFee
)

var parts = []string{"", "principal", "late_fee"}

func (p Part) String() string { return parts[p] }

// SuspendReason is why service is suspended.
type SuspendReason uint8

// The reasons to suspend.
const (
	SuspendArrears SuspendReason = 1 + iota
	SuspendViolation
	SuspendForceMajeure
	SuspendImpediment
)

var suspendReasons = []string{"", "arrears", "violation", "force_majeure", "impediment"}

func (r SuspendReason) String() string { return suspendReasons[r] }

// EndReason is why a contract was terminated.
type EndReason uint8

// The reasons to terminate.
const (
	EndArrears EndReason = 1 + iota
	EndMutual
	EndBreach
	EndForceMajeure
	EndProviderCancelled
	EndImpediment
	EndProviderBreach
	EndCustomerExit
	EndWithdrawal
)

var endReasons = []string{
	"", "arrears", "mutual", "breach", "force_majeure", "provider_cancelled", "impediment", "provider_breach",
	"customer_exit", "withdrawal",
}

func (r EndReason) String() string { return endReasons[r] }

// Cause is what brought an outage about (4.7, 7.2).
type Cause uint8

// The causes. ProviderFault and CauseUnknown are covered by 4.7, the others excluded by 7.2.
const (
	ProviderFault Cause = 1 + iota
	CauseForceMajeure
	Carrier
	SecurityIncident
	CustomerFault
	Uncontrollable
	Maintenance
	Congestion
	CauseUnknown
)

var causes = []string{
	"", "provider_fault", "force_majeure", "carrier", "security_incident", "customer", "uncontrollable", "maintenance",
	"congestion", "unknown",
}

func (c Cause) String() string { return causes[c] }

// Degree is how bad an outage is; not given means unusable.
type Degree uint8

// The degrees. Only unusable servers earn SLA time (4.7).
const (
	Unusable Degree = 1 + iota
	Degraded
)

var degrees = []string{"", "unusable", "degraded"}

func (d Degree) String() string { return degrees[d] }

// ClaimKind is what a claim is for.
type ClaimKind uint8

// The kinds of claims.
const (
	ClaimDataLoss ClaimKind = 1 + iota
	ClaimBreach
	ClaimIndemnity
)

var claimKinds = []string{"", "data_loss", "breach", "indemnity"}

func (k ClaimKind) String() string { return claimKinds[k] }

// Ground is why a contract passes to another account (11.5).
type Ground uint8

// The grounds of an assignment.
const (
	GroundAgreed Ground = 1 + iota
	GroundListing
	GroundAcquisition
	GroundReorganisation
	GroundMerger
	GroundRename
)

var grounds = []string{"", "agreed", "listing", "acquisition", "reorganisation", "merger", "rename"}

func (g Ground) String() string { return grounds[g] }

// Debts is what becomes of the debts due at an assignment; not given means assumed.
type Debts uint8

// What becomes of the debts.
const (
	DebtsAssumed Debts = 1 + iota
	DebtsRetained
)

var debts = []string{"", "assumed", "retained"}

func (d Debts) String() string { return debts[d] }

// GrantReason is why time is granted.
type GrantReason uint8

// The reasons to grant time.
const (
	GrantGift GrantReason = 1 + iota
	GrantPromotion
	GrantGoodwill
)

var grantReasons = []string{"", "gift", "promotion", "goodwill"}

func (r GrantReason) String() string { return grantReasons[r] }

// ChargeKind is what a charge is for; not given means help.
type ChargeKind uint8

// The kinds of charges.
const (
	ChargeHelp ChargeKind = 1 + iota
	ChargeUsage
	ChargeOther
)

var chargeKinds = []string{"", "help", "usage", "other"}

func (k ChargeKind) String() string { return chargeKinds[k] }

// CreditReason is why an invoice is credited.
type CreditReason uint8

// The reasons to credit an invoice.
const (
	CreditError CreditReason = 1 + iota
	CreditReduction
	CreditGoodwill
	CreditCourt
)

var creditReasons = []string{"", "error", "reduction", "goodwill", "court"}

func (r CreditReason) String() string { return creditReasons[r] }

// SettledBy is the way a claim is settled.
type SettledBy uint8

// The ways to settle a claim.
const (
	SettledByCash SettledBy = 1 + iota
	SettledByWallet
)

var settledBy = []string{"", "cash", "wallet"}

func (b SettledBy) String() string { return settledBy[b] }
