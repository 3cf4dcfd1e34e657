package bench

// lifeEvent is one event in a life: its kind, the minutes since the contract was ordered, and its data beside the ids.
// In data, {date} stands for the date thirty days after the order.
type lifeEvent struct {
	kind    string
	minutes int
	data    string
}

// lifeEvents is how many events a contract has.
const lifeEvents = 10

const day = 24 * 60

// lives are the ways in which contracts go.
var lives = [...][lifeEvents]lifeEvent{
	{ // a month paid in advance, one outage, renewed
		{"contract.ordered", 0,
			`"product":"elastic","quantity":1,"term":"P1M","fee":"310.00","currency":"CNY","mode":"prepaid",` +
				`"spec":{"cpu":"4","memory":"8 GiB"}`},
		{"contract.paid", 5, `"amount":"310.00","currency":"CNY","channel":"bank_transfer"`},
		{"contract.provisioned", 10, `"unit_ids":["u1"]`},
		{"outage.started", 6 * day, `"outage_id":"o1","cause":"provider_fault"`},
		{"outage.resolved", 6*day + 47, `"outage_id":"o1"`},
		{"contract.renewed", 25 * day, `"term":"P1M","fee":"310.00"`},
		{"contract.paid", 25*day + 3, `"amount":"310.00","currency":"CNY","channel":"online","invoice_id":"renewal-1"`},
		{"outage.started", 40 * day, `"outage_id":"o2","cause":"unknown","degree":"degraded"`},
		{"outage.resolved", 40*day + 200, `"outage_id":"o2"`},
		{"contract.renewal_declined", 50 * day, ``},
	},
	{ // a quarter paid afterwards, and late
		{"contract.ordered", 0,
			`"product":"package","quantity":2,"term":"P3M","fee":"1000.00","currency":"CNY","mode":"postpaid",` +
				`"due_date":"{date}"`},
		{"contract.provisioned", 30, `"unit_ids":["u1","u2"]`},
		{"contract.overdue", 31 * day, `"invoice_id":"order"`},
		{"notice.sent", 31*day + 1, `"notice_kind":"arrears","channel":"email"`},
		{"contract.suspended", 33 * day, `"reason":"arrears"`},
		{"contract.paid", 36 * day, `"amount":"500.00","currency":"CNY","channel":"bank_transfer"`},
		{"contract.paid", 41 * day, `"amount":"500.00","currency":"CNY","channel":"bank_transfer"`},
		{"contract.resumed", 41*day + 20, ``},
		{"late_fee.adjusted", 42 * day, `"invoice_id":"order","amount":"5.00","authority":"goodwill of the service desk"`},
		{"claim.accepted", 60 * day,
			`"claim_id":"c1","claim_kind":"data_loss","amount":"50.00","loss_at":"2025-06-01T00:00:00+08:00"`},
	},
	{ // paid from the wallet, with chargeable help
		{"wallet.topped_up", -60, `"amount":"800.00","currency":"CNY","channel":"online"`},
		{"contract.ordered", 0, `"product":"vps","quantity":1,"term":"P1Y","fee":"600.00","currency":"CNY","mode":"prepaid"`},
		{"contract.paid", 1, `"amount":"600.00","currency":"CNY","channel":"wallet"`},
		{"contract.provisioned", 12, `"unit_ids":["u1"]`},
		{"charge.added", 90 * day, `"charge_id":"restore-1","amount":"120.00","description":"restoring a data disk"`},
		{"contract.paid", 91 * day, `"amount":"120.00","currency":"CNY","channel":"online","invoice_id":"restore-1"`},
		{"notice.sent", 92 * day, `"notice_kind":"maintenance","channel":"email"`},
		{"outage.started", 93 * day, `"outage_id":"o1","cause":"maintenance"`},
		{"outage.resolved", 93*day + 120, `"outage_id":"o1"`},
		{"wallet.paid_out", 95 * day, `"amount":"100.00","currency":"CNY"`},
	},
	{ // ended by the provider
		{"contract.ordered", 0,
			`"product":"elastic","quantity":1,"term":"P6M","fee":"1860.00","currency":"CNY","mode":"prepaid"`},
		{"contract.paid", 9, `"amount":"1860.00","currency":"CNY","channel":"online"`},
		{"contract.provisioned", 15, `"unit_ids":["u1"]`},
		{"outage.started", 20 * day, `"outage_id":"o1","cause":"unknown"`},
		{"outage.resolved", 20*day + 9, `"outage_id":"o1"`},
		{"outage.reclassified", 21 * day, `"outage_id":"o1","cause":"carrier"`},
		{"outage.started", 70 * day, `"outage_id":"o2","cause":"force_majeure"`},
		{"notice.sent", 71 * day, `"notice_kind":"termination","channel":"letter"`},
		{"contract.terminated", 100 * day, `"reason":"force_majeure"`},
		{"wallet.paid_out", 103 * day, `"amount":"300.00","currency":"CNY"`},
	},
}
