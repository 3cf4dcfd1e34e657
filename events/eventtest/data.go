package eventtest

import (
	"strings"

	"zhangben/events"
)

// data makes the data of a kind for an event.
func (b *Builder) data(k events.Kind, e *events.Event) events.Data {
	switch k {
	case events.KindOrdered:
		return b.ordered()
	case events.KindPaid:
		return &events.Paid{Amount: b.amount(), Channel: number(b, events.ByWallet),
			Reference: b.nameOpt("ref-1", "ref-2", "流水 3"), Invoice: b.nameOpt("order", "renewal-1", "help-1"),
			AppliesTo: numberOpt(b, events.PartLateFee), Part: b.nameOpt("1", "2 of 3")}
	case events.KindProvisioned:
		return &events.Provisioned{Units: b.units()}
	case events.KindRenewed:
		return &events.Renewed{Term: b.term(), Fee: b.amount(), DueDate: b.dateOpt(), Units: b.unitsOpt(),
			AcceptedAt: b.spelledOpt()}
	case events.KindRenewalDeclined:
		return &events.RenewalDeclined{Units: b.unitsOpt()}
	case events.KindOverdue:
		return &events.Overdue{Invoice: b.nameOpt("order", "renewal-1"), DueDate: b.dateOpt()}
	case events.KindSuspended:
		return &events.Suspended{Reason: number(b, events.SuspendImpediment), Units: b.unitsOpt()}
	case events.KindResumed:
		return &events.Resumed{Units: b.unitsOpt()}
	case events.KindCancelled:
		return &events.Cancelled{}
	case events.KindTerminated:
		return b.terminated()
	}
	if k >= events.KindAssigned {
		return b.changes(k, e)
	}
	return b.rarer(k)
}

// rarer makes the data of kinds that are not about a contract's life.
func (b *Builder) rarer(k events.Kind) events.Data {
	switch k {
	case events.KindOutageStarted:
		return &events.OutageStarted{Outage: b.name("O", 3), Units: b.unitsOpt(),
			Cause: number(b, events.CauseUnknown), Degree: numberOpt(b, events.Degraded), NoticeAt: b.spelledOpt()}
	case events.KindOutageResolved:
		return &events.OutageResolved{Outage: b.name("O", 3)}
	case events.KindOutageReclassified:
		return &events.OutageReclassified{Outage: b.name("O", 3), Cause: number(b, events.CauseUnknown),
			Degree: numberOpt(b, events.Degraded)}
	case events.KindToppedUp:
		return &events.ToppedUp{Amount: b.amount(), Channel: number(b, events.ByWallet),
			Reference: b.nameOpt("top-1", "top-2"), Part: b.nameOpt("1")}
	case events.KindPaidOut:
		return &events.PaidOut{Amount: b.amount(), Reference: b.nameOpt("out-1"), Part: b.nameOpt("1")}
	case events.KindChargeAdded:
		return &events.ChargeAdded{Charge: b.name("help", 3), Amount: b.amount(), Description: "数据恢复", DueDate: b.dateOpt(),
			ChargeKind: numberOpt(b, events.ChargeOther), Period: b.period(), Units: b.unitsOpt()}
	case events.KindLateFeeAdjusted:
		return &events.LateFeeAdjusted{Invoice: b.nameOpt("order"), Amount: b.amount(), Authority: "supervisor"}
	case events.KindClaimAccepted:
		return &events.ClaimAccepted{Claim: b.name("CL", 3), ClaimKind: number(b, events.ClaimIndemnity),
			Amount: b.amount(), LossAt: b.spelled(), GrossNegligence: numberOpt(b, events.FlagTrue)}
	case events.KindNoticeSent:
		return &events.NoticeSent{NoticeKind: "reminder", Channel: "email"}
	case events.KindTermsPublished:
		return b.terms()
	case events.KindPaymentBounced:
		return &events.PaymentBounced{Payment: b.earlier(), Reason: "account closed"}
	case events.KindVoided:
		return &events.Voided{Voids: b.earlier(), Reason: "entered twice"}
	case events.KindRejectionDismissed:
		return &events.RejectionDismissed{RejectionID: b.made, Reason: "sent again under another id"}
	case events.KindPeriodClosed:
		return &events.PeriodClosed{Period: b.date().String()[:7], Seq: b.made,
			Root: strings.Repeat("0a", 32), PostingsSHA256: strings.Repeat("f1", 32)}
	}
	return nil
}

func (b *Builder) ordered() *events.Ordered {
	o := &events.Ordered{Product: number(b, events.VPS), Quantity: 1 + b.random.IntN(3), Term: b.term(),
		Mode: number(b, events.Postpaid), Trial: numberOpt(b, events.FlagTrue)}
	o.Fee = b.fee(o.Trial)
	if o.Mode == events.Postpaid {
		o.DueDate = b.dateOpt()
	}
	if b.maybe() {
		o.Spec = `{"cpu":"4","memory":"8 GiB"}`
	}
	return o
}

func (b *Builder) terminated() *events.Terminated {
	t := &events.Terminated{Reason: number(b, events.EndWithdrawal)}
	if t.Reason != events.EndArrears && t.Reason != events.EndWithdrawal {
		t.Units = b.unitsOpt()
	}
	switch t.Reason {
	case events.EndMutual:
		t.AgreedRefund = b.amountZero()
	case events.EndProviderCancelled, events.EndImpediment:
		t.NoticeAt = b.spelled()
	}
	return t
}

// terms changes one parameter after the other.
func (b *Builder) terms() *events.TermsPublished {
	text := pick(b, []string{
		`{"late_fee_rate":"0.0005"}`,
		`{"allocation_order":"late_fee_first","termination_after_days":5}`,
		`{"sla_multiplier":{"elastic":50,"vps":10}}`,
		`{"pause_on":[],"refund_rule":{"breach":"day_pro_rata"}}`,
		`{"excess_to":"wallet","wallet_auto_debit":"due"}`,
		`{"pause_on_outage_seconds":86400,"maintenance_free_seconds":3600,"outage_clock_skew_seconds":0}`,
		`{"late_renewal_days":7,"late_renewal_from":"old_end","retention_days":null,"withdrawal_days":5}`,
		`{"refund_counts_sla":["provider_cancelled"],"refund_rule":{"withdrawal":"none","breach":"full"}}`,
	})
	params, err := events.ParseParams([]byte(text))
	if err != nil {
		panic(err) // a mistake above
	}
	return &events.TermsPublished{Version: b.name("v", 9), Params: params, AnnouncedAt: b.spelledOpt()}
}
