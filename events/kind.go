package events

// Kind is what sort of fact an event states. Its number is stored in the log: never renumber, only append.
type Kind uint8

// The kinds, by the number they are stored under.
const (
	KindOrdered Kind = 1 + iota
	KindPaid
	KindProvisioned
	KindRenewed
	KindRenewalDeclined
	KindOverdue
	KindSuspended
	KindResumed
	KindCancelled
	KindTerminated
	KindOutageStarted
	KindOutageResolved
	KindOutageReclassified
	KindToppedUp
	KindPaidOut
	KindChargeAdded
	KindLateFeeAdjusted
	KindClaimAccepted
	KindNoticeSent
	KindTermsPublished
	KindPaymentBounced
	KindVoided
	KindPeriodClosed
	KindRejectionDismissed
	KindAssigned
	KindChanged
	KindUnitsAdded
	KindUnitReplaced
	KindTimeGranted
	KindInvoiceCredited
	KindDueDateExtended
	KindLateFeeCapped
	KindClaimSettled
	KindDebtWrittenOff
	KindUnitsReleased
)

// scope says whose event a kind is, and so which ids its data must carry.
type scope uint8

const (
	ofContract      scope = iota // account_id and contract_id
	ofAccount                    // account_id only
	ofMaybeContract              // account_id, and contract_id where it is known
	ofAll                        // account_id is the reserved word "all"
	ofAccountOrAll               // as ofMaybeContract, and "all" too: terms may be voided
)

// kinds is the one table of kinds: name on the wire, whose it is, who may publish it, and the empty data to fill.
var kinds = [...]struct {
	name  string
	scope scope
	role  Role
	empty func() Data
}{
	KindOrdered:     {"contract.ordered", ofContract, Publish, func() Data { return new(Ordered) }},
	KindPaid:        {"contract.paid", ofContract, Publish, func() Data { return new(Paid) }},
	KindProvisioned: {"contract.provisioned", ofContract, Publish, func() Data { return new(Provisioned) }},
	KindRenewed:     {"contract.renewed", ofContract, Publish, func() Data { return new(Renewed) }},
	KindRenewalDeclined: {"contract.renewal_declined", ofContract, Publish,
		func() Data { return new(RenewalDeclined) }},
	KindOverdue:            {"contract.overdue", ofContract, Publish, func() Data { return new(Overdue) }},
	KindSuspended:          {"contract.suspended", ofContract, Publish, func() Data { return new(Suspended) }},
	KindResumed:            {"contract.resumed", ofContract, Publish, func() Data { return new(Resumed) }},
	KindCancelled:          {"contract.cancelled", ofContract, Publish, func() Data { return new(Cancelled) }},
	KindTerminated:         {"contract.terminated", ofContract, Publish, func() Data { return new(Terminated) }},
	KindOutageStarted:      {"outage.started", ofContract, Publish, func() Data { return new(OutageStarted) }},
	KindOutageResolved:     {"outage.resolved", ofContract, Publish, func() Data { return new(OutageResolved) }},
	KindOutageReclassified: {"outage.reclassified", ofContract, Publish, func() Data { return new(OutageReclassified) }},
	KindToppedUp:           {"wallet.topped_up", ofAccount, Publish, func() Data { return new(ToppedUp) }},
	KindPaidOut:            {"wallet.paid_out", ofAccount, Publish, func() Data { return new(PaidOut) }},
	KindChargeAdded:        {"charge.added", ofContract, Publish, func() Data { return new(ChargeAdded) }},
	KindLateFeeAdjusted:    {"late_fee.adjusted", ofContract, Finance, func() Data { return new(LateFeeAdjusted) }},
	KindClaimAccepted:      {"claim.accepted", ofContract, Finance, func() Data { return new(ClaimAccepted) }},
	KindNoticeSent:         {"notice.sent", ofContract, Publish, func() Data { return new(NoticeSent) }},
	KindTermsPublished:     {"terms.published", ofAll, Admin, func() Data { return new(TermsPublished) }},
	KindPaymentBounced:     {"payment.bounced", ofMaybeContract, Finance, func() Data { return new(PaymentBounced) }},
	KindVoided:             {"event.voided", ofAccountOrAll, Finance, func() Data { return new(Voided) }},
	KindPeriodClosed:       {"period.closed", ofAll, Ledger, func() Data { return new(PeriodClosed) }},
	KindRejectionDismissed: {"rejection.dismissed", ofAll, Ledger, func() Data { return new(RejectionDismissed) }},
	KindAssigned:           {"contract.assigned", ofContract, Finance, func() Data { return new(Assigned) }},
	KindChanged:            {"contract.changed", ofContract, Publish, func() Data { return new(Changed) }},
	KindUnitsAdded:         {"units.added", ofContract, Publish, func() Data { return new(UnitsAdded) }},
	KindUnitReplaced:       {"unit.replaced", ofContract, Publish, func() Data { return new(UnitReplaced) }},
	KindTimeGranted:        {"time.granted", ofContract, Publish, func() Data { return new(TimeGranted) }},
	KindInvoiceCredited:    {"invoice.credited", ofContract, Finance, func() Data { return new(InvoiceCredited) }},
	KindDueDateExtended:    {"due_date.extended", ofContract, Finance, func() Data { return new(DueDateExtended) }},
	KindLateFeeCapped:      {"late_fee.capped", ofContract, Finance, func() Data { return new(LateFeeCapped) }},
	KindClaimSettled:       {"claim.settled", ofContract, Finance, func() Data { return new(ClaimSettled) }},
	KindDebtWrittenOff:     {"debt.written_off", ofContract, Finance, func() Data { return new(DebtWrittenOff) }},
	KindUnitsReleased:      {"units.released", ofContract, Publish, func() Data { return new(UnitsReleased) }},
}

// String returns the name of the kind on the wire: "contract.ordered".
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k].name
	}
	return ""
}

// Type returns the CloudEvents type of the kind: "billing.contract.ordered.v1".
func (k Kind) Type() string { return typePrefix + k.String() + typeVersion }

// Role returns the least role that may publish events of the kind.
func (k Kind) Role() Role { return kinds[k].role }

// Kinds lists every kind.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kinds)-1)
	for k := range kinds[1:] {
		all = append(all, Kind(k+1))
	}
	return all
}

// kindsByName is the table turned round.
var kindsByName = func() map[string]Kind {
	m := make(map[string]Kind, len(kinds))
	for _, k := range Kinds() {
		m[k.String()] = k
	}
	return m
}()

// KindNamed finds a kind by its name on the wire.
func KindNamed(name string) (Kind, bool) {
	k, ok := kindsByName[name]
	return k, ok
}
