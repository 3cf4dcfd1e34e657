package foldtest

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
)

// policy is what the terms say, every parameter filled in.
type policy struct {
	lateFeeRate          *big.Rat // a day
	lateFeeBase          events.LateFeeBase
	lateFeeAfterEnd      events.LateFeeAfterEnd
	allocationOrder      events.AllocationOrder
	terminationAfterDays int
	postpaidEndFee       events.PostpaidEndFee
	slaMultiplier        [4]int // by product
	slaCapTime           events.SLACapTime
	slaClip              bool
	slaExcludedOverlap   events.SLAExcludedOverlap
	refundRule           events.RefundRules // by reason of the end
	pauseOn              map[events.SuspendReason]bool
	impedimentDays       int
	impedimentNoticeDays int
	termsPolicy          events.TermsPolicy
	revenuePattern       events.RevenuePattern
	excessTo             events.ExcessTo
	walletAutoDebit      events.WalletAutoDebit
	pauseOnOutage        events.Limit // seconds
	refundCountsSLA      map[events.EndReason]bool
	maintenanceFree      events.Limit // seconds
	clockSkew            int          // seconds
	retentionDays        events.Limit
	lateRenewalDays      int
	lateRenewalFrom      events.LateRenewalFrom
	withdrawalDays       int
}

// original is the terms before any version was published.
func original() policy {
	p := policy{
		lateFeeRate:          big.NewRat(3, 1000),
		terminationAfterDays: 3,
		slaMultiplier:        [4]int{events.Elastic: 100, events.Package: 50, events.VPS: 0},
		pauseOn:              map[events.SuspendReason]bool{events.SuspendForceMajeure: true, events.SuspendImpediment: true},
		impedimentDays:       30,
		impedimentNoticeDays: 15,
		clockSkew:            60,
	}
	p.refundRule[events.EndProviderCancelled] = events.RefundDayProRata
	p.refundRule[events.EndProviderBreach] = events.RefundDayProRata
	p.refundRule[events.EndImpediment] = events.RefundDayProRata
	p.refundRule[events.EndForceMajeure] = events.RefundMonthCeil
	p.refundRule[events.EndWithdrawal] = events.RefundFull
	return p
}

// changed is the policy after a version that changes some parameters.
func (p policy) changed(by *events.Params) policy {
	if by.LateFeeRate != nil {
		p.lateFeeRate = by.LateFeeRate.Rat()
	}
	replace(&p.lateFeeBase, by.LateFeeBase)
	replace(&p.lateFeeAfterEnd, by.LateFeeAfterEnd)
	replace(&p.allocationOrder, by.AllocationOrder)
	replace(&p.terminationAfterDays, by.TerminationAfterDays)
	replace(&p.postpaidEndFee, by.PostpaidEndFee)
	for product, m := range by.SLAMultiplier {
		replace(&p.slaMultiplier[product], m)
	}
	replace(&p.slaCapTime, by.SLACapTime)
	replace(&p.slaClip, by.SLAClipAtNominalEnd)
	replace(&p.slaExcludedOverlap, by.SLAExcludedOverlap)
	for reason, rule := range by.RefundRule {
		replace(&p.refundRule[reason], rule)
	}
	if by.PauseOn != nil {
		p.pauseOn = map[events.SuspendReason]bool{}
		for _, reason := range by.PauseOn {
			p.pauseOn[reason] = true
		}
	}
	replace(&p.impedimentDays, by.ImpedimentDays)
	replace(&p.impedimentNoticeDays, by.ImpedimentNoticeDays)
	replace(&p.termsPolicy, by.TermsPolicy)
	replace(&p.revenuePattern, by.RevenuePattern)
	replace(&p.excessTo, by.ExcessTo)
	replace(&p.walletAutoDebit, by.WalletAutoDebit)
	replace(&p.pauseOnOutage, by.PauseOnOutageSeconds)
	if by.RefundCountsSLA != nil {
		p.refundCountsSLA = map[events.EndReason]bool{}
		for _, reason := range by.RefundCountsSLA {
			p.refundCountsSLA[reason] = true
		}
	}
	replace(&p.maintenanceFree, by.MaintenanceFreeSeconds)
	replace(&p.clockSkew, by.OutageClockSkewSeconds)
	replace(&p.retentionDays, by.RetentionDays)
	replace(&p.lateRenewalDays, by.LateRenewalDays)
	replace(&p.lateRenewalFrom, by.LateRenewalFrom)
	replace(&p.withdrawalDays, by.WithdrawalDays)
	return p
}

func replace[T any](value *T, by *T) {
	if by != nil {
		*value = *by
	}
}

// versions are the versions of the terms, oldest first.
type versions []version

type version struct {
	from   civil.Instant
	policy policy
}

func versionsOf(published []*events.Event) versions {
	list := versions{{policy: original()}}
	for _, e := range published {
		last := list[len(list)-1].policy
		list = append(list, version{countsFrom(e), last.changed(&e.Data.(*events.TermsPublished).Params)})
	}
	return list
}

// countsFrom is when a version of the terms begins to count.
func countsFrom(e *events.Event) civil.Instant {
	return civil.Later(e.Time, e.Data.(*events.TermsPublished).AnnouncedAt.At)
}

// at is the policy in force at t.
func (v versions) at(t civil.Instant) *policy {
	found := &v[0].policy
	for i := range v[1:] {
		if notAfter(v[i+1].from, t) {
			found = &v[i+1].policy
		}
	}
	return found
}
