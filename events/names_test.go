package events_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhangben/events"
)

// Numbers are stored and names are spelled: both are law.
func TestNamesOfStoredNumbers(t *testing.T) {
	tests := []struct {
		all  []fmt.Stringer
		want string
	}{
		{all: []fmt.Stringer{events.Elastic, events.Package, events.VPS}, want: "elastic package vps"},
		{all: []fmt.Stringer{events.Prepaid, events.Postpaid}, want: "prepaid postpaid"},
		{all: []fmt.Stringer{events.Online, events.BankTransfer, events.ByWallet}, want: "online bank_transfer wallet"},
		{all: []fmt.Stringer{events.PartPrincipal, events.PartLateFee}, want: "principal late_fee"},
		{all: []fmt.Stringer{events.SuspendArrears, events.SuspendViolation, events.SuspendForceMajeure,
			events.SuspendImpediment}, want: "arrears violation force_majeure impediment"},
		{all: []fmt.Stringer{events.EndArrears, events.EndMutual, events.EndBreach, events.EndForceMajeure,
			events.EndProviderCancelled, events.EndImpediment,
			events.EndProviderBreach, events.EndCustomerExit, events.EndWithdrawal},
			want: "arrears mutual breach force_majeure provider_cancelled impediment provider_breach customer_exit " +
				"withdrawal"},
		{all: []fmt.Stringer{events.ProviderFault, events.CauseForceMajeure, events.Carrier, events.SecurityIncident,
			events.CustomerFault, events.Uncontrollable,
			events.Maintenance, events.Congestion, events.CauseUnknown},
			want: "provider_fault force_majeure carrier security_incident customer uncontrollable maintenance " +
				"congestion unknown"},
		{all: []fmt.Stringer{events.Unusable, events.Degraded}, want: "unusable degraded"},
		{all: []fmt.Stringer{events.ClaimDataLoss, events.ClaimBreach, events.ClaimIndemnity},
			want: "data_loss breach indemnity"},
		{all: []fmt.Stringer{events.GroundAgreed, events.GroundListing, events.GroundAcquisition,
			events.GroundReorganisation, events.GroundMerger, events.GroundRename},
			want: "agreed listing acquisition reorganisation merger rename"},
		{all: []fmt.Stringer{events.DebtsAssumed, events.DebtsRetained}, want: "assumed retained"},
		{all: []fmt.Stringer{events.GrantGift, events.GrantPromotion, events.GrantGoodwill},
			want: "gift promotion goodwill"},
		{all: []fmt.Stringer{events.ChargeHelp, events.ChargeUsage, events.ChargeOther}, want: "help usage other"},
		{all: []fmt.Stringer{events.CreditError, events.CreditReduction, events.CreditGoodwill, events.CreditCourt},
			want: "error reduction goodwill court"},
		{all: []fmt.Stringer{events.SettledByCash, events.SettledByWallet}, want: "cash wallet"},
	}
	for _, tt := range tests {
		var names []string
		for i, one := range tt.all {
			names = append(names, one.String())
			if number := fmt.Sprintf("%d", one); number != fmt.Sprint(i+1) {
				t.Errorf("%v is stored as %s, not %d", one, number, i+1)
			}
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}

func TestKindNames(t *testing.T) {
	for i, k := range events.Kinds() {
		if named, ok := events.KindNamed(k.String()); !ok || named != k || int(k) != i+1 {
			t.Errorf("%d is %v, which names %d", i+1, k, named)
		}
	}
	if name := events.Kind(200).String(); name != "" {
		t.Errorf("a kind yet to come is called %s", name)
	}
}

func TestRejectionSaysWhere(t *testing.T) {
	for pointer, want := range map[string]string{"/data/fee": "invalid at /data/fee: why",
		"": "invalid at the event: why"} {
		var err error = &events.Rejection{Code: events.CodeInvalid, Pointer: pointer, Message: "why"}
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
		var r *events.Rejection
		if !errors.As(fmt.Errorf("line 3: %w", err), &r) {
			t.Error("wrapped, it is no Rejection any more")
		}
	}
}
