package events_test

import (
	"encoding/json"
	"testing"

	"zhangben/events"
)

func TestParams(t *testing.T) {
	p, err := events.ParseParams([]byte(`{"late_fee_rate":"0.0005","sla_multiplier":{"elastic":120},"sla_multiplier.vps":0,
		"refund_rule":{"breach":"month_ceil"},"pause_on":[],"allocation_order":"late_fee_first","sla_clip_at_nominal_end":false}`))
	if err != nil {
		t.Fatal(err)
	}
	if p.LateFeeRate.String() != "0.0005" || *p.SLAMultiplier[events.Elastic] != 120 ||
		p.SLAMultiplier[events.Package] != nil || *p.SLAMultiplier[events.VPS] != 0 {
		t.Errorf("rates and multipliers: %+v", p)
	}
	if *p.RefundRule[events.EndBreach] != events.RefundMonthCeil || p.RefundRule[events.EndImpediment] != nil {
		t.Errorf("refund rules: %+v", p)
	}
	if p.PauseOn == nil || len(p.PauseOn) != 0 || *p.AllocationOrder != events.LateFeeFirst || *p.SLAClipAtNominalEnd {
		t.Errorf("choices: %+v", p)
	}
	if p.TermsPolicy != nil || p.ImpedimentDays != nil || p.RevenuePattern != nil || p.RetentionDays != nil ||
		p.RefundCountsSLA != nil || p.WithdrawalDays != nil || p.ExcessTo != nil {
		t.Errorf("parameters left out are given: %+v", p)
	}
	const canonical = `{"allocation_order":"late_fee_first","late_fee_rate":"0.0005","pause_on":[],"refund_rule":{"breach":"month_ceil"},` +
		`"sla_clip_at_nominal_end":false,"sla_multiplier":{"elastic":120},"sla_multiplier.vps":0}`
	if string(p.JSON) != canonical {
		t.Errorf("JSON is %s", p.JSON)
	}
}

// The first value of each choice in the table of parameters is the default and number 0.
func TestParamChoices(t *testing.T) {
	tests := []struct {
		text string
		got  func(events.Params) uint8
		want uint8
	}{
		{`{"late_fee_base":"unpaid_principal"}`, func(p events.Params) uint8 { return uint8(*p.LateFeeBase) },
			uint8(events.UnpaidPrincipal)},
		{`{"late_fee_base":"original_amount"}`, func(p events.Params) uint8 { return uint8(*p.LateFeeBase) },
			uint8(events.OriginalAmount)},
		{`{"late_fee_after_end":"stop"}`, func(p events.Params) uint8 { return uint8(*p.LateFeeAfterEnd) },
			uint8(events.LateFeeStops)},
		{`{"postpaid_end_fee":"whole"}`, func(p events.Params) uint8 { return uint8(*p.PostpaidEndFee) },
			uint8(events.WholeFee)},
		{`{"sla_cap_time":"as_of"}`, func(p events.Params) uint8 { return uint8(*p.SLACapTime) }, uint8(events.CapAsOf)},
		{`{"sla_excluded_overlap":"subtract"}`, func(p events.Params) uint8 { return uint8(*p.SLAExcludedOverlap) },
			uint8(events.OverlapSubtracts)},
		{`{"refund_rule":{"impediment":"none"}}`,
			func(p events.Params) uint8 { return uint8(*p.RefundRule[events.EndImpediment]) }, uint8(events.RefundNone)},
		{`{"refund_rule":{"force_majeure":"day_pro_rata"}}`,
			func(p events.Params) uint8 { return uint8(*p.RefundRule[events.EndForceMajeure]) }, uint8(events.RefundDayProRata)},
		{`{"pause_on":["violation","impediment"]}`, func(p events.Params) uint8 { return uint8(p.PauseOn[1]) },
			uint8(events.SuspendImpediment)},
		{`{"terms_policy":"pinned_at_order"}`, func(p events.Params) uint8 { return uint8(*p.TermsPolicy) },
			uint8(events.PinnedAtOrder)},
		{`{"revenue_pattern":"nominal"}`, func(p events.Params) uint8 { return uint8(*p.RevenuePattern) },
			uint8(events.Nominal)},
		{`{"termination_after_days":36525}`, func(p events.Params) uint8 { return uint8(*p.TerminationAfterDays / 36525) },
			1},
		{`{"impediment_days":0}`, func(p events.Params) uint8 { return uint8(*p.ImpedimentDays) }, 0},
		{`{"excess_to":"wallet"}`, func(p events.Params) uint8 { return uint8(*p.ExcessTo) }, uint8(events.ExcessToWallet)},
		{`{"excess_to":"due_debts"}`, func(p events.Params) uint8 { return uint8(*p.ExcessTo) },
			uint8(events.ExcessToDueDebts)},
		{`{"wallet_auto_debit":"due"}`, func(p events.Params) uint8 { return uint8(*p.WalletAutoDebit) },
			uint8(events.DebitDue)},
		{`{"late_renewal_from":"old_end"}`, func(p events.Params) uint8 { return uint8(*p.LateRenewalFrom) },
			uint8(events.FromOldEnd)},
		{`{"refund_counts_sla":["arrears","withdrawal"]}`, func(p events.Params) uint8 { return uint8(p.RefundCountsSLA[1]) },
			uint8(events.EndWithdrawal)},
		{`{"refund_rule":{"withdrawal":"full"}}`,
			func(p events.Params) uint8 { return uint8(*p.RefundRule[events.EndWithdrawal]) }, uint8(events.RefundFull)},
		{`{"late_renewal_days":7}`, func(p events.Params) uint8 { return uint8(*p.LateRenewalDays) }, 7},
		{`{"withdrawal_days":5}`, func(p events.Params) uint8 { return uint8(*p.WithdrawalDays) }, 5},
		{`{"outage_clock_skew_seconds":0}`, func(p events.Params) uint8 { return uint8(*p.OutageClockSkewSeconds) }, 0},
		{`{"impediment_notice_days":7}`, func(p events.Params) uint8 { return uint8(*p.ImpedimentNoticeDays) }, 7},
	}
	for _, tt := range tests {
		p, err := events.ParseParams([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := tt.got(p); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.text, got, tt.want)
		}
	}
}

func TestLimitsMayBeNone(t *testing.T) {
	p, err := events.ParseParams([]byte(`{"retention_days":null,"maintenance_free_seconds":0,
		"pause_on_outage_seconds":3155760000}`))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []events.Limit{{}, {Set: true}, {N: 3_155_760_000, Set: true}} {
		got := [...]*events.Limit{p.RetentionDays, p.MaintenanceFreeSeconds, p.PauseOnOutageSeconds}[i]
		if got == nil || *got != want {
			t.Errorf("%d: %v, want %v", i, got, want)
		}
	}
	const canonical = `{"maintenance_free_seconds":0,"pause_on_outage_seconds":3155760000,"retention_days":null}`
	if string(p.JSON) != canonical {
		t.Errorf("JSON is %s", p.JSON)
	}
}

func TestParamsRefused(t *testing.T) {
	tests := []struct {
		name, params, pointer string
	}{
		{"an unknown key", `{"late_fee":"0.003"}`, "/late_fee"},
		{"a rate as a number", `{"late_fee_rate":0.003}`, "/late_fee_rate"},
		{"a negative rate", `{"late_fee_rate":"-0.003"}`, "/late_fee_rate"},
		{"a rate with an exponent", `{"late_fee_rate":"3e-3"}`, "/late_fee_rate"},
		{"a rate with ten decimals", `{"late_fee_rate":"0.0000000001"}`, "/late_fee_rate"},
		{"a rate with another minus", `{"late_fee_rate":"−1"}`, "/late_fee_rate"},
		{"a rate null", `{"late_fee_rate":null}`, "/late_fee_rate"},
		{"an unknown choice", `{"late_fee_base":"everything"}`, "/late_fee_base"},
		{"a choice that is a number", `{"late_fee_base":0}`, "/late_fee_base"},
		{"days as a text", `{"termination_after_days":"3"}`, "/termination_after_days"},
		{"negative days", `{"impediment_days":-1}`, "/impediment_days"},
		{"more days than 100 years", `{"impediment_notice_days":36526}`, "/impediment_notice_days"},
		{"a multiplier beyond a million", `{"sla_multiplier":{"elastic":1000001}}`, "/sla_multiplier/elastic"},
		{"a multiplier of an unknown product", `{"sla_multiplier":{"mainframe":1}}`, "/sla_multiplier/mainframe"},
		{"a flat multiplier of an unknown product", `{"sla_multiplier.mainframe":1}`, "/sla_multiplier.mainframe"},
		{"multipliers as a number", `{"sla_multiplier":100}`, "/sla_multiplier"},
		{"a multiplier in both spellings", `{"sla_multiplier":{"vps":1},"sla_multiplier.vps":1}`, "/sla_multiplier.vps"},
		{"a flag as a text", `{"sla_clip_at_nominal_end":"true"}`, "/sla_clip_at_nominal_end"},
		{"a refund rule of an end without one", `{"refund_rule":{"mutual":"none"}}`, "/refund_rule/mutual"},
		{"an unknown refund rule", `{"refund_rule":{"breach":"half"}}`, "/refund_rule/breach"},
		{"a refund rule spelled flat", `{"refund_rule.breach":"none"}`, "/refund_rule.breach"},
		{"pauses as a text", `{"pause_on":"impediment"}`, "/pause_on"},
		{"an unknown pause", `{"pause_on":["holiday"]}`, "/pause_on"},
		{"a pause twice", `{"pause_on":["impediment","impediment"]}`, "/pause_on"},
		{"days that may be none as a text", `{"retention_days":"15"}`, "/retention_days"},
		{"negative retention", `{"retention_days":-1}`, "/retention_days"},
		{"days that are never none", `{"withdrawal_days":null}`, "/withdrawal_days"},
		{"skew without limit", `{"outage_clock_skew_seconds":null}`, "/outage_clock_skew_seconds"},
		{"more seconds than 100 years", `{"pause_on_outage_seconds":3155760001}`, "/pause_on_outage_seconds"},
		{"half a second", `{"maintenance_free_seconds":0.5}`, "/maintenance_free_seconds"},
		{"ends as a text", `{"refund_counts_sla":"breach"}`, "/refund_counts_sla"},
		{"an unknown end", `{"refund_counts_sla":["boredom"]}`, "/refund_counts_sla"},
		{"an end twice", `{"refund_counts_sla":["breach","breach"]}`, "/refund_counts_sla"},
		{"excess to no one", `{"excess_to":"provider"}`, "/excess_to"},
		{"a debit of everything", `{"wallet_auto_debit":"all"}`, "/wallet_auto_debit"},
		{"a late renewal from nowhere", `{"late_renewal_from":"order"}`, "/late_renewal_from"},
		{"a key twice", `{"impediment_days":1,"impediment_days":1}`, "/impediment_days"},
		{"an array", `[]`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := events.ParseParams([]byte(tt.params))
			refused(t, err, events.CodeInvalid, tt.pointer)
			if !json.Valid([]byte(tt.params)) || tt.params[0] == '[' {
				return
			}
			_, err = events.DecodeJSON([]byte(accountEvent("terms.published", "all", `,"version":"2","params":`+tt.params)))
			refused(t, err, events.CodeInvalid, "/data/params"+tt.pointer)
		})
	}
}
