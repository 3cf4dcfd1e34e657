package events_test

import (
	"strings"
	"testing"

	"zhangben/events"
)

const (
	assignedData = `,"to_account_id":"B1","ground":"agreed"`
	changedData  = `,"change_id":"1","fee":"5475.00"`
	addedData    = `,"change_id":"1","quantity":1,"fee":"210.00"`
	grantedData  = `,"grant_id":"g1","reason":"gift","duration":`
	creditedData = `,"credit_id":"cn-1","invoice_id":"order","amount":"31.00","reason":"goodwill"`
	cappedData   = `,"authority":"court"`
	settledData  = `,"claim_id":"K1","amount":"60.00","by":"cash"`
	usageData    = `,"charge_id":"t-1","amount":"93.00","description":"traffic","charge_kind":"usage"`
)

func TestChangesRefused(t *testing.T) {
	const invalid, missing = events.CodeInvalid, events.CodeMissing
	long := strings.Repeat("a", 58)
	tests := []struct {
		name, kind, data string
		code             events.Code
		pointer          string
	}{
		{"a free order that is no trial", "contract.ordered", strings.Replace(orderData, "310.00", "0.00", 1), invalid,
			"fee"},
		{"a free order said to be no trial", "contract.ordered",
			strings.Replace(orderData, "310.00", "0", 1) + `,"trial":false`, invalid, "fee"},
		{"a trial as a text", "contract.ordered", orderData + `,"trial":"true"`, invalid, "trial"},
		{"a part of 65 characters", "contract.paid", paymentData + `,"part":"` + strings.Repeat("账", 65) + `"`, invalid,
			"part"},
		{"an empty part", "contract.paid", paymentData + `,"part":""`, invalid, "part"},
		{"a part that is a number", "contract.paid", paymentData + `,"part":1`, invalid, "part"},
		{"a renewal of no units", "contract.renewed", `,"term":"P1M","fee":"300","unit_ids":[]`, invalid, "unit_ids"},
		{"a free renewal", "contract.renewed", `,"term":"P1M","fee":"0.00"`, invalid, "fee"},
		{"a renewal accepted on a date", "contract.renewed", `,"term":"P1M","fee":"300","accepted_at":"2026-02-01"`,
			invalid, "accepted_at"},
		{"units in arrears", "contract.terminated", `,"reason":"arrears","unit_ids":["u1"]`, invalid, "unit_ids"},
		{"units withdrawn", "contract.terminated", `,"reason":"withdrawal","unit_ids":["u1"]`, invalid, "unit_ids"},
		{"units by agreement without a refund", "contract.terminated", `,"reason":"mutual","unit_ids":["u1"]`, missing,
			"agreed_refund"},
		{"a charge called like a change's invoice", "charge.added", strings.Replace(usageData, "t-1", "change-1", 1), invalid,
			"charge_id"},
		{"a charge called like added units' invoice", "charge.added", strings.Replace(usageData, "t-1", "added-", 1), invalid,
			"charge_id"},
		{"a charge of an unknown kind", "charge.added", strings.Replace(usageData, "usage", "tax", 1), invalid,
			"charge_kind"},
		{"a period that is a month", "charge.added", usageData + `,"period":"2026-02"`, invalid, "period"},
		{"a period without an end", "charge.added", usageData + `,"period":{"from":"2026-02-01"}`, missing, "period/to"},
		{"a period without a beginning", "charge.added", usageData + `,"period":{"to":"2026-02-01"}`, missing, "period/from"},
		{"a period of instants", "charge.added",
			usageData + `,"period":{"from":"2026-02-01T00:00:00Z","to":"2026-02-28"}`, invalid, "period/from"},
		{"a period with more in it", "charge.added",
			usageData + `,"period":{"from":"2026-02-01","to":"2026-02-28","days":28}`, invalid, "period/days"},
		{"a period that runs backwards", "charge.added", usageData + `,"period":{"from":"2026-02-02","to":"2026-02-01"}`,
			invalid, "period"},
		{"maintenance announced on a date", "outage.started",
			`,"outage_id":"O1","cause":"maintenance","notice_at":"2026-02-01"`,
			invalid, "notice_at"},

		{"an assignment to no one", "contract.assigned", `,"ground":"agreed"`, missing, "to_account_id"},
		{"an assignment to all", "contract.assigned", strings.Replace(assignedData, "B1", "all", 1), invalid,
			"to_account_id"},
		{"an unknown ground", "contract.assigned", strings.Replace(assignedData, "agreed", "sale", 1), invalid, "ground"},
		{"a name of another account", "contract.assigned", strings.Replace(assignedData, "agreed", "rename", 1), invalid,
			"to_account_id"},
		{"a wallet that passes by agreement", "contract.assigned", assignedData + `,"wallet_amount":"10.00"`, invalid,
			"wallet_amount"},
		{"a merger that moves nothing", "contract.assigned",
			strings.Replace(assignedData, "agreed", "merger", 1) + `,"wallet_amount":"0.00"`, invalid, "wallet_amount"},
		{"debts retained in a merger", "contract.assigned",
			strings.Replace(assignedData, "agreed", "merger", 1) + `,"debts":"retained"`, invalid, "debts"},
		{"debts forgiven", "contract.assigned", assignedData + `,"debts":"forgiven"`, invalid, "debts"},
		{"consent without an instant", "contract.assigned", assignedData + `,"consented_at":true`, invalid, "consented_at"},

		{"a change without an id", "contract.changed", `,"fee":"5475.00"`, missing, "change_id"},
		{"a change whose invoice would have no id", "contract.changed", strings.Replace(changedData, `"1"`, `"`+long+`"`, 1),
			invalid, "change_id"},
		{"a change to no fee", "contract.changed", strings.Replace(changedData, "5475.00", "0.00", 1), invalid, "fee"},
		{"a change to a negative fee", "contract.changed", strings.Replace(changedData, "5475.00", "-1", 1), invalid, "fee"},
		{"a difference with a plus", "contract.changed", changedData + `,"difference":"+1.00"`, invalid, "difference"},
		{"a difference of minus nothing", "contract.changed", changedData + `,"difference":"-0.00"`, invalid, "difference"},
		{"a difference with three decimals", "contract.changed", changedData + `,"difference":"-1.005"`, invalid,
			"difference"},
		{"a difference that is a number", "contract.changed", changedData + `,"difference":-1`, invalid, "difference"},
		{"a difference with a leading zero", "contract.changed", changedData + `,"difference":"-01"`, invalid, "difference"},
		{"a spec that is a text", "contract.changed", changedData + `,"spec":"8 cores"`, invalid, "spec"},
		{"a spec with a list of processors", "contract.changed", changedData + `,"spec":{"cpu":[8]}`, invalid, "spec/cpu"},

		{"units for no time", "units.added", addedData, missing, "until"},
		{"units for two lengths", "units.added", addedData + `,"until":"2026-05-01","term":"P1M"`, invalid, "term"},
		{"units until today", "units.added", addedData + `,"until":"2026-03-01"`, invalid, "until"},
		{"units until yesterday", "units.added", addedData + `,"until":"2026-02-28"`, invalid, "until"},
		{"no units", "units.added", strings.Replace(addedData, `:1,"fee`, `:0,"fee`, 1) + `,"term":"P1M"`, invalid,
			"quantity"},
		{"units for weeks", "units.added", addedData + `,"term":"P2W"`, invalid, "term"},
		{"units for seconds", "units.added", addedData + `,"term":"PT60S"`, invalid, "term"},

		{"a replacement without another", "unit.replaced", `,"unit_id":"u1","reason":"host"`, missing, "new_unit_id"},
		{"a replacement without a reason", "unit.replaced", `,"unit_id":"u1","new_unit_id":"u2"`, missing, "reason"},
		{"a grant of minutes", "time.granted", grantedData + `"PT5M"`, invalid, "duration"},
		{"a grant of no seconds", "time.granted", grantedData + `"PT0S"`, invalid, "duration"},
		{"a grant of half a second", "time.granted", grantedData + `"PT0.5S"`, invalid, "duration"},
		{"a grant of days and seconds", "time.granted", grantedData + `"P1DT60S"`, invalid, "duration"},
		{"a grant of more than 100 years", "time.granted", grantedData + `"PT3155760001S"`, invalid, "duration"},
		{"a grant with a leading zero", "time.granted", grantedData + `"PT060S"`, invalid, "duration"},
		{"a grant of a number", "time.granted", grantedData + `60`, invalid, "duration"},
		{"a grant for no reason", "time.granted", `,"grant_id":"g1","duration":"P1M"`, missing, "reason"},
		{"a grant with a slash", "time.granted", grantedData + `"P1M","with":"a/b"`, invalid, "with"},

		{"a credit of nothing", "invoice.credited", strings.Replace(creditedData, "31.00", "0.00", 1), invalid, "amount"},
		{"a credit below zero", "invoice.credited", strings.Replace(creditedData, "31.00", "-31.00", 1), invalid, "amount"},
		{"a credit of no invoice", "invoice.credited", strings.Replace(creditedData, `"invoice_id":"order",`, "", 1), missing,
			"invoice_id"},
		{"a credit for an unknown reason", "invoice.credited", strings.Replace(creditedData, "goodwill", "love", 1), invalid,
			"reason"},
		{"an extension to no date", "due_date.extended", `,"invoice_id":"order"`, missing, "due_date"},
		{"an extension to an instant", "due_date.extended", `,"invoice_id":"order","due_date":"2026-05-01T00:00:00Z"`,
			invalid,
			"due_date"},
		{"an extension of all invoices", "due_date.extended", `,"due_date":"2026-05-01"`, missing, "invoice_id"},
		{"a waiver as a text", "due_date.extended", `,"invoice_id":"order","due_date":"2026-05-01","waive_accrued":"yes"`,
			invalid, "waive_accrued"},
		{"a cap at nothing said", "late_fee.capped", cappedData, missing, "rate"},
		{"a cap of both sorts", "late_fee.capped", cappedData + `,"rate":"0.0001","total":"60.00"`, invalid, "total"},
		{"a rate as a number", "late_fee.capped", cappedData + `,"rate":0.0001`, invalid, "rate"},
		{"a negative rate", "late_fee.capped", cappedData + `,"rate":"-0.0001"`, invalid, "rate"},
		{"a rate with ten decimals", "late_fee.capped", cappedData + `,"rate":"0.0000000001"`, invalid, "rate"},
		{"a negative total", "late_fee.capped", cappedData + `,"total":"-1"`, invalid, "total"},
		{"a cap by no one", "late_fee.capped", `,"total":"60.00"`, missing, "authority"},
		{"a settlement in kind", "claim.settled", strings.Replace(settledData, "cash", "servers", 1), invalid, "by"},
		{"a settlement of nothing", "claim.settled", strings.Replace(settledData, "60.00", "0", 1), invalid, "amount"},
		{"a write-off without a reason", "debt.written_off", `,"invoice_id":"order","amount":"1"`, missing, "reason"},
		{"a write-off of all invoices", "debt.written_off", `,"amount":"1","reason":"insolvent"`, missing, "invoice_id"},
		{"a release of all units", "units.released", ``, missing, "unit_ids"},
		{"a release of a unit twice", "units.released", `,"unit_ids":["u1","u1"]`, invalid, "unit_ids"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := []byte(event(tt.kind, tt.data))
			_, err := events.DecodeJSON(text)
			refused(t, err, tt.code, "/data/"+tt.pointer)
			agree(t, text)
		})
	}
}

// Units say who is meant: where a kind has no use for them they are refused, not passed over.
func TestUnitsAreNeverIgnored(t *testing.T) {
	named := map[string]bool{}
	for _, text := range examples(t) {
		e := decoded(t, text)
		_, has := e.Kind().DataSchema()["properties"].(events.Schema)["unit_ids"]
		if named[e.Kind().String()] || has {
			continue
		}
		named[e.Kind().String()] = true
		withUnits := []byte(strings.Replace(string(text), `"data":{`, `"data":{"unit_ids":["u1"],`, 1))
		_, err := events.DecodeJSON(withUnits)
		refused(t, err, events.CodeInvalid, "/data/unit_ids")
		agree(t, withUnits)
	}
	if len(named) != len(events.Kinds())-11 {
		t.Errorf("of %d kinds %d have no use for units", len(events.Kinds()), len(named))
	}
}

func TestChangesAccepted(t *testing.T) {
	tests := []struct{ name, kind, data string }{
		{"a trial", "contract.ordered", strings.Replace(orderData, "310.00", "0.00", 1) + `,"trial":true`},
		{"a trial with a fee", "contract.ordered", orderData + `,"trial":true`},
		{"a part of 64 characters", "contract.paid", paymentData + `,"part":"` + strings.Repeat("账", 64) + `"`},
		{"a part without a reference", "contract.paid", paymentData + `,"part":"1"`},
		{"units for breach", "contract.terminated", `,"reason":"breach","unit_ids":["u1"]`},
		{"units by agreement", "contract.terminated", `,"reason":"mutual","agreed_refund":"0","unit_ids":["u1"]`},
		{"a withdrawal", "contract.terminated", `,"reason":"withdrawal"`},
		{"a rename", "contract.assigned", `,"to_account_id":"A1","ground":"rename"`},
		{"an agreement without consent", "contract.assigned", assignedData},
		{"debts retained", "contract.assigned", assignedData + `,"debts":"retained"`},
		{"debts assumed by acquisition", "contract.assigned",
			strings.Replace(assignedData, "agreed", "acquisition", 1) + `,"debts":"assumed"`},
		{"a change_id of 57 characters", "contract.changed",
			strings.Replace(changedData, `"1"`, `"`+strings.Repeat("a", 57)+`"`, 1)},
		{"no difference", "contract.changed", changedData + `,"difference":"0.00"`},
		{"the least difference", "contract.changed", changedData + `,"difference":"-0.01"`},
		{"the largest difference", "contract.changed", changedData + `,"difference":"-999999999999.99"`},
		{"units until tomorrow", "units.added", addedData + `,"until":"2026-03-02"`},
		{"units for a term", "units.added", addedData + `,"term":"P1M"`},
		{"one second", "time.granted", grantedData + `"PT1S"`},
		{"100 years of seconds", "time.granted", grantedData + `"PT3155760000S"`},
		{"100 years", "time.granted", grantedData + `"P100Y","unit_ids":["u1"],"with":"renewal-1"`},
		{"a cap at nothing", "late_fee.capped", cappedData + `,"total":"0.00"`},
		{"a rate of nothing", "late_fee.capped", cappedData + `,"rate":"0"`},
		{"usage of a day", "charge.added", usageData + `,"period":{"to":"2026-02-01","from":"2026-02-01"}`},
		{"a charge called changes", "charge.added", strings.Replace(usageData, "t-1", "changes-1", 1)},
		{"an outage of another cause with notice", "outage.started",
			`,"outage_id":"O1","cause":"unknown","notice_at":"2026-02-01T00:00:00Z"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := []byte(event(tt.kind, tt.data))
			survives(t, decoded(t, text))
			agree(t, text)
		})
	}
}

// An amount spelled in another way is other content, below zero too.
func TestSpelledDifferences(t *testing.T) {
	one := content(t, []byte(event("contract.changed", changedData+`,"difference":"-1.00"`)))
	for _, other := range []string{"-1.0", "-1", "1.00", "-1.01"} {
		if content(t, []byte(event("contract.changed", changedData+`,"difference":"`+other+`"`))) == one {
			t.Errorf("%s is the same content as -1.00", other)
		}
	}
}
